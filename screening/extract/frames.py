"""What passes between the pool and a worker: length-prefixed frames, JSON and raw bytes, never pickle."""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import IO, Any

from screening.domain.document import BlockKind, Hidden, Piece, Provenance, Unread, UnreadReason
from screening.extract.base import Content, Drawing, Reading, ReadOptions
from screening.extract.limits import MIB, Limits
from screening.extract.repeats import Stretch

LARGEST = 1024 * MIB  # bytes of a frame
_PREFIX = 8
_SHORTEST = 2  # columns of a packed block: its kind and its text
_NOTHING = (None, "", (), Hidden.NO)


def send(stream: IO[bytes], payload: bytes) -> None:
    """Write one frame."""
    stream.write(len(payload).to_bytes(_PREFIX, "big"))
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes], largest: int = LARGEST) -> bytes | None:
    """Read one frame; None at the end of the stream. Raises ValueError when it is longer than allowed."""
    prefix = stream.read(_PREFIX)
    if len(prefix) < _PREFIX:
        return None
    size = int.from_bytes(prefix, "big")
    if size > largest:
        raise ValueError(f"frame of {size} bytes")
    payload = stream.read(size)
    return payload if len(payload) == size else None


def pack(message: dict[str, Any]) -> bytes:
    """A JSON message as bytes. Lone surrogates become question marks: offsets stay as they are."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def pack_request(drafts: Sequence[tuple[str, int]], options: ReadOptions, cpu_seconds: int) -> bytes:
    """The header that goes before the bytes of drafts, which stand one behind the other: name and length of each."""
    return pack({"drafts": drafts, "ocr": options.ocr, "repeats": options.repeats, "limits": asdict(options.limits),
                 "cpu": cpu_seconds})  # fmt: skip


def pack_drawing(page: int, cpu_seconds: int) -> bytes:
    """The header that asks for the picture of a page instead: `page` from 1, 0 for the sizes of all pages only."""
    return pack({"draw": page, "cpu": cpu_seconds})


def unpack_drawing(payload: bytes) -> tuple[int, int] | None:
    """Page and processor seconds when a picture is asked for, else None."""
    header = json.loads(payload)
    return (header["draw"], header["cpu"]) if "draw" in header else None


def pack_picture(drawing: Drawing) -> bytes:
    """Sizes and picture as the worker hands them back."""
    png = base64.b64encode(drawing.png).decode("ascii")
    return pack({"is": "drawing", "sizes": drawing.sizes, "png": png})


def unpack_picture(message: dict[str, Any], largest: int) -> Drawing:
    """The drawing of a worker's answer. Raises ValueError when anything is odd: nothing in it is trusted."""
    try:
        png = base64.b64decode(_word(message["png"]), validate=True)
        sizes = tuple((_number(width), _number(height)) for width, height in message["sizes"])
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"odd answer: {type(error).__name__}") from error
    if len(png) > largest or (png and not png.startswith(b"\x89PNG\r\n\x1a\n")):
        raise ValueError("no picture")
    return Drawing(sizes, png)


def unpack_request(payload: bytes) -> tuple[list[tuple[str, int]], ReadOptions, int]:
    """Names and lengths, options and processor seconds, as the worker gets them."""
    header = json.loads(payload)
    return header["drafts"], ReadOptions(header["ocr"], Limits(**header["limits"]), header["repeats"]), header["cpu"]


def pack_readings(readings: Iterable[tuple[Reading, str]], told: set[int]) -> bytes:
    """What was read, and the media types, as the worker hands them back. told: the numbers of the parts that the parent
    knows already."""
    return pack({"is": "documents", "of": [_reading(*one, told) for one in readings]})


def _reading(reading: Reading, media_type: str, told: set[int]) -> dict[str, Any]:
    blocks: list[Any] = []
    at = 0
    for repeat in reading.repeats:
        part = repeat.part
        blocks += map(_packed, reading.pieces[at : repeat.start])
        content = [] if part.number in told else [_packed(piece) for piece in part.pieces]
        blocks.append({"part": part.number, "behind": [repeat.paragraphs, repeat.rows], "blocks": content})
        told.add(part.number)
        at = repeat.start
    blocks += map(_packed, reading.pieces[at:])
    unread = [[item.path, item.reason, item.detail] for item in reading.unread]
    return {"type": media_type, "blocks": blocks, "unread": unread, "metadata": reading.metadata}


