"""The vault: what was put in comes out unchanged, or not at all; plain text is never on the disk."""

import hashlib
import os
import random
import stat
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.domain.errors import SettingsError, VaultError
from screening.store.frames import FRAME, TAG
from screening.store.vault import Vault, WrappedKey

MASTER = bytes(range(32))
CANARY = "云雾县第九试验场迁建方案".encode()
CONTEXT = "case-7:2:draft"
CIPHERS = st.sampled_from(["aes", "sm4"])
BORDERS = st.sampled_from([0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 1])
ONE_FRAME = FRAME + TAG
HEADER = 24


@pytest.fixture(params=["aes", "sm4"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """An empty vault, of either cipher."""
    return Vault(tmp_path / "vault", MASTER, request.param)


@pytest.fixture(scope="module", params=["aes", "sm4"])
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Vault, WrappedKey, bytes]:
    """A vault, a key and the sealed bytes of a content of four frames."""
    vault = Vault(tmp_path_factory.mktemp("vault"), MASTER, request.param)
    key = vault.new_key()
    blob = vault.put(random.Random(1).randbytes(3 * FRAME + 1000), key, CONTEXT)
    return vault, key, only_file(vault).read_bytes() + blob.id.encode()


def only_file(vault: Vault) -> Path:
    """The one blob of a vault."""
    (blob_id,) = vault.ids()
    return vault.folder / blob_id[:2] / blob_id


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def holds(folder: Path, words: bytes) -> bool:
    """Whether any file below the folder holds these bytes."""
    return any(words in path.read_bytes() for path in files(folder))


@settings(max_examples=60, deadline=None)
@given(CIPHERS, st.integers(0), st.lists(st.integers(0, 40_000) | BORDERS, max_size=8))
def test_any_bytes_in_any_chunks_come_back(cipher: str, seed: int, sizes: list[int]) -> None:
    """With their size and digest."""
    chunks = [random.Random(seed + number).randbytes(size) for number, size in enumerate(sizes)]
    whole = b"".join(chunks)
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder), MASTER, cipher)
        key = vault.new_key()
        with vault.writer(key, CONTEXT) as writer:
            for chunk in chunks:
                writer.write(chunk)
        assert (writer.blob.size, writer.blob.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
        assert vault.read(writer.id, key, CONTEXT) == whole
        assert all(len(piece) <= FRAME for piece in vault.chunks(writer.id, key, CONTEXT))


@given(CIPHERS, st.text(st.characters()), st.text(), st.data())
@settings(max_examples=60, deadline=None)
def test_small_texts_come_back_and_bear_no_change(cipher: str, text: str, context: str, data: st.DataObject) -> None:
    """Titles and notes, lone surrogates too; one changed bit and it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder), MASTER, cipher)
        key = vault.new_key()
        sealed = vault.seal(text, key, context)
        assert vault.unseal(sealed, key, context) == text
        bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
        with pytest.raises(VaultError):
            vault.unseal(flipped(sealed, bit), key, context)
        with pytest.raises(VaultError):
            vault.unseal(sealed, key, context + "x")
        with pytest.raises(VaultError):
            vault.unseal(sealed, vault.new_key(), context)


def flipped(data: bytes, bit: int) -> bytes:
    """The bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def refused(stored: tuple[Vault, WrappedKey, bytes], sealed: bytes) -> None:
    """Put these bytes in the blob's place: reading must name the blob and say nothing of the content."""
    vault, key, original = stored
    blob_id = original[-32:].decode()
    path = vault.folder / blob_id[:2] / blob_id
    path.write_bytes(sealed)
    try:
        with pytest.raises(VaultError, match=blob_id) as caught:
            vault.read(blob_id, key, CONTEXT)
        assert caught.value.__cause__ is None
    finally:
        path.write_bytes(original[:-32])


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_changed_bit_is_refused(stored: tuple[Vault, WrappedKey, bytes], data: st.DataObject) -> None:
    """Header, any frame, any tag."""
    sealed = stored[2][:-32]
    refused(stored, flipped(sealed, data.draw(st.integers(0, len(sealed) * 8 - 1))))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_truncation_and_any_extension_is_refused(
    stored: tuple[Vault, WrappedKey, bytes], data: st.DataObject
) -> None:
    """Anywhere, and at every border of frames."""
    sealed = stored[2][:-32]
    borders = st.sampled_from([0, HEADER, *range(HEADER + ONE_FRAME, len(sealed), ONE_FRAME)])
    refused(stored, sealed[: data.draw(borders | st.integers(0, len(sealed) - 1))])
    refused(stored, sealed + data.draw(st.binary(min_size=1, max_size=40) | st.just(sealed[-ONE_FRAME:])))


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (1, 2)])
def test_swapped_repeated_and_missing_frames_are_refused(
    stored: tuple[Vault, WrappedKey, bytes], first: int, second: int
) -> None:
    """Each frame belongs to its place."""
    sealed = stored[2][:-32]
    frames = [sealed[start : start + ONE_FRAME] for start in range(HEADER, len(sealed), ONE_FRAME)]
    swapped = list(frames)
    swapped[first], swapped[second] = frames[second], frames[first]
    repeated = [*frames[: first + 1], *frames[first:]]
    missing = frames[:first] + frames[first + 1 :]
    for changed in (swapped, repeated, missing):
        refused(stored, sealed[:HEADER] + b"".join(changed))


