"""One-time codes by the clock (TOTP): RFC 6238 with SHA-1, 6 digits, 30 seconds, as every authenticator does it."""

import base64
import hmac
import struct
from datetime import datetime
from urllib.parse import quote

from screening.store.frames import open_one, seal_one
from screening.store.secret_words import subkey

PERIOD = 30
_WINDOW = 1  # steps before and after the present one, for clocks that differ
_SECRET_BYTES = 20


def code_at(secret: bytes, step: int, digits: int = 6) -> str:
    """The code of a step (RFC 4226, section 5.3)."""
    mac = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime) -> int:
    """The step of the present moment."""
    return int(now.timestamp()) // PERIOD


def accepted_step(secret: bytes, code: str, now: datetime, last: int) -> int | None:
    """The step whose code this is, or None.

    last: the step accepted before: a code is good for one time only (RFC 6238, section 5.2).
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    middle = step_at(now)
    for step in range(middle - _WINDOW, middle + _WINDOW + 1):
        if step > last and hmac.compare_digest(code_at(secret, step), typed):
            return step
    return None


def offered_secret(key: bytes, seed: str) -> bytes:
    """The secret offered to whoever holds this seed (an invitation, the form word of a web session).

    Made from the seed, so that a page read twice shows the same one and nothing is kept before it was confirmed.
    """
    return hmac.digest(subkey(key, "totp offer"), seed.encode("utf-8", "surrogatepass"), "sha256")[:_SECRET_BYTES]


def shown(secret: bytes) -> str:
    """The secret as an authenticator takes it: Base32 in groups of four."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def otpauth(secret: bytes, login: str) -> str:
    """The secret as the text that authenticators read from a picture or a file."""
    label = quote(f"先审:{login}", safe=":")
    return f"otpauth://totp/{label}?secret={base64.b32encode(secret).decode()}&issuer={quote('先审')}&digits=6&period={PERIOD}"


def seal_secret(key: bytes, person: str, secret: bytes) -> bytes:
    """The secret for the database to keep: AES-256-GCM, bound to its person."""
    return seal_one(subkey(key, "totp"), "aes", secret, _owner(person))


def open_secret(key: bytes, person: str, sealed: bytes) -> bytes:
    """What seal_secret sealed for this person. Raises VaultError for one that was changed or is somebody else's."""
    return open_one(subkey(key, "totp"), sealed, _owner(person), f"动态口令 {person}")


def _owner(person: str) -> bytes:
    return b"totp\0" + person.encode()
