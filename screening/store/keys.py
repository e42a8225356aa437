"""The keys of the desk, each in a file of its own outside the database.

Whoever loses them loses the drafts; whoever copies them can read the drafts: they are backed up apart from the data.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.domain.errors import SettingsError
from screening.secret_file import SECRET_BYTES, make_secret, refuse_open
from screening.store import signing

_IN_ORDER = ("master", "audit", "signing", "session")  # as they are made: the lack of one before another is a loss


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys; never shown by repr.

    master: wraps the data keys of the vault; audit: seals the audit trail; session: hashes session tokens and
    peppers passwords; signing: signs anchors and certificates. The first three are 32 bytes or more.
    """

    master: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    session: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The keys in this folder; at first use they are made there (folder 0700, files 0600).

        Processes that start at once end with the same keys. Raises SettingsError, naming file and cure, when the
        folder or a file can be read by others, a key is too short, or one is missing beside others.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            refuse_open(folder, folder.stat(), "chmod 700")
            found = {name: _key(folder, name) for name in _IN_ORDER}
        except OSError as error:
            raise SettingsError(f"{error.filename or folder}: 用不了密钥（{error.strerror}）；检查位置与权限") from None
        seed = found.pop("signing")[:SECRET_BYTES]
        return cls(signing=Ed25519PrivateKey.from_private_bytes(seed), **found)

    @property
    def public_pem(self) -> str:
        """The public half of the signing key."""
        return signing.public_pem(self.signing)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, as hex."""
        return signing.fingerprint(self.public_pem)


def _key(folder: Path, name: str) -> bytes:
    path = folder / f"{name}.key"
    if not path.exists():
        later = _IN_ORDER[_IN_ORDER.index(name) + 1 :]
        # Looked for again at the end: another process that starts now may have made them all in between.
        if any((folder / f"{one}.key").exists() for one in later) and not path.exists():
            raise SettingsError(f"{path}: 密钥丢失，其余密钥还在；从备份恢复此文件，不要另建")
        make_secret(path)
    return _existing(path)


def _existing(path: Path) -> bytes:
    with path.open("rb") as file:
        refuse_open(path, os.fstat(file.fileno()), "chmod 600")
        key = file.read()
    if len(key) < SECRET_BYTES:
        raise SettingsError(f"{path}: 密钥不足 {SECRET_BYTES} 字节，文件已损坏；从备份恢复")
    return key