def test_another_context_key_master_or_place_is_refused(vault: Vault) -> None:
    """A content opens only for whom, with what and where it was sealed."""
    key = vault.new_key()
    one, two = vault.put(b"one", key, CONTEXT), vault.put(b"two", key, CONTEXT)
    with pytest.raises(VaultError, match=one.id):
        vault.read(one.id, key, "case-7:3:draft")
    with pytest.raises(VaultError, match=one.id):
        vault.read(one.id, vault.new_key(), CONTEXT)
    with pytest.raises(VaultError):
        Vault(vault.folder, bytes(32)).read(one.id, key, CONTEXT)
    with pytest.raises(VaultError):
        vault.read(one.id, WrappedKey(b""), CONTEXT)
    path = vault.folder / one.id[:2] / one.id
    path.write_bytes((vault.folder / two.id[:2] / two.id).read_bytes())
    with pytest.raises(VaultError, match=one.id):  # same key, same context, another blob
        vault.read(one.id, key, CONTEXT)


def test_the_same_content_never_looks_the_same(vault: Vault) -> None:
    """Nobody can tell from the disk that two drafts are equal."""
    key = vault.new_key()
    assert vault.seal("甲", key, CONTEXT)[HEADER:] != vault.seal("甲", key, CONTEXT)[HEADER:]
    assert key != vault.new_key()


def test_a_change_of_cipher_leaves_old_contents_readable(tmp_path: Path) -> None:
    """Each content, and each key, names its own cipher."""
    aes, sm4 = Vault(tmp_path, MASTER, "aes"), Vault(tmp_path, MASTER, "sm4")
    key = aes.new_key()
    old, new = aes.put(b"old", key, CONTEXT), sm4.put(b"new", key, CONTEXT)
    assert (sm4.read(old.id, key, CONTEXT), aes.read(new.id, key, CONTEXT)) == (b"old", b"new")
    assert sm4.unseal(aes.seal("旧", key, CONTEXT), key, CONTEXT) == "旧"


