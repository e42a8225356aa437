"""xianshen verify: is this file what was approved? Offline, with the certificate and the unit's public key."""

import datetime as dt
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from screening.domain.certificate import Certificate, check, from_json
from screening.domain.errors import SettingsError
from screening.settings import Settings

PUBLIC_KEY = "signing.pub.pem"
_SAME, _NOT_SAME, _UNREADABLE = 0, 1, 3
_MOST_BYTES = 200 * 1024 * 1024
_MOST_CERTIFICATE = 1024 * 1024
_SECONDS = 20
_MOST_SECONDS = 600
_CHUNK = 1024 * 1024
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BY_ADDRESS = "注意：网站常会改写网页（模板、脚本、压缩），此时无法按网址核对，请用送去发布的文件核对"
_CHINA = dt.timezone(dt.timedelta(hours=8))  # the days of an approval are days there, wherever this runs


@click.command(name="verify", short_help="核对文件是否就是审批的那一份")
@click.argument("source", metavar="FILE|URL")
@click.option("--certificate", "paper", required=True, type=click.Path(path_type=Path, dir_okay=False), help="审批证书")
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help="签发单位的公钥（PEM）")
@click.option("--channel", help="这次要发布的渠道，如 website")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(source: str, paper: Path, key: Path | None, channel: str | None, form: str) -> None:
    """核对证书签名、文件字节、发布期和渠道。一致返回 0，不一致返回 1，读不到文件返回 3。

    公钥须由签发单位另行交付；不带 --key 时用本机保存的公钥。证书自带的任何东西都不能证明证书本身。
    """
    certificate, signature, key_id = _certificate(paper)
    public = _public_key(key)
    try:
        digest = _digest_of(source)
    except OSError as error:
        click.echo(f"{source}: 读不到（{_why(error)}）；检查路径、网址和权限", err=True)
        sys.exit(_UNREADABLE)
    reasons = _reasons(certificate, signature, public, digest, channel)
    if _is_address(source):
        click.echo(_BY_ADDRESS, err=True)
    told = {"source": source, "sha256": digest, "same": not reasons, "reasons": reasons, "key_id": key_id}
    click.echo(
        json.dumps(told | _shown(certificate), ensure_ascii=False) if form == "json" else _words(told, certificate)
    )
    sys.exit(_NOT_SAME if reasons else _SAME)


def _certificate(path: Path) -> tuple[Certificate, str, str]:
    """The certificate of a file. Raises CertificateError, SettingsError, OSError."""
    data = path.read_bytes() if path.stat().st_size <= _MOST_CERTIFICATE else b""
    try:
        return from_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: 不是证书（应为 UTF-8 的 JSON）；请向签发单位重新索取") from None


def _public_key(given: Path | None) -> bytes:
    """The key that was named, or the one kept beside this user's own. Raises SettingsError, OSError."""
    path = given or Settings.load().key_file.with_name(PUBLIC_KEY)
    if given is None and not path.exists():
        raise SettingsError(f"没有签发单位的公钥：向签发单位索取公钥文件，用 --key 指明，或存为 {path}")
    return path.read_bytes()


def _reasons(certificate: Certificate, signature: str, public: bytes, digest: str, channel: str | None) -> list[str]:
    """Why not. Nothing a certificate says is looked at before its signature fits."""
    if not is_genuine(public, certificate.body(), signature):
        return ["证书签名不符：证书被改动过，或不是由这把公钥的单位签发"]
    return check(certificate, digest, channel, dt.datetime.now(tz=_CHINA).isoformat())


def is_genuine(public: bytes, body: bytes, signature: str) -> bool:
    """Whether this body was signed with the key that this PEM file is of. Raises SettingsError for another file."""
    try:
        from screening.store.signing import verify  # noqa: PLC0415 - cryptography is slow and an extra
    except ImportError:
        raise SettingsError("核验签名需要 cryptography：pip install 'xianshen[web]'") from None
    return verify(public.decode("utf-8", "replace"), body, signature)


