"""Web pages: what is shown, what is hidden, what only the source says."""

import base64
import io

import pytest
from PIL import Image

from screening.domain.document import Block, BlockKind, Document, Hidden
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here


def read(source: str, charset: str = "utf-8") -> Document:
    page = f"<!doctype html><html><head><meta charset={charset}></head><body>{source}</body></html>"
    return read_here(page.encode(charset), "page.html", ReadOptions(ocr=False))


def only(document: Document, kind: BlockKind) -> Block:
    (block,) = [block for block in document.blocks if block.kind is kind]
    return block


def test_shown_text_by_paragraph() -> None:
    document = read("<h1>标<b>题</b></h1><ul><li>甲</li><li>乙<br>丙</li></ul>尾", "gb2312")
    assert [block.text for block in document.blocks] == ["标题", "甲", "乙\n丙", "尾"]
    assert [block.provenance.paragraph for block in document.blocks] == [1, 2, 3, 4]


def test_table_rows() -> None:
    document = read("<table><tr><th>姓名<th>电话<tr><td><p>张三</p><td>138</table>")
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.TABLE_ROW, "姓名\t电话"),
        (BlockKind.TABLE_ROW, "张三\t138"),
    ]


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("<p hidden>藏</p>", Hidden.FLAGGED),
        ("<template><p>藏</p></template>", Hidden.FLAGGED),
        ("<p style='display: none'>藏</p>", Hidden.FORMAT),
        ("<p style='VISIBILITY:hidden !important'>藏</p>", Hidden.FORMAT),
        ("<p style='font-size:0'>藏</p>", Hidden.TINY),
        ("<p style='font-size:1px'>藏</p>", Hidden.TINY),
        ("<p style='opacity:0.0'>藏</p>", Hidden.TRANSPARENT),
        ("<p style='color:transparent'>藏</p>", Hidden.TRANSPARENT),
        ("<p style='color:#fff'>藏</p>", Hidden.WHITE),
        ("<font color=white>藏</font>", Hidden.WHITE),
        ("<p style='color:red;background-color:red'>藏</p>", Hidden.SAME_COLOUR),
        ("<p style='position:absolute;left:-9999px'>藏</p>", Hidden.OFF_PAGE),
    ],
)
def test_hidden_elements(source: str, hidden: Hidden) -> None:
    block = only(read(f"<p>可见</p>{source}"), BlockKind.HIDDEN_TEXT)
    assert (block.text, block.provenance.hidden) == ("藏", hidden)


@pytest.mark.parametrize("style", ["color:#333", "font-size:0.9em", "color:#fff;background:#c00", "opacity:.9"])
def test_ordinary_styles_hide_nothing(style: str) -> None:
    assert only(read(f"<p style='{style}'>看得见</p>"), BlockKind.PARAGRAPH).visible


def test_hidden_letters_do_not_break_a_word() -> None:
    document = read("<p>机<span style='display:none'>器</span>密</p>")
    assert only(document, BlockKind.PARAGRAPH).text == "机密"
    assert only(document, BlockKind.HIDDEN_TEXT).text == "器"


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("<!-- 注释 -->", BlockKind.CODE_COMMENT, "注释"),
        ("<img alt='替代'>", BlockKind.ALT_TEXT, "替代"),
        ("<input type=hidden name=a value='藏值'>", BlockKind.FORM_FIELD, "藏值"),
        ("<textarea>填写</textarea>", BlockKind.FORM_FIELD, "填写"),
        ("<a href='/%E6%9C%BA%E5%AF%86.doc'></a>", BlockKind.LINK, "/机密.doc"),
        ('<script type="application/ld+json">{"a":"李四"}</script>', BlockKind.SCRIPT, "李四"),
        ('<script>x="\\u673a\\u5bc6"</script>', BlockKind.SCRIPT, "机密"),
        ("<script>// 说明\n</script>", BlockKind.SCRIPT, "说明"),
        ("<meta name=description content='描述'>", BlockKind.METADATA, "描述"),
        ("<title>题目</title>", BlockKind.TITLE, "题目"),
    ],
)
def test_places_besides_the_text(source: str, kind: BlockKind, text: str) -> None:
    assert only(read(f"<p>正文</p>{source}"), kind).text == text


def test_a_picture_inside_the_page() -> None:
    packed = io.BytesIO()
    Image.new("RGB", (100, 50), "red").save(packed, "PNG")
    document = read(f"<img src='data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}'>")
    assert only(document, BlockKind.IMAGE).text == "图片 图1 100×50"
    assert [item.reason.value for item in document.unread] == ["image_without_ocr"]


def test_a_false_charset_does_not_matter() -> None:
    page = "<html><meta charset=utf-8><p>内部资料注意保存</p>".encode("gb18030")
    assert "内部资料" in read_here(page, "a.html", ReadOptions()).text
