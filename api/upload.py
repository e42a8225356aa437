"""Uploads as a stream: every chunk goes encrypted to the vault as it comes in; nothing is spooled anywhere.

Starlette's own form parser writes large files as plain text to the system's temporary folder, and reads a body of any
length before a handler can refuse it.
"""

from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from api.bodies import BINARY, BadUploadError, File, Form, ReceivedFile, Sink, TooLargeError, Upload, Writer
from api.file_names import NAMELESS, disposition

__all__ = ["BadUploadError", "ReceivedFile", "Sink", "TooLargeError", "Upload", "Writer", "receive"]

UPLOAD_LIMIT = 200 << 20  # bytes of one draft
FIELD_LIMIT = 64 * 1024


async def receive(request: Request, sink: Sink, limit: int, field_limit: int = FIELD_LIMIT) -> Upload:
    """Read the body of a request, a multipart form or else one file as it is.

    sink: gives the writer for a field and file name, is called and written to in a worker thread; limit: bytes of the
    whole body, reading stops there; field_limit: bytes of all part headers and field values together. All files are
    kept or none (should the disk fail between the last steps of two files, the sweep of the store takes the first).
    Raises TooLargeError, BadUploadError, what the writer raises (StorageFullError), and Starlette's ClientDisconnect.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise _too_large(limit)
    body = _body(request, sink, field_limit)
    try:
        async for chunk in _within(request, limit):
            await to_thread.run_sync(body.feed, chunk)
        return await to_thread.run_sync(body.finish)
    except BaseException as error:
        with CancelScope(shield=True):
            await to_thread.run_sync(body.abort, error)
        raise


async def _within(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The chunks of the body, as long as they keep within the limit."""
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > limit:
            raise _too_large(limit)
        yield chunk


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"上传超过上限 {limit / (1 << 20):.0f} MiB，没有保存；拆分或压缩图片后重新提交")


def _body(request: Request, sink: Sink, field_limit: int) -> File | Form:
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type == b"multipart/form-data":
        return Form(options.get(b"boundary", b""), sink, field_limit)
    if media_type.startswith(b"multipart/") or media_type == b"application/x-www-form-urlencoded":
        raise BadUploadError("上传的表单应为 multipart/form-data；用本系统的页面或按接口说明提交")
    filename = disposition(request.headers.get("content-disposition", ""))[1]
    return File(sink, filename or NAMELESS, media_type.decode("latin-1") or BINARY)
