"""Parts of pages that came before: whatever is remembered, a page is read as if it were the first."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from screening.domain.document import Document
from screening.extract import frames, sniff
from screening.extract.base import Reading, ReadOptions
from screening.extract.dispatch import read_here, reading_here
from screening.extract.isolate import ReaderPool
from screening.extract.limits import Limits
from screening.extract.read import read
from screening.extract.repeats import Repeats

OPTIONS = ReadOptions(ocr=False)
ONCE = ReadOptions(ocr=False, repeats=True)
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 20).decode()
# Parts that menus, side bars and feet are made of, and what may stand in the way of remembering them.
PARTS = (
    "<ul><li><a href='/1' title='首页'>首页</a><li><a href='/2'>政务公开</a></ul>",
    "<div><p>主办：云岭市人民政府办公室</p><p>联系电话0199-5550123</p></div>",
    "<table><tr><td>姓名</td><td>电话</td></tr><tr><td>林小满</td><td>13800138000</td></tr></table>",
    "<table><tr><td><ul><li>东栏<li>西栏</ul></td></tr></table>",
    "<div><p>甲</p><div style='display:none'><p>暗藏的话</p></div>乙</div>",
    "<div style='display:none'><ul><li>隐藏<li>列表</ul></div>",
    "<div><!-- 批注：先不发 --><script>var a = '内部';</script><b>丙</b>丁<br>戊</div>",
    f"<div><img alt='图说' src='data:image/png;base64,{PICTURE}'><p>己</p></div>",
    "<div><p>未闭合<div><p>嵌套",
    "<tr><td>没有表格的行</td></tr>",
)
LOOSE = ("前文", "前文<b>粗体</b>", "<p>正文一段，说明情况。</p>", "<span hidden>不显示</span>", "")


def page(parts: list[str]) -> bytes:
    """A page of these parts."""
    return f"<html><head><title>云岭</title></head><body>{''.join(parts)}</body></html>".encode()


def told(reading: Reading, known: set[int], parts: frames.Parts) -> Document:
    """What the parent gets of a reading."""
    message = frames.json.loads(frames.pack_readings([(reading, sniff.HTML)], known))
    return frames.unpack_documents(message, [(b"", "a.html")], Limits(), parts)[0].document()


@given(st.lists(st.lists(st.sampled_from(PARTS + LOOSE), max_size=7), min_size=2, max_size=6))
def test_a_page_is_read_as_if_it_were_the_first(pages: list[list[str]]) -> None:
    """Same blocks, same places, same unread, whatever came before; and the parent gets the same."""
    memory, known, parts = Repeats(), set[int](), frames.Parts()
    for data in map(page, pages + pages):
        wanted = read_here(data, "a.html", OPTIONS)
        reading = reading_here(data, "a.html", OPTIONS, memory)
        document = told(reading, known, parts)
        assert (document.blocks, document.unread) == (wanted.blocks, wanted.unread)
        assert document.metadata == wanted.metadata


def test_what_pages_share_is_told_once() -> None:
    """The third page tells the menu by its number; the limit of blocks counts it all the same."""
    memory, known = Repeats(), set[int]()
    menu = f"<ul>{''.join(f'<li><a>第{at}项</a>' for at in range(50))}</ul>"
    sent = []
    for at in range(4):
        reading = reading_here(page([f"<p>第{at}篇</p>", menu]), "a.html", OPTIONS, memory)
        sent.append(len(frames.pack_readings([(reading, sniff.HTML)], known)))
        assert len(reading.pieces) + sum(len(one.part.pieces) for one in reading.repeats) == 52
    assert sent[3] < sent[0] / 4
    small = ReadOptions(ocr=False, limits=Limits(blocks=40))
    cut = reading_here(page(["<p>末篇</p>", menu]), "a.html", small, memory)
    assert [str(one.reason) for one in cut.unread] == ["over_limit"]


def test_a_reading_process_remembers_only_where_it_is_asked_to() -> None:
    """Drafts of the desk leave nothing behind; pages of a scan do, and are read alike."""
    data = [page([f"<p>第{at}篇</p>", *PARTS[:4]]) for at in range(5)]
    with ReaderPool(options=OPTIONS) as pool:
        plain = [read(one, "a.html", OPTIONS, pool) for one in data]
        shared = [one.document() for one in pool.read_all([(one, "a.html") for one in data], ONCE)]
    assert [one.blocks for one in shared] == [one.blocks for one in plain]


def test_a_part_that_was_never_told_is_refused() -> None:
    """Nothing in an answer is trusted."""
    message = {"type": sniff.HTML, "unread": [], "metadata": {}}
    for odd in ({"part": 9, "behind": [0, 0], "blocks": []}, {"part": None, "behind": [0, 0], "blocks": []},
                {"part": 1, "behind": [0], "blocks": []}, {"behind": [0, 0]}):  # fmt: skip
        answer = {"is": "documents", "of": [{**message, "blocks": [odd]}]}
        try:
            frames.unpack_documents(answer, [(b"", "a.html")], Limits(), frames.Parts())
        except ValueError:
            continue
        raise AssertionError(odd)
