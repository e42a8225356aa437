"""Pages: what repeats, what is an article, what only says when and by whom."""

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from screening.batch.pages import is_byline, kind_of, piece_print, prints_of, repeated, title_of
from screening.domain.document import BlockKind, Document, Hidden, Provenance
from screening.extract.base import Content, ReadOptions
from screening.extract.dispatch import read_here
from screening.extract.repeats import Stretch
from tests.batch.scanning import html

KEY = b"k" * 32


def of(*texts: str, media_type: str = "text/html") -> Document:
    """A page of paragraphs."""
    pieces = [(BlockKind.PARAGRAPH, text, Provenance()) for text in texts]
    return Document.of_pieces(pieces, sha256=hashlib.sha256(b"").hexdigest(), media_type=media_type, filename="a")


def read(data: bytes) -> Document:
    """A page as it is read."""
    return read_here(data, "a.html", ReadOptions(ocr=False))


@given(st.lists(st.frozensets(st.integers(0, 9)), max_size=12), st.integers(1, 6))
def test_what_repeats_stands_on_so_many_pages(pages: list[frozenset[int]], least: int) -> None:
    """Neither more nor less."""
    assert repeated(pages, least) == {one for one in range(10) if sum(one in page for page in pages) >= least}


def test_a_print_depends_on_kind_visibility_text_and_key() -> None:
    """And not on blanks or on the place."""
    piece = of("值班电话").blocks[0].piece
    other = Document.of_pieces([(BlockKind.PARAGRAPH, "值班电话", Provenance(hidden=Hidden.WHITE))], sha256="",
                               media_type="", filename="").blocks[0].piece  # fmt: skip
    assert piece_print(piece, KEY) == piece_print(of("首页", " 值班电话 ").blocks[1].piece, KEY)
    assert piece_print(piece, KEY) != piece_print(other, KEY)
    assert piece_print(piece, KEY) != piece_print(piece, b"another key")
    plain = Content("", "text/plain", "a", ((Stretch((piece,)), 0, 0),))
    assert not prints_of(plain, KEY)
    assert prints_of(replace(plain, media_type="text/html"), KEY) == {piece_print(piece, KEY)}


def test_articles_lists_and_files() -> None:
    """By their sentences and tables."""
    assert kind_of(read(html(1))) == "article"
    links = b"".join(f"<li><a href='{at}.html'>第{at}号通知</a></li>".encode() for at in range(20))
    assert kind_of(read(b"<html><meta charset=utf-8><ul>" + links + b"</ul>")) == "list"
    rows = "".join(f"<tr><td>{at}</td><td>槐树巷</td></tr>" for at in range(5))
    assert kind_of(read(f"<html><meta charset=utf-8><table>{rows}</table>".encode())) == "article"
    assert kind_of(of("一份通知。", media_type="text/plain")) == "file"


def test_a_table_of_people_keeps_its_rows() -> None:
    """One block a row, cells apart."""
    rows = "".join(f"<tr><td>安小{at}</td><td>1380013000{at}</td></tr>" for at in range(3))
    document = read(f"<html><meta charset=utf-8><table>{rows}</table>".encode())
    assert next(block.text for block in document.blocks if block.kind is BlockKind.TABLE_ROW) == "安小0\t13800130000"


def test_titles_lose_the_name_of_the_site() -> None:
    """And only that."""
    assert title_of(one.piece for one in read(html(7)).blocks) == "第7次读书会"
    assert title_of(one.piece for one in of("无标题").blocks) == ""


def test_bylines_are_told_from_sentences() -> None:
    """Short lines with a date, a source or a button."""
    byline, sentence = of("发布时间：2031-05-06 来源：市教育局", "今年的读书会在社区书屋举行。").blocks
    assert is_byline(byline)
    assert not is_byline(sentence)
