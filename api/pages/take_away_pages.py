"""What people take along of a case: the draft with comments, and for its contributors the draft as they sent it in.

Each is on the trail before the bytes go out. Addresses and file names hold no title.
"""

from pathlib import PurePath
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.auth import SignedIn, current, now_of
from api.errors import ProblemError
from api.pages.downloads import download
from api.pages.shown import house_of, results_of, takes_original
from screening.annotate import SUFFIXES, annotate
from screening.domain.errors import ExtractionError, MissingError
from screening.domain.filing import Filing
from screening.report.base import Result

router = APIRouter(include_in_schema=False)
Signed = Annotated[SignedIn, Depends(current)]
BINARY = "application/octet-stream"
NO_COMMENTS = "这种文件不能生成批注稿：只有 Word（.docx、.docm）和 PDF 稿件可以；请在页面上查看疑点，或导出审批表"
_PLACES = BoundedSemaphore(2)  # files that are annotated at the same time
_LONGEST_SUFFIX = 10


@router.get("/cases/{case_id}/annotated")
def annotated(request: Request, signed: Signed, case_id: str, version: int = 0) -> Response:
    """A version of the draft, with a comment on every finding; values are masked."""
    filing = house_of(request).desk.content(signed.account, case_id)
    number = _number(filing, version)
    result = results_of(request).of(filing, number)
    if result.document.media_type not in SUFFIXES:
        raise ProblemError(404, NO_COMMENTS)
    data = _bytes(request, filing, number)
    try:
        with _PLACES:
            made = annotate(data, Result(result.run, result.document))
    except ExtractionError as error:
        raise ProblemError(422, str(error)) from None
    _note(request, signed, filing, number, "annotated")
    name = f"{filing.number}-{number}-批注{_suffix(filing, number)}"
    return download(made.content, result.document.media_type, name)


@router.get("/cases/{case_id}/original")
def original(request: Request, signed: Signed, case_id: str, version: int = 0) -> Response:
    """A version of the draft as it came in: for those who wrote it, and the approved one for the publisher."""
    filing = house_of(request).desk.content(signed.account, case_id)
    number = _number(filing, version)
    if not takes_original(signed.account, filing, number):
        raise MissingError("没有这一稿件")
    data = _bytes(request, filing, number)
    _note(request, signed, filing, number, "original")
    return download(data, BINARY, f"{filing.number}-{number}{_suffix(filing, number)}")


def _number(filing: Filing, version: int) -> int:
    """The version asked for, the current one by default. Raises MissingError."""
    number = version or len(filing.uploads)
    if not 1 <= number <= len(filing.uploads):
        raise MissingError("没有这一版本")
    return number


def _bytes(request: Request, filing: Filing, number: int) -> bytes:
    """The draft as it came in. Raises MissingError when it was cleared away after its time."""
    upload = filing.uploads[number - 1]
    if not upload.blob:
        raise MissingError("这一版本的内容已到保存期限，按单位规定清除")
    return house_of(request).store.vault.read(upload.blob, filing.key, f"{filing.id}/draft")


def _suffix(filing: Filing, number: int) -> str:
    """The ending of the file's name, where it is one that says nothing else."""
    suffix = PurePath(filing.uploads[number - 1].filename).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= _LONGEST_SUFFIX else ""


def _note(request: Request, signed: SignedIn, filing: Filing, number: int, kind: str) -> None:
    with house_of(request).store.writing() as books:
        at = now_of(request).isoformat()
        books.trail.append(at, signed.account.id, "case:download", filing.id, {"version": number, "kind": kind})
