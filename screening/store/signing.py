"""Ed25519 signatures: on anchors of the audit trail and on certificates of approval."""

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from screening.domain.errors import SettingsError


def sign(private: Ed25519PrivateKey, body: bytes) -> str:
    """The signature of a body, in base64: 88 characters. The body must say what kind of document it is."""
    return base64.b64encode(private.sign(body)).decode()


def verify(public_pem: str, body: bytes, signature: str) -> bool:
    """Whether this very body was signed by the owner of the key; an unreadable signature is none.

    Raises SettingsError when the key is no Ed25519 public key.
    """
    public = _public(public_pem)
    try:
        public.verify(base64.b64decode(signature, validate=True), body)
    except (InvalidSignature, binascii.Error, ValueError):  # ValueError: not ASCII
        return False
    return True


def public_pem(private: Ed25519PrivateKey) -> str:
    """The public half, to be handed to whoever shall verify."""
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(public_pem: str) -> str:
    """SHA-256 of the public key (DER), as hex: what is printed to compare keys by. Raises SettingsError."""
    der = _public(public_pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _public(public_pem: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(public_pem.encode("utf-8", "replace"))
    except Exception:  # noqa: BLE001 - the library names no closed set of errors for what is no key
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError("公钥读不懂：应为 Ed25519 公钥（PEM）；向出具证明的单位重新索取")
    return key
