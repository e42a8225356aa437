"""The keys: made once, the same for everybody who starts, and never where others can read them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from screening.domain.errors import SettingsError
from screening.store.keys import Keys
from screening.store.signing import fingerprint, sign, verify

NAMES = ["audit.key", "master.key", "session.key", "signing.key"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")


def same(one: Keys, two: Keys) -> bool:
    """Whether both hold the same keys."""
    secrets = [(keys.master, keys.audit, keys.session, keys.fingerprint) for keys in (one, two)]
    return secrets[0] == secrets[1]


def test_keys_are_made_at_first_use_and_stay(tmp_path: Path) -> None:
    """All four, none like another; nothing else is left in the folder."""
    folder = tmp_path / "a" / "keys"
    first = Keys.load(folder)
    assert same(first, Keys.load(folder))
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert len({path.read_bytes() for path in folder.iterdir()}) == 4
    assert not same(first, Keys.load(tmp_path / "b"))


@POSIX
def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    """Folder 0700, files 0600, whatever the umask."""
    before = os.umask(0)
    try:
        Keys.load(tmp_path / "keys")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "keys", *(tmp_path / "keys").iterdir()]]
    assert modes == [0o700, 0o600, 0o600, 0o600, 0o600]


@POSIX
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    """The error names the file and the cure."""
    Keys.load(tmp_path)
    (tmp_path / name).chmod(mode)
    with pytest.raises(SettingsError, match=f"{name}.*chmod 600"):
        Keys.load(tmp_path)


@POSIX
def test_a_folder_that_others_can_reach_is_refused(tmp_path: Path) -> None:
    """Before a key is made in it."""
    tmp_path.chmod(0o750)
    with pytest.raises(SettingsError, match="chmod 700"):
        Keys.load(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_short_key_is_refused_and_never_replaced(tmp_path: Path, name: str) -> None:
    """A damaged master key must come from the backup: a new one would open nothing."""
    Keys.load(tmp_path)
    (tmp_path / name).write_bytes(b"x" * 31)
    with pytest.raises(SettingsError, match=name):
        Keys.load(tmp_path)
    assert (tmp_path / name).read_bytes() == b"x" * 31


@pytest.mark.parametrize("name", ["master.key", "audit.key", "signing.key"])
def test_a_lost_key_is_not_made_anew(tmp_path: Path, name: str) -> None:
    """While others are there it is a loss, not a first use."""
    Keys.load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(SettingsError, match=name):
        Keys.load(tmp_path)
    assert not (tmp_path / name).exists()


def test_a_place_that_is_no_folder_is_told(tmp_path: Path) -> None:
    """As an error of settings."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="file"):
        Keys.load(tmp_path / "file")


def test_keys_are_not_shown(tmp_path: Path) -> None:
    """repr is what ends in logs."""
    keys = Keys.load(tmp_path)
    assert repr(keys) == "Keys()"


START = """
import sys
from pathlib import Path
from screening.store.keys import Keys
sys.stdin.read(1)
keys = Keys.load(Path(sys.argv[1]))
print(keys.master.hex(), keys.audit.hex(), keys.session.hex(), keys.fingerprint)
"""


def test_processes_that_start_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    """Six of them, let go together, five times."""
    for turn in range(5):
        command = [sys.executable, "-c", START, str(tmp_path / str(turn))]
        started = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)
        ]
        for process in started:
            assert process.stdin
            process.stdin.write("g")
            process.stdin.flush()
        printed = {process.communicate()[0] for process in started}
        assert [process.returncode for process in started] == [0] * 6
        assert len(printed) == 1
        assert sorted(path.name for path in (tmp_path / str(turn)).iterdir()) == NAMES


def test_the_public_half_verifies(tmp_path: Path) -> None:
    """What the signing key signs, and its fingerprint is that of the key handed out."""
    keys = Keys.load(tmp_path)
    assert verify(keys.public_pem, b"anchor 7", sign(keys.signing, b"anchor 7"))
    assert keys.fingerprint == fingerprint(keys.public_pem)
