"""Uploads: what was sent arrives, whole or not at all, in the vault only, and no more of it than was allowed."""

import asyncio
import hashlib
import logging
import random
import tempfile
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from api.upload import BadUploadError, TooLargeError, Upload
from screening.domain.errors import StorageFullError
from screening.store.vault import BlobWriter
from tests.api.uploads import BOUNDARY, CANARY, FORM, MIB, Store, form, part, upload

POSIX = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are looked for in /proc")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return Store(tmp_path)


def cut(body: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """The body in pieces of these sizes, the rest at the end."""
    for size in sizes:
        yield body[:size]
        body = body[size:]
    yield body


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.binary(max_size=200) | st.sampled_from([b"", b"\r\n--frontier", b"--frontier-7", b"\r\n--frontier-8"])),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=4),
    st.lists(st.integers(0, 90)),
)
def test_a_form_arrives_however_it_is_cut(contents: list[bytes], values: list[str], sizes: list[int]) -> None:
    """Files and fields in their order, with size and digest, also when a content looks like a boundary."""
    contents = [one for one in contents if f"\r\n--{BOUNDARY}".encode() not in b"\r\n" + one]
    parts = [part('form-data; name="note"', value.encode()) for value in values]
    parts += [
        part(f'form-data; name="draft"; filename="{number}.txt"', one, "Content-Type: Text/Plain; charset=x")
        for number, one in enumerate(contents)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        found = upload(store, cut(form(*parts), sizes))
        assert found.fields == ({"note": values} if values else {})
        assert store.read(found) == contents
        assert [one.filename for one in found.files] == [f"{number}.txt" for number in range(len(contents))]
        assert {one.media_type for one in found.files} <= {"text/plain"}
        assert [one.blob.sha256 for one in found.files] == [hashlib.sha256(one).hexdigest() for one in contents]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_mangled_form_is_refused_or_read_and_nothing_is_left(data: st.DataObject) -> None:
    """A form with bytes changed, cut or put in: no other error, no half file."""
    body = bytearray(
        form(part('form-data; name="a"; filename="甲.txt"', b"text"), part('form-data; name="b"', b"value"))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body)))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        try:
            found = upload(store, [bytes(body)])
        except BadUploadError:
            assert store.files() == []
        else:
            assert len(store.read(found)) == len(store.files())


def test_a_raw_body_is_one_file(store: Store) -> None:
    """With the name and type of its headers; an empty one too."""
    name = {"content-disposition": "attachment; filename*=UTF-8''%E7%A8%BF%E4%BB%B6.docx"}
    found = upload(store, [b"one ", b"two"], "application/msword", headers=name)
    (one,) = found.files
    assert (one.filename, one.media_type, one.blob.size) == ("稿件.docx", "application/msword", 7)
    assert store.read(found) == [b"one two"]
    assert store.read(upload(store, [], "")) == [b""]


def test_a_file_that_was_not_chosen_is_none(store: Store) -> None:
    """Browsers send an empty part for it. With content but no name something is wrong."""
    nothing = 'form-data; name="draft"; filename=""'
    assert upload(store, [form(part(nothing, b""))]) == Upload({}, [])
    with pytest.raises(BadUploadError):
        upload(store, [form(part(nothing, b"content"))])


