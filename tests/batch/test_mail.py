"""Letters: words, HTML and attachments as items of their own."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.batch.item import Fault, Item
from screening.batch.opened import opened
from tests.batch.scanning import judge, judging, settings_in


def letter(**attached: bytes) -> bytes:
    """A letter with text, HTML and these attachments."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "关于名单", "张三 <a@yunling.example>", "b@yunling.example"
    message.set_content("正文在此")
    message.add_alternative("<p>网页在此</p>", subtype="html")
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{name}.bin")
    return message.as_bytes()


def items(data: bytes, name: str = "信.eml") -> list[Item]:
    """What this letter holds."""
    return list(opened(Item(name, name, data)))


def test_words_page_and_attachments_are_items() -> None:
    """The words carry subject and people and stand under the letter's own name."""
    words, page, file = items(letter(名单=b"\x00\x01"))
    assert words.location == "信.eml"
    assert words.title == "关于名单"
    for part in ("关于名单", "发件人：张三 （邮箱）", "收件人：（邮箱）", "正文在此"):
        assert part in words.data.decode()
    assert "网页在此" in page.data.decode()
    assert (file.filename, file.data, file.parent) == ("名单.bin", b"\x00\x01", "信.eml")


def test_addresses_of_the_head_are_no_list_and_those_of_the_text_are(tmp_path: Path) -> None:
    """Every letter is sent to somebody; a list of addresses that is written in it is one all the same."""
    how = judging(settings_in(tmp_path))
    found = {}
    for at, text in (("head", "请于周五前报送读书会安排。"), ("text", addresses("w"))):
        message = EmailMessage()
        message["Subject"], message["To"], message["Cc"] = "读书会安排", addresses("t"), addresses("c")
        message.set_content(text)
        (words,) = items(message.as_bytes())
        found[at] = [one.category for one in judge(words, how).findings]
    assert found["head"] == []
    assert "pii_list_bulk" in found["text"]


def addresses(letter: str) -> str:
    """Twelve of them."""
    return ", ".join(f"{letter}{at}@yunling.example" for at in range(12))


def test_a_letter_is_always_sent_again() -> None:
    """If it were only known to be unchanged, its attachments would seem to be gone."""
    words, *_ = opened(Item("信.eml", "信.eml", letter(名单=b"\x00"), etag="1", last_modified="2"))
    assert (words.etag, words.last_modified) == ("", "")


def test_letters_and_archives_inside_are_opened() -> None:
    """A forwarded letter, a packed attachment."""
    outer = EmailMessage()
    outer["Subject"] = "转发"
    outer.set_content("见附件")
    inner = EmailMessage()
    inner["Subject"] = "原信"
    inner.set_content("原文")
    outer.add_attachment(inner)
    found = items(outer.as_bytes())
    assert [item.title for item in found] == ["转发", "原信"]
    assert "原文" in found[1].data.decode()


def test_old_letters_in_gbk_are_read() -> None:
    """Raw bytes in the header and a charset that is wrong."""
    raw = "Subject: 关于名单\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n正文在此".encode("gbk")
    (words,) = items(raw)
    assert "关于名单" in words.title
    assert "正文在此" in words.data.decode()


@pytest.mark.parametrize(
    "data",
    [
        (
            b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!!"
        ),
        b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b"Subject: =?utf-8?b?broken\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nwords",
        b'Subject: x\r\nContent-Disposition: attachment; filename="../../x"\r\n\r\nwords',
        b"From: x\r\n" * 3_000 + b"\r\nwords",
    ],
)
def test_a_broken_letter_is_items_or_a_fault(data: bytes) -> None:
    """Never an exception, never nothing."""
    assert items(data)


def test_a_file_that_is_no_letter_stays_as_it_is() -> None:
    """By name alone it is none."""
    assert items(b"\x89PNG\r\n\x1a\n")[0].data == b"\x89PNG\r\n\x1a\n"


def test_a_letter_of_endless_parts_is_told() -> None:
    """Thousands of parts."""
    data = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 3_000
    assert items(data)[0].fault is Fault.BROKEN


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_behind_a_header_are_survived(data: bytes) -> None:
    """Letters come from anywhere."""
    assert items(b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n" + data)
