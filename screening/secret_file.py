"""A secret in a file of its own: made whole or not at all, and still there after a power cut."""

import os
import secrets
import stat
from pathlib import Path

from screening.domain.errors import SettingsError

SECRET_BYTES = 32


def make_secret(path: Path) -> None:
    """Write 32 random bytes to a new file, mode 0600; a secret that another process wrote first stays.

    Missing folders are made, the last one with mode 0700. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The name is random, for in a container every start has the same process number.
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def refuse_open(path: Path, status: os.stat_result, cure: str) -> None:
    """Raise SettingsError when others can read it. Windows has no such modes; there the folder of the account protects
    it."""
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise SettingsError(f"{path}: 其他用户可以读取密钥；执行 {cure} {path}，并考虑更换密钥")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut. Raises OSError; Windows keeps them by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
