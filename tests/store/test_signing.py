"""Signatures: only this body, by this key."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.errors import SettingsError
from screening.store.signing import fingerprint, public_pem, sign, verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_pem(PRIVATE)
OTHER_KIND = (
    generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)


@given(st.binary(max_size=300))
def test_what_was_signed_is_verified(body: bytes) -> None:
    """Any body, and by this key only."""
    signature = sign(PRIVATE, body)
    assert verify(PUBLIC, body, signature)
    assert not verify(public_pem(Ed25519PrivateKey.generate()), body, signature)


@given(st.binary(min_size=1, max_size=99), st.data())
def test_any_changed_bit_is_refused(body: bytes, data: st.DataObject) -> None:
    """Of the body or of the signature."""
    signature = base64.b64decode(sign(PRIVATE, body))
    assert not verify(PUBLIC, flipped(body, data), base64.b64encode(signature).decode())
    assert not verify(PUBLIC, body, base64.b64encode(flipped(signature, data)).decode())


def flipped(content: bytes, data: st.DataObject) -> bytes:
    """One bit changed."""
    changed = bytearray(content)
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(st.text(max_size=100))
def test_what_is_no_signature_is_refused_quietly(words: str) -> None:
    """Any text at all."""
    assert not verify(PUBLIC, b"body", words)


@pytest.mark.parametrize("key", ["", "公钥", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_key_is_told(key: str) -> None:
    """A wrong key file is no forged signature."""
    with pytest.raises(SettingsError, match="Ed25519"):
        verify(key, b"", "")


def test_only_ed25519_is_taken() -> None:
    """No choice of method means no downgrade."""
    with pytest.raises(SettingsError, match="Ed25519"):
        verify(OTHER_KIND.decode(), b"", "")


def test_the_fingerprint_is_that_of_the_key() -> None:
    """However the PEM is written."""
    assert fingerprint(PUBLIC) == fingerprint(PUBLIC.replace("\n", "\r\n"))
    assert fingerprint(PUBLIC) != fingerprint(public_pem(Ed25519PrivateKey.generate()))
