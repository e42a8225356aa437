"""The certificate of an approval: these exact bytes, for this channel and audience, within this window.

“信息发布人按审批后的指定内容公开” (domain rules, section 1.8; security T4): whoever publishes checks the file
against the certificate. It is signed by the unit's key; what it says counts only after its signature was verified
with a public key that came by another way.
"""

import datetime as dt
import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from screening.domain.errors import XianshenError

VERSION = 1
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGESTS = ("title_sha256", "sha256", "text_sha256")
_DAYS = ("valid_from", "valid_to")
_CURE = "请向签发单位重新索取证书"


class CertificateError(XianshenError, ValueError):
    """A certificate that cannot be used: names the field and the cure."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One level that was signed."""

    level: int
    office: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was approved. valid_from and valid_to are days, both included; text_sha256: digest of the extracted text.

    The title stands only as a digest: a certificate travels with the file to people who may not know of it.
    """

    version: int
    id: str
    unit: str
    title_sha256: str
    sha256: str
    filename: str
    size: int
    text_sha256: str
    channel: str
    audience: str
    valid_from: str
    valid_to: str
    ruleset_version: str
    model_version: str
    policy_version: str
    signatures: tuple[Signed, ...]
    approved_at: str
    release_basis: str

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise CertificateError(f"证书版本为 {self.version}，本程序只认版本 {VERSION}；请升级程序")
        for name in _DIGESTS:
            if not _DIGEST.fullmatch(getattr(self, name)):
                raise CertificateError(f"证书的 {name} 不是 SHA-256；{_CURE}")
        first, last = (_day(getattr(self, name), name) for name in _DAYS)
        if last < first:
            raise CertificateError(f"证书的有效期止（valid_to）早于起（valid_from）；{_CURE}")

    def body(self) -> bytes:
        """What is signed: canonical JSON, keys sorted, no blanks, UTF-8."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def to_json(self, signature: str, key_id: str) -> str:
        """The certificate as a file. key_id helps to find the public key; it proves nothing."""
        whole = {"certificate": asdict(self), "key_id": key_id, "signature": signature}
        return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def title_digest(title: str) -> str:
    """What stands in a certificate for a title: SHA-256 of its UTF-8, blanks at the ends left off."""
    return hashlib.sha256(title.strip().encode("utf-8", "surrogatepass")).hexdigest()


def from_json(text: str) -> tuple[Certificate, str, str]:
    """Certificate, signature and key id of a file. Nothing is verified here. Raises CertificateError.

    Anything unexpected is an error: what the signature does not cover must not stand beside what it covers.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise CertificateError(f"证书不是有效的 JSON；{_CURE}") from None
    whole = _table(whole, {"certificate", "key_id", "signature"}, "证书文件")
    table = _table(whole["certificate"], {one.name for one in fields(Certificate)}, "certificate")
    certificate = _certificate(table)
    try:
        certificate.body()
    except UnicodeEncodeError:
        raise CertificateError(f"证书含有不成对的代理字符；{_CURE}") from None
    return certificate, _of(str, whole["signature"], "signature"), _of(str, whole["key_id"], "key_id")


def check(certificate: Certificate, sha256: str, channel: str | None = None, at: str | None = None) -> list[str]:
    """Why this file, channel and day are not what was approved, in Chinese; empty when they are.

    channel and at (ISO 8601; its day counts) are compared when given.
    """
    reasons = []
    if sha256 != certificate.sha256:
        reasons.append(
            f"内容与审批的不一致：审批的 SHA-256 为 {certificate.sha256}，本文件为 {sha256}；"
            "改动过的稿件须重新送审（一事一审）"
        )
    if channel is not None and channel != certificate.channel:
        reasons.append(f"渠道与审批的不一致：审批的渠道为 {certificate.channel}，本次为 {channel}；改换渠道须重新审批")
    if at is not None:
        reasons += _outside(certificate, _day(at, "at"))
    return reasons


def _outside(certificate: Certificate, day: dt.date) -> list[str]:
    if day < _day(certificate.valid_from, "valid_from"):
        return [f"未到审批的发布期：自 {certificate.valid_from} 起方可发布，今为 {day}"]
    if day > _day(certificate.valid_to, "valid_to"):
        return [f"已过审批的发布期：至 {certificate.valid_to} 止，今为 {day}；须重新审批"]
    return []


def _day(text: str, name: str) -> dt.date:
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        raise CertificateError(f"证书的 {name} 不是日期（应为 2031-05-06 的形式）；{_CURE}") from None


def _table(value: object, names: set[str], where: str) -> dict[str, Any]:
    """A JSON object with exactly these names."""
    if not isinstance(value, dict) or set(value) != names:
        given = set(value) if isinstance(value, dict) else set()
        odd = "、".join(sorted(names ^ given))
        raise CertificateError(f"{where} 的字段不符（多出或缺少：{odd}）；{_CURE}")
    return value


def _certificate(table: dict[str, Any]) -> Certificate:
    values = {
        one.name: _of(int if one.type is int else str, table[one.name], one.name)
        for one in fields(Certificate)
        if one.name != "signatures"
    }
    listed = _of(list, table["signatures"], "signatures")
    return Certificate(**values, signatures=tuple(_signed(one) for one in listed))


def _signed(value: object) -> Signed:
    table = _table(value, {one.name for one in fields(Signed)}, "signatures")
    words = {name: _of(str, table[name], f"signatures.{name}") for name in ("office", "name", "at")}
    return Signed(_of(int, table["level"], "signatures.level"), **words)


def _of(kind: type[Any], value: object, name: str) -> Any:
    """The value, if it is of exactly this type: True is no number here."""
    if type(value) is not kind:
        raise CertificateError(f"证书的 {name} 类型不符；{_CURE}")
    return value