FILE = part('form-data; name="draft"; filename="a.txt"', CANARY)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", form(FILE)),
        (f"multipart/form-data; boundary={'x' * 5000}", form(FILE)),
        (f"multipart/mixed; boundary={BOUNDARY}", form(FILE)),
        ("application/x-www-form-urlencoded", b"a=" + CANARY),
        (FORM, CANARY),
        (FORM, b""),
        (FORM, FILE),  # no closing boundary
        (FORM, form(FILE)[:-6]),
        (FORM, form(FILE, part("form-data", CANARY))),
        (FORM, form(FILE, part('form-data; name="b"; filename="b"', CANARY, "Content-Transfer-Encoding: base64"))),
        (FORM, form(FILE, part('form-data; name="b"', CANARY, "X" * 9000 + ": y"))),
        (FORM, form(FILE, part('form-data; name="b"', CANARY, "bad header"))),
        (FORM, form(FILE, part('form-data; name="b"', CANARY.decode().encode("gb18030")))),
        (FORM, form(FILE, *[part('form-data; name="b"', b"")] * 200)),
    ],
)
def test_malformed_bodies_are_refused_without_a_word_of_them(
    store: Store, caplog: pytest.LogCaptureFixture, content_type: str, body: bytes
) -> None:
    """Nothing kept, nothing quoted, nothing logged."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(BadUploadError) as caught:
        upload(store, [body], content_type)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert CANARY.decode() not in str(caught.value)
    assert [record for record in caplog.records if record.name != "asyncio"] == []
    assert store.files() == []


def test_long_fields_and_bodies_are_refused(store: Store) -> None:
    """Fields by all of them together, header names included; bodies by what came, whatever was announced."""
    fields = [part(f'form-data; name="{number}"', b"x" * 400) for number in range(20)]
    assert len(upload(store, [form(*fields)], field_limit=20 * 460).fields) == 20
    with pytest.raises(TooLargeError):
        upload(store, [form(FILE, *fields)], field_limit=8000)
    body = form(FILE)
    assert upload(store, [body], limit=len(body)).files
    kept = store.files()
    for announced in ({}, {"content-length": "5"}, {"content-length": "odd"}):
        with pytest.raises(TooLargeError):
            upload(store, cut(body, [9, 30, 60]), limit=len(body) - 1, headers=announced)
    assert store.files() == kept


def test_an_announced_excess_is_refused_before_reading(store: Store) -> None:
    """Not one chunk is taken."""
    for announced in (str(9 * MIB), "9" * 5000):
        with pytest.raises(TooLargeError):
            upload(store, [pytest.fail], headers={"content-length": announced})


def test_a_client_that_leaves_leaves_nothing(store: Store) -> None:
    """In the middle of its second file; the first is not kept either."""
    seen: list[int] = []
    body = form(FILE, part('form-data; name="draft"; filename="b.txt"', CANARY * 9000))
    with pytest.raises(ClientDisconnect):
        upload(store, [body[:200_000], lambda: seen.append(len(store.files()))], gone=True)
    assert seen == [2]
    assert store.files() == []


def test_a_fault_of_the_store_undoes_all(store: Store) -> None:
    """The error comes through as it is."""

    class Full(BlobWriter):
        def write(self, chunk: bytes) -> None:
            super().write(chunk[:1])
            raise StorageFullError("存储空间已满")

    sink = store.sink

    def filling(name: str, filename: str) -> BlobWriter:
        writer = sink(name, filename)
        writer.__class__ = BlobWriter if name == "draft" else Full
        return writer

    store.sink = filling  # type: ignore[method-assign]
    with pytest.raises(StorageFullError):
        upload(store, [form(FILE, part('form-data; name="b"; filename="b"', b"x"))])
    assert store.files() == []


def open_files_hold(words: bytes) -> bool:
    """Whether any regular file this process has open, deleted ones too, holds these bytes."""
    for handle in Path("/proc/self/fd").iterdir():
        try:
            if handle.is_file() and words in handle.read_bytes():
                return True
        except OSError:  # closed in between
            continue
    return False


@POSIX
def test_plain_text_is_in_no_file_while_it_comes_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """3 MiB, looked for after each chunk among open files, in the vault and in the temporary folder.

    Starlette's own parser shows that the search finds what it looks for.
    """
    temporary = store.vault.folder.parent / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    body = form(part('form-data; name="draft"; filename="a.txt"', CANARY * (3 * MIB // len(CANARY))))
    spilled: list[bool] = []

    def look() -> None:
        spilled.append(open_files_hold(CANARY) or any(CANARY in path.read_bytes() for path in store.files()))

    pieces = [body[start : start + 256 * 1024] for start in range(0, len(body), 256 * 1024)]
    steps = [step for piece in pieces for step in (piece, look)]
    found = upload(store, steps)
    assert found.files[0].blob.size > 3 * MIB - len(CANARY)
    look()
    assert spilled == [False] * (len(pieces) + 1)
    assert list(temporary.iterdir()) == []

    async def spool() -> None:
        waiting = iter(pieces)

        async def take() -> Message:
            piece = next(waiting, b"")
            look()
            return {"type": "http.request", "body": piece, "more_body": bool(piece)}

        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", FORM.encode())]}
        await (await Request(scope, take).form()).close()

    asyncio.run(spool())
    assert True in spilled


def test_memory_stays_flat(store: Store) -> None:
    """64 MiB within 8 MiB."""
    head = part('form-data; name="draft"; filename="a"', b"")[:-2]
    piece = random.Random(3).randbytes(64 * 1024)
    tracemalloc.start()
    try:
        base = tracemalloc.get_traced_memory()[0]
        chunks = (head, *[piece] * 1024, form(b"\r\n"))
        found = upload(store, chunks, limit=65 * MIB)
        assert found.files[0].blob.size == 64 * MIB
        assert tracemalloc.get_traced_memory()[1] - base < 8 * MIB
    finally:
        tracemalloc.stop()
