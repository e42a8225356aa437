"""Plain text: the charset is proved, lines become blocks, what an editor broke stays together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.domain.document import BlockKind, Document, UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.extract.plain import decode


def read(data: bytes, name: str = "稿件.txt") -> Document:
    return read_here(data, name, ReadOptions())


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("text", ["内部资料", "关于召开保密工作会议的通知", "机密★10年"])
def test_every_common_charset(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


@pytest.mark.parametrize("text", ["內部資料，注意保存", "關於召開會議的通知", "這個單位的機密文件"])
def test_traditional_chinese_in_big5(text: str) -> None:
    assert decode(text.encode("big5")) == text


def test_utf16_without_a_mark() -> None:
    assert decode("abc 内部\r\n".encode("utf-16-le")) == "abc 内部\n"
    assert decode("abc 内部\r\n".encode("utf-16-be")) == "abc 内部\n"


@pytest.mark.parametrize("data", [b"\xff\xff\x81", "内部".encode() + b"\xff\xff\x80", b"\xff\xfe\x00\xd8a\x00"])
def test_an_unknown_charset_is_said(data: bytes) -> None:
    with pytest.raises(ExtractionError) as raised:
        decode(data)
    assert raised.value.reason == UnreadReason.UNKNOWN_CHARSET


def test_a_block_per_line_with_its_number() -> None:
    document = read("第一段。\n\n  第二段内容。\r\n第三段内容。".encode())
    assert [(b.text.strip(), b.provenance.paragraph) for b in document.blocks] == [
        ("第一段。", 1),
        ("第二段内容。", 3),
        ("第三段内容。", 4),
    ]


def test_vertical_text_stays_together() -> None:
    assert read("机\n密\n★\n十年\n\n正文从这里开始，不是竖排。".encode()).blocks[0].text == "机\n密\n★\n十年"


def test_hard_wrapped_text_stays_together() -> None:
    lines = [
        "各单位要认真落实保密审查的各项制度要求并在公开前由",
        "部门负责人逐项审核签字确认其身份证号是11010119",
        "900307123以及其他内容然后再行发布。",
    ]
    document = read("\n".join(lines).encode())
    assert [block.text for block in document.blocks] == ["\n".join(lines)]


def test_rows_of_a_table() -> None:
    document = read('姓名,电话,"住 址"\n张三,138,"甲,乙"\n'.encode("gb18030"), "名单.csv")
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.TABLE_ROW, "姓名\t电话\t住 址"),
        (BlockKind.TABLE_ROW, "张三\t138\t甲,乙"),
    ]
    assert document.blocks[1].place(3) == "第2行第2列"


def test_control_characters_stay_out() -> None:
    assert decode("机\x00\x07密".encode()) == "机  密"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(b"\xef\xbb\xbf" + text.encode()) == text.removeprefix("\ufeff")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    document = read(data)
    assert document.unread or document.text.strip()
