"""Sealed streams: 64 KiB frames, each encrypted and bound to its place, its stream and its owner.

The STREAM construction: the nonce is a prefix of the stream, the number of the frame and a flag on the last one, so
frames can be neither swapped nor cut off nor added. Every stream has a random salt in its header; key and prefix are
derived from the secret and this salt, so no nonce ever meets the same key twice however many streams a secret seals.
"""

import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from screening.domain.errors import VaultError

FRAME = 64 * 1024  # bytes of plain text
TAG = 16
HEADER_BYTES = 24
_HEADER = struct.Struct(">4s4s16s")  # mark and format number, name of the cipher, salt
_MARK = b"XSV1"
_PREFIX = 7
_PLACE = struct.Struct(">I?")  # number of the frame, whether it is the last


@dataclass(frozen=True, slots=True)
class _Suite:
    algorithm: type[algorithms.AES] | type[algorithms.SM4]
    key_bytes: int
    digest: hashes.HashAlgorithm


_SUITES = {
    "aes": _Suite(algorithms.AES, 32, hashes.SHA256()),
    "sm4": _Suite(algorithms.SM4, 16, hashes.SM3()),
}
CIPHERS = tuple(_SUITES)


def new_header(cipher: str) -> bytes:
    """The header of a new stream; cipher is one of CIPHERS."""
    return _HEADER.pack(_MARK, cipher.encode(), secrets.token_bytes(16))


class Frames:
    """Seals the frames of one stream one after the other, or opens them.

    secret: at least 16 random bytes; header: from new_header or the start of the stream; owner: who it belongs to,
    bound to every frame; name: what an error calls it by. Raises VaultError for a header that is none of ours.
    """

    def __init__(self, secret: bytes, header: bytes, owner: bytes, name: str) -> None:
        suite = _suite(header)
        if suite is None:
            raise VaultError(f"{name}: 不是本系统封存的内容，或已损坏；从备份恢复")
        salt = header[-16:]
        derived = HKDF(suite.digest, suite.key_bytes + _PREFIX, salt, b"xianshen frames").derive(secret)
        self._algorithm = suite.algorithm(derived[: suite.key_bytes])
        self._prefix = derived[suite.key_bytes :]
        self._bound = header + owner
        self._name = name
        self._number = 0

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        """The next frame, with its tag."""
        encryptor = self._next(last=last).encryptor()
        encryptor.authenticate_additional_data(self._bound)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        """The plain text of the next frame. Raises VaultError unless it is exactly the frame sealed at this place."""
        decryptor = self._next(last=last).decryptor()
        decryptor.authenticate_additional_data(self._bound)
        try:
            plain = decryptor.update(sealed[:-TAG])
            decryptor.finalize_with_tag(sealed[-TAG:])
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            raise VaultError(f"{self._name}: 内容被改动、截断或不属于此处，已拒绝使用；从备份恢复") from None
        return plain

    def _next(self, *, last: bool) -> "Cipher[modes.GCM]":
        nonce = self._prefix + _PLACE.pack(self._number, last)
        self._number += 1
        return Cipher(self._algorithm, modes.GCM(nonce))


def seal_one(secret: bytes, cipher: str, plain: bytes, owner: bytes) -> bytes:
    """Header and one frame, for what is small enough to be held in memory."""
    header = new_header(cipher)
    return header + Frames(secret, header, owner, "").seal(plain, last=True)


def open_one(secret: bytes, sealed: bytes, owner: bytes, name: str) -> bytes:
    """What seal_one sealed. Raises VaultError naming `name`."""
    frames = Frames(secret, sealed[:HEADER_BYTES], owner, name)
    return frames.open(sealed[HEADER_BYTES:], last=True)


def _suite(header: bytes) -> _Suite | None:
    if len(header) != HEADER_BYTES or not header.startswith(_MARK):
        return None
    return _SUITES.get(header[4:8].rstrip(b"\0").decode("latin-1"))
