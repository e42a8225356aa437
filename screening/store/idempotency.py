"""A request that is sent again is answered again, never done again: its key is kept in the transaction of what it did.

Kept are digests of key and request, the status, the address and the ids of the answer: no text of a draft.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from screening.domain.errors import XianshenError
from screening.store import tables
from screening.store.books import Books, Store

KEPT = timedelta(hours=24)
_ROWS = tables.idempotency.c


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: who sent it, the digest of its key, the digest of what it asks for, when."""

    person: str
    key: str
    request: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer; its body is made anew."""

    status: int
    case_id: str
    location: str = ""


class AnsweredError(Exception):
    """The request was done before. `answer` is what it was answered; nothing was written now."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


class KeyReusedError(XianshenError):
    """The key was used for another request."""


class OnceStore:
    """A store in which one request writes once: for the desk and the intake, in place of the store itself."""

    def __init__(self, store: Store, asked: Asked, answer: Answer) -> None:
        self._store = store
        self._asked = asked
        self._answer = answer

    @contextmanager
    def writing(self) -> Iterator[Books]:
        """A transaction that may write. Raises AnsweredError, KeyReusedError before anything is done."""
        with self._store.writing() as books:
            _claim(books.connection, self._asked, self._answer)
            yield books

    def reading(self) -> AbstractContextManager[Books]:
        """A transaction that reads one state."""
        return self._store.reading()


def _claim(connection: Connection, asked: Asked, answer: Answer) -> None:
    """Keep the answer under the key, unless there is one; it stays only if the transaction does."""
    mine = _ROWS.person == asked.person
    over = (asked.at - KEPT).isoformat()
    connection.execute(delete(tables.idempotency).where(mine, _ROWS.at < over))
    row = connection.execute(select(tables.idempotency).where(mine, _ROWS.key == asked.key)).first()
    if row is None:
        text = json.dumps({"case_id": answer.case_id, "location": answer.location})
        connection.execute(insert(tables.idempotency), {
            "person": asked.person, "key": asked.key, "request_hash": asked.request, "status": answer.status,
            "answer": text, "at": asked.at.isoformat(),
        })  # fmt: skip
        return
    if row.request_hash != asked.request:
        raise KeyReusedError("这个 Idempotency-Key 已用于另一请求：换一个键")
    raise AnsweredError(Answer(row.status, **json.loads(row.answer)))
