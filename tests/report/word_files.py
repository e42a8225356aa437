"""Word files made here, and the Documents that a reader makes of them."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from screening.domain.document import BlockKind, Document
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.report.base import Result
from tests.report.drafts import finding, result_of

NAMESPACES = nsdecls("w") + ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def saved(word) -> bytes:
    """The bytes of a file."""
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def opened(data: bytes):
    """These bytes in python-docx."""
    return docx.Document(io.BytesIO(data))


def read(data: bytes) -> Document:
    """What our own reader makes of the file, without the note on the thumbnail that python-docx puts in."""
    return replace(read_here(data, "稿件.docx", ReadOptions(ocr=False)), unread=())


def add_xml(paragraph, xml: str) -> None:
    """Append a piece of WordprocessingML to a paragraph; the namespaces are put in."""
    head, _, rest = xml.partition(">")
    if head.endswith("/"):
        head, rest = head[:-1], "/>" + rest
        paragraph._p.append(parse_xml(f"{head} {NAMESPACES}{rest}"))
        return
    paragraph._p.append(parse_xml(f"{head} {NAMESPACES}>{rest}"))


def result_for(data: bytes, hits: Sequence[tuple[str, int]]) -> Result:
    """A run with a finding for each (words, which occurrence in the text)."""
    document = read(data)
    return result_of(document, [finding(document, words, occurrence=nth) for words, nth in hits])


def result_in(data: bytes, kind: BlockKind, words: str) -> Result:
    """A run with one finding on these words in the first block of this kind that holds them."""
    document = read(data)
    block = next(block for block in document.blocks if block.kind is kind and words in block.text)
    at = block.start + block.text.index(words)
    return result_of(document, [finding(document, words, occurrence=document.text.count(words, 0, at) + 1)])


def visible_text(data: bytes) -> list[str]:
    """Every character of the body part that is text, in order."""
    root = opened(data).element
    texts = [node.text or "" for node in root.iter(qn("w:t"), qn("w:delText"), qn("w:instrText"))]
    signs = [node.tag for node in root.iter(qn("w:tab"), qn("w:br"), qn("w:noBreakHyphen"))]
    return ["".join(texts), "".join(signs), *[paragraph.text for paragraph in opened(data).paragraphs]]


def commented_words(data: bytes) -> dict[str, tuple[str, str]]:
    """For each comment of ours: id -> (the words under it, what it says)."""
    word = opened(data)
    under: dict[str, list[str]] = {}
    active: list[str] = []
    for node in word.element.body.iter():
        if node.tag == qn("w:commentRangeStart"):
            active.append(node.get(qn("w:id")))
            under[active[-1]] = []
        elif node.tag == qn("w:commentRangeEnd"):
            active.remove(node.get(qn("w:id")))
        elif node.tag == qn("w:t"):
            for name in active:
                under[name].append(node.text or "")
    ours = {str(comment.comment_id): comment.text for comment in word.comments if comment.author == "先审"}
    assert all(comment.initials == "审" for comment in word.comments if comment.author == "先审")
    return {name: ("".join(under[name]), text) for name, text in ours.items()}


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The package with one member put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, content)
    return out.getvalue()
