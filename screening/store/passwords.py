"""Passwords: Argon2id over a keyed digest, and what makes a password good enough.

Measured: one hash takes 57 to 85 ms and 19 MiB (OWASP Password Storage, the second choice). At most two run at a time
and a few more wait, so that guessing cannot take the machine from those who work.
"""

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from screening.domain.errors import RefusedError, XianshenError
from screening.store.secret_words import subkey

SHORTEST = 12  # as the pages say
LONGEST = 200
_AT_ONCE, _WAITING = 2, 8
# Those that come up in leaked lists, or in offices, and pass the length; compared without case and blanks.
_COMMON = frozenset({
    "123456789012", "1234567890123", "123456789abc", "abcdefghijkl", "abcd12345678", "abc123456789", "qwertyuiop12",
    "qwertyuiop123", "qwertyuiopasdf", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "qazwsxedcrfv",
    "password1234", "password12345", "passw0rd1234", "p@ssw0rd1234", "passwordpassword", "administrator",
    "admin1234567", "admin12345678", "adminadminadmin", "woaini5201314", "woaini1314520", "5201314520520",
    "zhongguo1234", "xianshen1234", "baomi1234567", "baomishencha", "iloveyou1234", "changeme1234", "welcome12345",
    "letmein12345", "asdfghjkl123", "zxcvbnm12345", "qwerty123456", "a12345678901",
})  # fmt: skip


class BusyError(XianshenError):
    """Too many people are signing in at this moment. To be answered with 503."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: KiB of memory, rounds, lanes."""

    memory: int = 19 * 1024
    rounds: int = 2
    lanes: int = 1


class Passwords:
    """Makes and checks password hashes. One for a process; thread-safe.

    key: pepper, kept outside the database, so that a stolen database alone is no use to guess with.
    """

    def __init__(self, key: bytes, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._pepper = subkey(key, "password")
        self._hasher = PasswordHasher(cost.rounds, cost.memory, cost.lanes)
        self._at_once = threading.BoundedSemaphore(_AT_ONCE)
        self._room = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._decoy = self._hasher.hash(self._peppered("nobody"))

    def hash(self, password: str) -> str:
        """The hash to keep. Raises BusyError."""
        with self._turn():
            return self._hasher.hash(self._peppered(password))

    def matches(self, password: str, hashed: str) -> bool:
        """Whether the password belongs to the hash. An empty hash takes the same work and never matches.

        Raises BusyError.
        """
        with self._turn():
            try:
                return self._hasher.verify(hashed or self._decoy, self._peppered(password)) and bool(hashed)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _peppered(self, password: str) -> str:
        return hmac.digest(self._pepper, password.encode("utf-8", "surrogatepass"), "sha256").hex()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise BusyError("现在登录的人太多，请稍等片刻再试")
        try:
            with self._at_once:
                yield
        finally:
            self._room.release()


def must_be_good(password: str, login: str) -> None:
    """Raise RefusedError, with the cure, for a password that is short, common or holds the login.

    Length and a list, no rules of composition: ASVS 5.0, 6.2.1, 6.2.4, 6.2.5.
    """
    plain = "".join(char for char in password.casefold() if not char.isspace())
    if len(password) < SHORTEST:
        raise RefusedError(f"口令至少 {SHORTEST} 个字符；可以用一句话")
    if len(password) > LONGEST:
        raise RefusedError(f"口令至多 {LONGEST} 个字符")
    if plain in _COMMON or len(set(plain)) < 4:
        raise RefusedError("这个口令太常见，很容易被猜中；换一个，可以用一句话")
    if login and login.casefold() in plain:
        raise RefusedError("口令里不能含用户名；换一个")