@dataclass(slots=True)
class Parts:
    """What the parent knows of the parts of one worker: their pieces by number."""

    known: dict[int, Stretch] = field(default_factory=dict)

    def take(self, message: dict[str, Any], limits: Limits) -> tuple[Stretch, int, int]:
        """A part and where it stands. Raises ValueError or TypeError when the part is odd or unknown."""
        number, (paragraphs, rows) = _count(message["part"]), map(_count, message["behind"])
        if number is None or paragraphs is None or rows is None:
            raise ValueError("odd part")
        if message["blocks"]:
            if len(self.known) >= limits.blocks:
                raise ValueError("too many parts")
            self.known[number] = Stretch(tuple(_piece(*block) for block in message["blocks"]))
        return self.known[number], paragraphs, rows


def unpack_documents(
    message: dict[str, Any], drafts: Sequence[tuple[bytes, str]], limits: Limits, parts: Parts | None = None
) -> list[Content]:
    """The contents of a worker's answer to these bytes and names. Nothing in it is trusted: raises ValueError when
    anything is odd. parts: what this worker told before."""
    told = message.get("of")
    if not isinstance(told, list) or len(told) != len(drafts):
        raise ValueError("odd answer")
    parts = parts or Parts()
    return [_content(one, *draft, limits, parts) for one, draft in zip(told, drafts, strict=True)]


def _content(message: dict[str, Any], data: bytes, filename: str, limits: Limits, parts: Parts) -> Content:
    try:
        blocks, unread, metadata = message["blocks"], message["unread"], message["metadata"]
        if len(blocks) > limits.blocks or len(unread) > limits.blocks:
            raise ValueError("too many blocks")
        stretches: list[tuple[Stretch, int, int]] = []
        for is_part, some in groupby(blocks, lambda block: isinstance(block, dict)):
            if is_part:
                stretches += [parts.take(block, limits) for block in some]
            else:
                stretches.append((Stretch(tuple(_piece(*block) for block in some)), 0, 0))
        size = sum(len(one.pieces) for one, _, _ in stretches)
        if size > limits.blocks or sum(one.chars for one, _, _ in stretches) > limits.chars:
            raise ValueError("too much text")
        return Content(
            sha256=hashlib.sha256(data).hexdigest(),
            media_type=_word(message["type"])[:200],
            filename=filename,
            stretches=tuple(stretches),
            unread=tuple(Unread(_word(path), UnreadReason(why), _word(detail)) for path, why, detail in unread),
            metadata={_word(key): _word(value) for key, value in metadata.items()},
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"odd answer: {type(error).__name__}") from error


def _packed(piece: Piece) -> list[Any]:
    """What is not said at the end is as in a plain paragraph."""
    kind, text, place = piece
    row = [kind, text, place.paragraph, place.hidden, place.detail, place.path, place.part, place.page_no, place.bbox,
           place.ocr_confidence]  # fmt: skip
    while len(row) > _SHORTEST and row[-1] in _NOTHING:
        row.pop()
    return row


def _piece(  # noqa: PLR0917 - the columns of a packed block
    kind: str,
    text: str,
    paragraph: int | None = None,
    hidden: str = Hidden.NO,
    detail: str = "",
    path: Sequence[str] = (),
    part: str = "",
    page_no: int | None = None,
    bbox: list[float] | None = None,
    confidence: float | None = None,
) -> Piece:
    place = Provenance(
        tuple(_word(name) for name in path),
        _word(part),
        _count(page_no),
        _count(paragraph),
        _word(detail),
        _box(bbox),
        Hidden(hidden),
        None if confidence is None else _number(confidence),
    )
    if not _word(text):
        raise ValueError("empty")
    return BlockKind(kind), text, place


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _count(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise TypeError("not a count")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError("not a number")
    return float(value)


def _box(values: list[float] | None) -> tuple[float, float, float, float] | None:
    if values is None:
        return None
    left, bottom, right, top = (_number(value) for value in values)
    return left, bottom, right, top
