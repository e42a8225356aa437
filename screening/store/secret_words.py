"""Random words that let somebody in (web sessions, invitations, API tokens), and the keys made for each use.

Only a keyed digest of such a word is kept: whoever reads the database cannot come in with it, nor write one into it.
"""

import hmac
import secrets


def subkey(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, from one key: what leaks of one says nothing of another."""
    return hmac.digest(key, b"xianshen " + purpose.encode(), "sha256")


def new_word() -> str:
    """256 bits that nobody can guess, fit for an address and a cookie (ASVS 5.0, 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(32)


def digest(key: bytes, purpose: str, word: str) -> str:
    """What is kept of a word: HMAC-SHA-256 under the key of its purpose, as hex."""
    return hmac.digest(subkey(key, purpose), word.encode("utf-8", "surrogatepass"), "sha256").hex()


def same(given: str, right: str) -> bool:
    """Whether two words are equal, in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))
