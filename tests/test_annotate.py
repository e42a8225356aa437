"""Comments are written in a locked process: it hands back the file, or says why not, and never hangs the desk."""

import io
from pathlib import Path

import docx
import pikepdf
import pytest

from screening.annotate import annotate
from screening.domain.errors import ExtractionError
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.report.base import Result
from tests.report.drafts import finding, result_of

DRAFTS = Path(__file__).parent.parent / "samples" / "drafts"


def drafted(name: str) -> tuple[bytes, Result]:
    """A draft with one finding on its first words."""
    data = (DRAFTS / name).read_bytes()
    document = read_here(data, name, ReadOptions(ocr=False))
    return data, result_of(document, [finding(document, document.text[:4])])


def child(code: str) -> tuple[str, ...]:
    """A process that does this instead."""
    return "-c", code


def test_a_word_file_and_a_pdf_come_back_with_comments() -> None:
    """One function for both, by what the file is."""
    data, result = drafted("clean-book-review.docx")
    made = annotate(data, result)
    assert len(list(docx.Document(io.BytesIO(made.content)).comments)) == made.exact == 1
    data, result = drafted("clean-tech-abstract.pdf")
    made = annotate(data, result)
    with pikepdf.open(io.BytesIO(made.content)) as opened:
        assert sum(one.Subtype == "/Highlight" for page in opened.pages for one in page.obj.get("/Annots", [])) == 1


def test_other_kinds_are_refused_by_name() -> None:
    """And it says which can be annotated."""
    data, result = drafted("clean-tea-festival.txt")
    with pytest.raises(ExtractionError, match=r"Word.*PDF"):
        annotate(data, result)


def test_a_damaged_file_comes_back_as_words() -> None:
    """The cure of the one who found it, through the pipe."""
    data, result = drafted("clean-tech-abstract.pdf")
    with pytest.raises(ExtractionError, match=r"损坏.*重新导出"):
        annotate(data[:300], result)


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(600)",
        "raise SystemExit(3)",
        "import os; os.kill(os.getpid(), 9)",
        "import sys; sys.stdout.buffer.write(b'nonsense' * 9)",
        "import sys; sys.stdout.buffer.write((2).to_bytes(8, 'big') + b'[]' + bytes(8))",
        "import sys; sys.stdout.buffer.write((1 << 40).to_bytes(8, 'big'))",
    ],
    ids=["hangs", "gives up", "dies", "talks nonsense", "wrong shape", "far too much"],
)
def test_a_process_that_fails_costs_this_file_only(code: str) -> None:
    """An answer in any case, and no process left behind."""
    data, result = drafted("clean-tech-abstract.pdf")
    with pytest.raises(ExtractionError, match="拆分文件"):
        annotate(data, result, seconds=1.0, command=child(code))


def test_the_process_has_no_files_and_no_network() -> None:
    """What it is locked with: it can neither write nor connect once it has begun."""
    code = (
        "import screening.annotate as a, socket, sys\n"
        "def tried(*_, **__):\n"
        "    found = []\n"
        "    write, read = (lambda: open('leak', 'w')), (lambda: open('/etc/passwd'))\n"
        "    for what in (write, socket.socket, read):\n"
        "        try: what(); found.append('open')\n"
        "        except OSError: found.append('shut')\n"
        "    raise a.ExtractionError('crashed', ','.join(found))\n"
        "a.annotate_here = tried\n"
        "sys.argv = ['', sys.argv[-1]]\n"
        "a.main()\n"
    )
    data, result = drafted("clean-tech-abstract.pdf")
    with pytest.raises(ExtractionError) as caught:
        annotate(data, result, command=child(code))
    assert caught.value.detail == "shut,shut,shut"
