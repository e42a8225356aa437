"""Letters (.eml): the words as one item, each HTML part and each attachment as an item of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from screening.batch.item import Fault, Item
from screening.batch.names import cleaned, shown
from screening.domain.errors import ExtractionError
from screening.extract.plain import decode

_HEADERS = (
    ("Subject", "主题"),
    ("From", "发件人"),
    ("To", "收件人"),
    ("Cc", "抄送"),
    ("Bcc", "密送"),
    ("Date", "日期"),
)
_PEOPLE = ("From", "To", "Cc", "Bcc")
_ADDRESS = re.compile(r"<?[\w.+%-]+@[\w.-]+>?")
_MOST_PARTS = 2_000
_FIELD = re.compile(rb"[!-9;-~]{1,60}:[ \t]")
_SUFFIXES = {"text/html": ".html", "text/plain": ".txt", "message/rfc822": ".eml", "text/calendar": ".ics"}


def is_letter(data: bytes, filename: str) -> bool:
    """By its name, and it begins as letters do: with header fields."""
    return filename.lower().endswith((".eml", ".mht", ".mhtml")) and bool(
        _FIELD.match(data.lstrip(b"\r\n\xef\xbb\xbf"))
    )


def parts(item: Item) -> Iterator[Item]:
    """What a letter holds. A broken letter is an item with a fault, beside what could be had of it."""
    try:
        letter = BytesParser(policy=policy.default).parsebytes(item.data)
        found = list(_leaves(letter))
        words = _words(item, letter, found)
    except (ValueError, LookupError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
        yield replace(item, data=b"", fault=Fault.BROKEN, detail=f"邮件损坏（{type(error).__name__}）")
        return
    yield words
    for number, part in enumerate(found, 1):
        if _is_words(part):
            continue
        yield _part(item, part, number)


def _leaves(letter: EmailMessage) -> Iterator[EmailMessage]:
    """Every part that has a content; letters inside stay whole."""
    waiting = [letter]
    count = 0
    while waiting:
        part = waiting.pop()
        count += 1
        if count > _MOST_PARTS:
            raise ValueError("too many parts")
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting.extend(reversed([one for one in payload if isinstance(one, EmailMessage)]))
        else:
            yield part


def _is_words(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/plain" and not part.get_filename() and not part.is_attachment()


def _words(item: Item, letter: EmailMessage, found: list[EmailMessage]) -> Item:
    """Head and plain text. Addresses of the head are left out: every letter has them, and they are no list of persons.

    Its location is the letter's own. It keeps no validators: if the server did not send an unchanged letter again, its
    other parts would seem to be gone.
    """
    heads = {field: _header(letter, field) for field, _ in _HEADERS if letter.get(field)}
    heads |= {field: _ADDRESS.sub("（邮箱）", heads[field]) for field in _PEOPLE if field in heads}
    lines = [f"{name}：{heads[field]}" for field, name in _HEADERS if field in heads]
    lines += [_decoded(_bytes(part)) for part in found if _is_words(part)]
    subject = _header(letter, "Subject")
    data = "\n".join(lines).encode("utf-8", "replace")
    named = replace(item, filename=f"{item.filename}.txt", title=subject[:200], etag="", last_modified="")
    return replace(named, data=data, media_type="text/plain")


def _header(letter: EmailMessage, name: str) -> str:
    raw = next((value for field, value in letter.raw_items() if field.lower() == name.lower()), "")
    said = str(raw) if not str(raw).isascii() else str(letter.get(name, ""))  # raw bytes: the library drops them
    return shown(" ".join(said.split()))


def _decoded(data: bytes) -> str:
    try:
        return decode(data)
    except ExtractionError:
        return data.decode("utf-8", "backslashreplace")


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return (
            b"".join(one.as_bytes() for one in inner if isinstance(one, EmailMessage))
            if isinstance(inner, list)
            else b""
        )
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _part(item: Item, part: EmailMessage, number: int) -> Item:
    kind = part.get_content_type()
    name = cleaned(part.get_filename() or f"第{number}部分{_SUFFIXES.get(kind, '.bin')}")
    location = f"{item.location}!/{number}-{name}"
    base = Item(location, name.rpartition("/")[2], b"", media_type=kind, parent=item.location, column=item.column)
    try:
        data = _bytes(part)
    except (ValueError, LookupError, TypeError, KeyError, RecursionError) as error:
        return replace(base, fault=Fault.BROKEN, detail=f"邮件的这一部分损坏（{type(error).__name__}）")
    if not data:
        return replace(base, fault=Fault.BROKEN, detail="邮件的这一部分没有内容")
    return replace(base, data=data)
