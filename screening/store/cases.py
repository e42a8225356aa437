"""The cases: filed, read back, changed by acts. What could tell of a draft is sealed under the case's own key."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from screening.domain.errors import ConflictError
from screening.domain.filing import Entry, Filing, Upload
from screening.domain.record import Declaration
from screening.domain.review import Act, Case, State, Step
from screening.store import tables
from screening.store.codec import of_json, to_json
from screening.store.vault import Vault

_CASES, _KEYS, _VERSIONS, _ACTS, _NOTES, _BY = (
    tables.cases.c, tables.keys.c, tables.versions.c, tables.acts.c, tables.notes.c, tables.contributors.c
)  # fmt: skip
_WITH_KEYS = (
    select(tables.cases, _KEYS.wrapped, tables.record_keys.c.wrapped.label("record"))
    .outerjoin(tables.keys, _KEYS.case_id == _CASES.id)
    .join(tables.record_keys, tables.record_keys.c.case_id == _CASES.id)
)
_OF_THE_RECORD = frozenset({Step.REPORT.value, Step.MEASURE.value})
GONE = "（内容已销毁）"
_NEVER = "9999"  # sorts behind every due date
_AT_ONCE = 500  # databases limit the values of one statement
_OUT = (State.RELEASED.value, State.RECALLED.value)
# What changes with every act; written to the row so that lists need not open the case.
_PLAIN = ("updated_at", "due_at", "paused_at", "severity", "findings", "unread", "disposition", "locked_by",
          "locked_until")  # fmt: skip


class Cases:
    """The cases within one transaction."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def next_number(self, year: int) -> str:
        """The next 编号 of a year, such as 2031-0007."""
        found = select(func.count()).where(_CASES.number.like(f"{year}-%"))
        return f"{year}-{self._connection.execute(found).scalar_one() + 1:04d}"

    def add(self, filing: Filing, act: Act | None = None) -> Filing:
        """File a new case with its first upload and the act that opened it; returns it with its record key."""
        filing = replace(filing, record_key=self._vault.new_key())
        row = {name: getattr(filing, name) for name in ("id", "number", "unit", "department", "author", "created_at")}
        sealed = self._vault.seal(to_json(filing.declaration), filing.key, f"{filing.id}/declaration")
        row |= self._row(filing) | {"etag": filing.etag, "declaration_sealed": sealed}
        self._connection.execute(insert(tables.cases), row)
        self._connection.execute(insert(tables.keys), {"case_id": filing.id, "wrapped": filing.key})
        record = {"case_id": filing.id, "wrapped": filing.record_key}
        self._connection.execute(insert(tables.record_keys), record)
        self._add_contributors(filing, filing.case.contributors)
        for upload in filing.uploads:
            self._add_upload(filing, upload)
        if act is not None:
            self._add_act(filing, act)
        return filing

    def get(self, case_id: str) -> Filing | None:
        """A case, or None."""
        row = self._connection.execute(_WITH_KEYS.where(_CASES.id == case_id)).first()
        return self._filings([row])[0] if row else None

    def save(self, before: Filing, after: Filing, act: Act | None = None) -> Filing:
        """Write a changed case, and the act that changed it. Raises ConflictError when it changed in between."""
        changed = update(tables.cases).where(_CASES.id == before.id, _CASES.etag == before.etag)
        row = self._row(after) | {"etag": before.etag + 1}
        if after.declaration != before.declaration and after.key:
            text = to_json(after.declaration)
            row["declaration_sealed"] = self._vault.seal(text, after.key, f"{after.id}/declaration")
        if self._connection.execute(changed.values(**row)).rowcount != 1:
            raise ConflictError("这一稿件刚被他人改动：请刷新后重试")
        self._add_contributors(after, after.case.contributors - before.case.contributors)
        for upload in after.uploads:
            if upload.number > len(before.uploads):
                self._add_upload(after, upload)
            elif upload != before.uploads[upload.number - 1]:
                self._change_upload(after, upload)
        if act is not None:
            self._add_act(before, act)
        return replace(after, etag=before.etag + 1)

    def shred(self, filing: Filing) -> None:
        """Delete the key: nothing of the content can be read again, by anybody; the bare record stays."""
        self._connection.execute(delete(tables.keys).where(_KEYS.case_id == filing.id))
        bare = to_json(_bare(filing.case)).encode()
        self._connection.execute(update(tables.cases).where(_CASES.id == filing.id).values(body=bare))

    def entries(self, filing: Filing) -> list[Entry]:
        """The record of a case, act by act."""
        rows = self._connection.execute(select(tables.acts).where(_ACTS.case_id == filing.id).order_by(_ACTS.number))
        return [
            Entry(row.number, row.step, row.person, row.sha256, row.at, row.level, row.item, row.resolution,
                  self._words(filing, row.step, row.words_sealed))
            for row in rows
        ]  # fmt: skip

    def find(
        self,
        *,
        unit: str | None = None,
        contributor: str | None = None,
        states: Sequence[str] = (),
        offices: Sequence[str] = (),
        department: str | None = None,
        channel: str | None = None,
        month: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 200,
    ) -> list[Filing]:
        """Cases by what stands in their rows; those due first, then those without a due date, by id.

        after: due date (or empty) and id of the last case of the page before, for paging; month: YYYY-MM of filing.
        """
        last = (after[0] or _NEVER, after[1]) if after else None
        due = func.coalesce(func.nullif(_CASES.due_at, ""), _NEVER)
        wanted = [
            None if unit is None else _CASES.unit == unit,
            None if contributor is None else _CASES.id.in_(select(_BY.case_id).where(_BY.person == contributor)),
            None if not states else _CASES.state.in_(states),
            None if not offices else _CASES.office.in_(offices),
            None if department is None else _CASES.department == department,
            None if channel is None else _CASES.channel == channel,
            None if month is None else _CASES.created_at.like(f"{month}%"),
            None if last is None else or_(due > last[0], and_(due == last[0], _CASES.id > last[1])),
        ]
        found = _WITH_KEYS.where(*[one for one in wanted if one is not None]).order_by(due, _CASES.id).limit(limit)
        return self._filings(self._connection.execute(found).all())

    def published(self, unit: str) -> Iterator[tuple[str, str]]:
        """The cases of a unit that are out, or were until they were recalled, each with the address that was given at
        the release."""
        out = select(tables.acts.c.case_id, _ACTS.words_sealed, _KEYS.wrapped)
        out = out.join(tables.cases, _CASES.id == _ACTS.case_id).join(tables.keys, _KEYS.case_id == _ACTS.case_id)
        out = out.where(_CASES.unit == unit, _CASES.state.in_(_OUT), _ACTS.step == Step.RELEASE.value)
        for row in self._connection.execute(out.order_by(_CASES.number)):
            words = json.loads(self._vault.unseal(row.words_sealed, row.wrapped, f"{row.case_id}/words"))
            if words.get("url"):
                yield row.case_id, words["url"]

    def note(self, filing: Filing, person: str, item: str, text: str, at: str) -> None:
        """Keep what somebody is writing about an item; an empty text forgets it."""
        where = and_(_NOTES.case_id == filing.id, _NOTES.person == person, _NOTES.item == item)
        self._connection.execute(delete(tables.notes).where(where))
        if text:
            sealed = self._vault.seal(text, filing.key, f"{filing.id}/note")
            row = {"case_id": filing.id, "person": person, "item": item, "text_sealed": sealed, "at": at}
            self._connection.execute(insert(tables.notes), row)

    def notes(self, filing: Filing, person: str) -> dict[str, str]:
        """What this person has been writing, by item."""
        found = select(tables.notes).where(_NOTES.case_id == filing.id, _NOTES.person == person)
        return {
            row.item: self._vault.unseal(row.text_sealed, filing.key, f"{filing.id}/note")
            for row in self._connection.execute(found)
            if filing.key
        }

    def blobs(self) -> set[str]:
        """Every blob that a version points to and that its key still opens: not those of shredded cases."""
        open_ones = select(_VERSIONS.blob, _VERSIONS.result_blob).join(tables.keys, _KEYS.case_id == _VERSIONS.case_id)
        rows = self._connection.execute(open_ones)
        return {blob for row in rows for blob in row if blob}

    def _row(self, filing: Filing) -> dict[str, Any]:
        case = filing.case
        office = case.levels[case.level].value if case.versions else ""
        return {name: getattr(filing, name) for name in _PLAIN} | {
            "channel": case.terms.channel,
            "state": case.state.value,
            "level": case.level,
            "office": office,
            "body": self._vault.seal(to_json(case), filing.key, f"{filing.id}/case")
            if filing.key
            else to_json(_bare(case)).encode(),
        }

    def _add_contributors(self, filing: Filing, people: frozenset[str]) -> None:
        for person in sorted(people):
            self._connection.execute(insert(tables.contributors), {"case_id": filing.id, "person": person})

    def _add_upload(self, filing: Filing, upload: Upload) -> None:
        row = {"case_id": filing.id, "number": upload.number, "sha256": upload.sha256, "size": upload.size,
               "media_type": upload.media_type, "blob": upload.blob, "uploaded_by": upload.uploaded_by,
               "at": upload.at, "result_blob": upload.result, "text_sha256": upload.text_sha256,
               "summary": json.dumps(dict(upload.summary), ensure_ascii=False),
               "filename_sealed": self._vault.seal(upload.filename, filing.key, f"{filing.id}/name")}  # fmt: skip
        self._connection.execute(insert(tables.versions), row)

    def _change_upload(self, filing: Filing, upload: Upload) -> None:
        which = update(tables.versions).where(_VERSIONS.case_id == filing.id, _VERSIONS.number == upload.number)
        summary = json.dumps(dict(upload.summary), ensure_ascii=False)
        self._connection.execute(
            which.values(
                blob=upload.blob,
                media_type=upload.media_type,
                result_blob=upload.result,
                text_sha256=upload.text_sha256,
                summary=summary,
            )
        )

    def _add_act(self, filing: Filing, act: Act) -> None:
        number = select(func.count()).where(_ACTS.case_id == filing.id).scalar_subquery()
        words = json.dumps({**act.detail, "reason": act.reason}, ensure_ascii=False)
        key = filing.record_key if act.step.value in _OF_THE_RECORD else filing.key
        row = {"case_id": filing.id, "step": act.step.value, "person": act.person.id, "sha256": act.sha256,
               "at": act.at, "level": filing.case.level, "item": act.item,
               "resolution": act.resolution.value if act.resolution else "",
               "words_sealed": self._vault.seal(words, key, f"{filing.id}/words") if key else b""}  # fmt: skip
        self._connection.execute(insert(tables.acts).values(number=number + 1, **row))

    def _words(self, filing: Filing, step: str, sealed: bytes) -> Mapping[str, str]:
        key = filing.record_key if step in _OF_THE_RECORD else filing.key
        if not sealed or not key:
            return {}
        words: dict[str, str] = json.loads(self._vault.unseal(sealed, key, f"{filing.id}/words"))
        return words

    def _filings(self, rows: Sequence[Row[Any]]) -> list[Filing]:
        """Cases of rows, with their uploads in a further query for some hundred cases each."""
        uploads: dict[str, list[Row[Any]]] = {row.id: [] for row in rows}
        wanted = list(uploads)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found = select(tables.versions).where(_VERSIONS.case_id.in_(some)).order_by(_VERSIONS.number)
            for upload in self._connection.execute(found):
                uploads[upload.case_id].append(upload)
        return [self._filing(row, uploads[row.id]) for row in rows]

    def _filing(self, row: Row[Any], uploads: list[Row[Any]]) -> Filing:
        key = row.wrapped or b""
        plain = {name: getattr(row, name) for name in (*_PLAIN, "id", "number", "unit", "department", "author",
                                                       "created_at", "etag")}  # fmt: skip
        return Filing(
            **plain,
            declaration=self._declaration(row, key),
            case=of_json(Case, self._vault.unseal(row.body, key, f"{row.id}/case") if key else row.body),
            uploads=tuple(self._upload(row.id, one, key) for one in uploads),
            key=key,
            record_key=row.record,
        )

    def _declaration(self, row: Row[Any], key: bytes) -> Declaration:
        if key:
            return of_json(Declaration, self._vault.unseal(row.declaration_sealed, key, f"{row.id}/declaration"))
        return Declaration(GONE, "", "", "", "", False, "", 0, row.channel, "", "", "", "", "")

    def _upload(self, case_id: str, row: Row[Any], key: bytes) -> Upload:
        name = self._vault.unseal(row.filename_sealed, key, f"{case_id}/name") if key else GONE
        summary = json.loads(row.summary or "{}")
        return Upload(row.number, row.sha256, row.size, row.media_type, name, row.blob, row.uploaded_by, row.at,
                      row.result_blob, row.text_sha256, summary)  # fmt: skip


def _bare(case: Case) -> Case:
    """A case without anything that a person wrote."""
    signatures = tuple(replace(one, reason="") for one in case.signatures)
    return replace(case, terms=replace(case.terms, audience=""), signatures=signatures)