def _shown(certificate: Certificate) -> dict[str, Any]:
    """What people compare by eye."""
    names = ("id", "unit", "filename", "channel", "audience", "valid_from", "valid_to", "approved_at")
    signed = [{"office": one.office, "name": one.name, "at": one.at} for one in certificate.signatures]
    return {"certificate": {name: getattr(certificate, name) for name in names} | {"signatures": signed}}


def _words(told: dict[str, Any], certificate: Certificate) -> str:
    if not told["same"]:
        return _plain("\n".join([f"不一致，不得发布：{told['source']}", *(f"  · {one}" for one in told["reasons"])]))
    signed = "、".join(f"{one.office} {one.name}" for one in certificate.signatures)
    return _plain(
        f"一致：{told['source']} 就是审批的那一份\n"
        f"  证书 {certificate.id}，{certificate.unit}，审签：{signed}\n"
        f"  渠道 {certificate.channel}，公开范围 {certificate.audience}，"
        f"{certificate.valid_from} 至 {certificate.valid_to}；请核对这次发布的渠道和范围"
    )


def _plain(text: str) -> str:
    """Without anything that could steer a terminal."""
    from screening.report.printable import in_lines  # noqa: PLC0415 - only for people

    return in_lines(text)


def _is_address(source: str) -> bool:
    found = _ADDRESS.match(source)
    if found and found[1].lower() not in ("http", "https"):
        raise SettingsError(f"{source}: 只能核对文件和 http、https 网址")
    return found is not None


def _digest_of(source: str) -> str:
    """SHA-256 of a file or of what an address gives. Raises OSError when it cannot be read."""
    if _is_address(source):
        return _fetched(source)
    with Path(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetched(address: str) -> str:
    """SHA-256 of a page, within limits of size and time, following redirects only on its own host."""
    import time  # noqa: PLC0415 - only for addresses
    from http.client import HTTPException  # noqa: PLC0415 - only for addresses

    end, size, digest = time.monotonic() + _MOST_SECONDS, 0, hashlib.sha256()
    try:
        with _opener().open(_quoted(address), timeout=_SECONDS) as answer:
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise OSError("网站返回的是压缩过的内容")
            while chunk := answer.read(_CHUNK):
                size += len(chunk)
                digest.update(chunk)
                if size > _MOST_BYTES or time.monotonic() > end:
                    raise OSError("超过 200 MiB 或 10 分钟")
            if answer.length:  # fewer bytes came than were announced
                raise OSError("没有收完整")
    except (HTTPException, ValueError) as error:
        raise OSError(f"网址或网站的答复有误：{type(error).__name__}") from None
    return digest.hexdigest()


def _opener() -> Any:
    """Opens addresses without a proxy, and never leaves the host that was named."""
    import urllib.request as web  # noqa: PLC0415 - only for addresses
    from urllib.parse import urlsplit  # noqa: PLC0415 - only for addresses

    class SameHost(web.HTTPRedirectHandler):
        """Refuses to be led to another host, port or to plain http."""

        def redirect_request(self, req: web.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            """The next request, or an error."""
            here, there = urlsplit(req.full_url), urlsplit(newurl)
            upgraded = (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname
            if (here.scheme, here.netloc) != (there.scheme, there.netloc) and not upgraded:
                raise OSError(f"网站转到了别的地址 {there.scheme}://{there.hostname}；请直接核对那个网址或文件")
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return web.build_opener(web.ProxyHandler({}), SameHost())


def _quoted(address: str) -> str:
    """The address with Chinese letters written as an address must have them."""
    from urllib.parse import quote  # noqa: PLC0415 - only for addresses

    return quote(address, safe="%/:=&?~#+!$,;'@()*[]")


def _why(error: OSError) -> str:
    return error.strerror or str(getattr(error, "reason", "") or error) or type(error).__name__
