"""The bodies of uploads, parsed and written on piece by piece. Not asynchronous: called in a worker thread."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.file_names import disposition
from screening.domain.errors import XianshenError
from screening.store.vault import Blob

MOST_PARTS = 200  # each file of a form keeps a handle open until all have come
BINARY = "application/octet-stream"
_AS_IT_IS = {"", "7bit", "8bit", "binary"}
# The parser would log bytes of what it was given. Outside the registry no logging configuration turns this on again.
_SILENT = logging.Logger("silent", logging.CRITICAL + 1)  # noqa: LOG001


class TooLargeError(XianshenError):
    """More came than is allowed; nothing of it was kept.

    To be answered with 413 and `Connection: close`: without it uvicorn goes on to read, and drop, the rest of the body.
    """


class BadUploadError(XianshenError):
    """The body is not a form or file as the standards have it; nothing of it was kept.

    To be answered with 400 and, for the same reason, `Connection: close`.
    """


class Writer(Protocol):
    """What a file is written to: screening.store.vault.BlobWriter. An exception out of the block undoes it."""

    @property
    def blob(self) -> Blob:
        """What was kept, once the block has ended."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def write(self, chunk: bytes, /) -> None:
        """Take the next bytes."""


Sink = Callable[[str, str], Writer]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that was kept: field of the form, name fit to show, the type the sender claims, and where it lies."""

    field: str
    filename: str
    media_type: str
    blob: Blob


@dataclass(frozen=True, slots=True)
class Upload:
    """All of a body: the values of each field in order, and the files."""

    fields: dict[str, list[str]]
    files: list[ReceivedFile]


class Files:
    """The files of one body: kept all together, or none."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._open = ExitStack()
        self._files: list[tuple[str, str, str, Writer]] = []

    def start(self, name: str, filename: str, media_type: str) -> Writer:
        """The writer of the next file."""
        writer = self._open.enter_context(self._sink(name, filename))
        self._files.append((name, filename, media_type, writer))
        return writer

    def keep(self) -> list[ReceivedFile]:
        """End all files."""
        self._open.close()
        return [ReceivedFile(name, filename, kind, writer.blob) for name, filename, kind, writer in self._files]

    def abort(self, error: BaseException) -> None:
        """Undo what has not been kept."""
        self._open.__exit__(type(error), error, error.__traceback__)


class File(Files):
    """A body that is one file."""

    def __init__(self, sink: Sink, filename: str, media_type: str) -> None:
        super().__init__(sink)
        self._name = ("file", filename, media_type)
        self._writer: Writer | None = None

    def feed(self, chunk: bytes) -> None:
        """Write it on."""
        self._writer = self._writer or self.start(*self._name)
        self._writer.write(chunk)

    def finish(self) -> Upload:
        """The one file; a body of nothing is an empty one."""
        self.feed(b"")
        return Upload({}, self.keep())


@dataclass(slots=True)
class _Part:
    """The part of a form that is being read."""

    headers: dict[str, str] = field(default_factory=dict)
    header_name: bytes = b""
    header_value: bytes = b""
    name: str = ""
    value: bytearray = field(default_factory=bytearray)
    writer: Writer | None = None
    is_file: bool = False


class Form(Files):
    """A body that is a form. The methods named on_... are called by the parser."""

    def __init__(self, boundary: bytes, sink: Sink, field_limit: int) -> None:
        super().__init__(sink)
        if not boundary:
            raise BadUploadError("上传的表单没有 boundary；用本系统的页面或按接口说明提交")
        self._fields: dict[str, list[str]] = {}
        self._left = field_limit
        self._parts = 0
        self._part = _Part()
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self.on_part_begin,
                    "on_header_field": self.on_header_field,
                    "on_header_value": self.on_header_value,
                    "on_header_end": self.on_header_end,
                    "on_headers_finished": self.on_headers_finished,
                    "on_part_data": self.on_part_data,
                    "on_part_end": self.on_part_end,
                    "on_end": self.on_end,
                },
            )
        except FormParserError:
            raise _malformed() from None
        self._parser.logger = _SILENT

    def feed(self, chunk: bytes) -> None:
        """Parse the next bytes, and write on what belongs to files."""
        try:
            self._parser.write(chunk)
        except FormParserError:  # its message quotes the body
            raise _malformed() from None

    def finish(self) -> Upload:
        """All fields and files, once the closing boundary has come."""
        if not self._ended:
            raise BadUploadError("上传没有传完，没有保存；重新提交")
        return Upload(self._fields, self.keep())

    def on_part_begin(self) -> None:
        """A new part."""
        self._part = _Part()
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise BadUploadError(f"一次提交的栏目与文件超过 {MOST_PARTS} 个，没有保存；分几次提交")

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """A piece of the name of a header."""
        self._count(end - start)
        self._part.header_name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """A piece of the value of a header."""
        self._count(end - start)
        self._part.header_value += data[start:end]

    def on_header_end(self) -> None:
        """A whole header."""
        part = self._part
        part.headers[part.header_name.decode("latin-1").lower()] = part.header_value.decode("latin-1")
        part.header_name = part.header_value = b""

    def on_headers_finished(self) -> None:
        """What the part is: a field, a file, or a file that was not chosen."""
        headers, part = self._part.headers, self._part
        name, filename = disposition(headers.get("content-disposition", ""))
        if name is None or headers.get("content-transfer-encoding", "").strip().lower() not in _AS_IT_IS:
            raise _malformed()
        part.name, part.is_file = name, filename is not None
        if filename:
            media_type = parse_options_header(headers.get("content-type", ""))[0].decode("latin-1")
            part.writer = self.start(name, filename, media_type or BINARY)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """A piece of a field or file."""
        if self._part.writer is not None:
            self._part.writer.write(data[start:end])
        elif self._part.is_file:
            raise BadUploadError("上传的文件没有文件名，没有保存；重新选择文件")
        else:
            self._count(end - start)
            self._part.value += data[start:end]

    def on_part_end(self) -> None:
        """The part is whole."""
        if self._part.is_file:
            return
        try:
            value = self._part.value.decode("utf-8")
        except UnicodeDecodeError:
            raise BadUploadError("表单栏目不是 UTF-8 文字；用本系统的页面提交") from None
        self._fields.setdefault(self._part.name, []).append(value)

    def on_end(self) -> None:
        """The closing boundary."""
        self._ended = True

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooLargeError("表单栏目的文字过长，没有保存；缩短后重新提交")


def _malformed() -> BadUploadError:
    return BadUploadError("上传的内容不符合 multipart/form-data 的写法；用本系统的页面或按接口说明提交")