def test_plain_text_is_never_on_the_disk(vault: Vault) -> None:
    """Not in the middle of a write, not after it, not after an abort."""
    key = vault.new_key()
    chunk = CANARY * 3000
    writer = vault.writer(key, CONTEXT)
    with suppress(InterruptedError), writer:
        for _ in range(9):
            writer.write(chunk)
            assert not holds(vault.folder, CANARY)
        assert sum(path.stat().st_size for path in files(vault.folder)) > FRAME  # it was being written
        raise InterruptedError
    assert list(files(vault.folder)) == []
    with pytest.raises(VaultError):
        _ = writer.blob
    kept = vault.put(chunk, key, CONTEXT)
    assert not holds(vault.folder, CANARY)
    assert vault.read(kept.id, key, CONTEXT) == chunk
    assert CANARY not in vault.seal(CANARY.decode(), key, CONTEXT)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_nobody_else_can_read_the_files(vault: Vault) -> None:
    """Whatever the umask."""
    before = os.umask(0)
    try:
        vault.put(b"x", vault.new_key(), CONTEXT)
    finally:
        os.umask(before)
    path = only_file(vault)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, vault.folder)]
    assert modes == [0o600, 0o700, 0o700]


def test_delete_ids_and_sweep(vault: Vault) -> None:
    """Whole contents are listed and stay; what a killed process left goes, when it is old enough."""
    key = vault.new_key()
    kept, gone = vault.put(b"kept", key, CONTEXT), vault.put(b"gone", key, CONTEXT)
    vault.delete(gone.id)
    vault.delete(gone.id)
    with vault.writer(key, CONTEXT) as running:
        (part,) = vault.folder.rglob("*.part")
        touched = part.stat().st_mtime
        assert vault.sweep(3600, touched + 3599) == 0
        assert list(vault.ids()) == [kept.id]
    assert sorted(vault.ids()) == sorted([kept.id, running.id])
    orphan = vault.folder / kept.id[:2] / f"{'0' * 32}.part"
    orphan.touch()
    assert vault.sweep(3600, orphan.stat().st_mtime + 3601) == 1
    assert vault.read(kept.id, key, CONTEXT) == b"kept"
    assert vault.written_at(kept.id) >= touched - 60
    for act in (vault.written_at, lambda one: vault.read(one, key, CONTEXT)):
        with pytest.raises(VaultError, match=gone.id):
            act(gone.id)


@pytest.mark.parametrize("odd", ["", "../../etc/passwd", "A" * 32, "0" * 31, "0" * 32 + "\n", "0" * 32 + ".part"])
def test_an_id_is_no_path(vault: Vault, odd: str) -> None:
    """Only what the vault itself could have named."""
    for act in (vault.delete, lambda one: vault.read(one, vault.new_key(), CONTEXT)):
        with pytest.raises(VaultError) as caught:
            act(odd)
        assert not odd or odd not in str(caught.value)


def test_wrong_settings_are_told(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(SettingsError, match="aes, sm4"):
        Vault(tmp_path, MASTER, "des")
    with pytest.raises(SettingsError, match="32"):
        Vault(tmp_path, b"short")
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="file"):
        Vault(tmp_path / "file", MASTER)


FULL_DISK = """
import resource, sys
from pathlib import Path
from screening.domain.errors import StorageFullError
from screening.store.vault import Vault
vault = Vault(Path(sys.argv[1]), bytes(32))
key = vault.new_key()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    vault.put(b"x" * 400_000, key, "c")
except StorageFullError as error:
    print(error)
print([path.name for path in vault.folder.rglob("*") if path.is_file()])
vault.put(b"small", key, "c")
"""


@pytest.mark.skipif(os.name != "posix", reason="limits are those of POSIX")
@pytest.mark.parametrize("limit", [1000, 100_000, 399_999])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, limit: int) -> None:
    """At the first frame, in the middle, at the last; afterwards small contents fit again."""
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["存储空间已满，没有保存；腾出空间后重新提交", "[]"]


def test_memory_stays_flat(vault: Vault) -> None:
    """64 MiB in and out within 8 MiB."""
    key, chunk = vault.new_key(), bytes(1 << 20)
    tracemalloc.start()
    try:
        base = tracemalloc.get_traced_memory()[0]
        with vault.writer(key, CONTEXT) as writer:
            for _ in range(64):
                writer.write(chunk)
        assert sum(len(piece) for piece in vault.chunks(writer.id, key, CONTEXT)) == 64 << 20
        assert tracemalloc.get_traced_memory()[1] - base < 8 << 20
    finally:
        tracemalloc.stop()
