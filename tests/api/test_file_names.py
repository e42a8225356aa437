"""Names of files: read from all kinds of senders, and made fit to show."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.upload import BadUploadError
from tests.api.uploads import Store, form, part, upload


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return Store(tmp_path)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('filename="关于云雾县的请示.docx"', "关于云雾县的请示.docx"),
        ("filename=\"x.doc\"; filename*=UTF-8''%E8%AF%B7%E7%A4%BA.doc", "请示.doc"),
        ("filename*=utf-8'zh'%E8%AF%B7%E7%A4%BA.doc", "请示.doc"),
        ("filename*=GBK''%C7%EB%CA%BE.doc", "请示.doc"),
        ("filename=\"x.doc\"; filename*=odd''%FF", "x.doc"),
        ('filename="C:\\\\unit\\\\secret\\\\a.txt"', "a.txt"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="..\\..\\boot.ini"', "boot.ini"),
        ('filename="a\u202etxt.exe\u200b\u0000\u0007"', "atxt.exe"),
        ('filename="甲\u2028乙.txt"', "甲乙.txt"),
        ('filename="𠮷\U000323b0.txt"', "𠮷\U000323b0.txt"),
        ('filename=".."', "未命名"),
        ('filename="a/"', "未命名"),
        ('filename="' + "长" * 300 + '.docx"', "长" * 195 + ".docx"),
        ('filename="' + "长" * 300 + '"', "长" * 200),
        ('filename="a;b=c.txt"', "a;b=c.txt"),
        ('filename="a \\"b\\".txt"', 'a "b".txt'),
    ],
)
def test_file_names_are_made_fit_to_show(store: Store, sent: str, shown: str) -> None:
    """Paths, unseen characters and excess go, names of all kinds of senders are read."""
    found = upload(store, [form(part(f'form-data; name="draft"; {sent}', b""))])
    assert [one.filename for one in found.files] == [shown]


def test_a_file_name_in_gb18030_is_read(store: Store) -> None:
    """As old clients send it."""
    body = form(part('form-data; name="draft"; filename="NAME.txt"', b"")).replace(b"NAME", "请示".encode("gb18030"))
    assert upload(store, [body]).files[0].filename == "请示.txt"


@given(st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_no_header_is_too_odd(name: str, filename: str) -> None:
    """Read or refused, and a name that is shown is never long and never holds an unseen character."""
    body = form(part(f'form-data; name="{name}"; filename="{filename}"'.encode(errors="replace").decode(), b""))
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = upload(Store(Path(folder)), [body])
        except BadUploadError:
            return
        for one in found.files:
            assert 0 < len(one.filename) <= 200
            assert not set(one.filename) & set("/\\\r\n\0\u202e\u2066\u200b")
