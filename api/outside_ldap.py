"""The unit's directory: whether it lets this person in by this password. A bind as the person, no search, no account
of our own; over ldaps, or ldap after StartTLS, and never in plain."""

import logging
import ssl
from typing import Any
from urllib.parse import urlsplit

from screening.domain.errors import RefusedError, SettingsError
from screening.settings import Settings

LOG = logging.getLogger("xianshen")
FAILED = "单位目录服务暂时无法验证：请稍后再试；仍不行，请找系统管理员"
SECONDS = 5
_PORTS = {"ldaps": 636, "ldap": 389}
_WRONG = frozenset({32, 34, 49, 53})  # no such person, no such name, wrong password, account shut
_SIGNS = frozenset("._-@")
_LONGEST = 100


def lets_in(settings: Settings, login: str, password: str) -> bool:
    """Whether the directory takes this password of this login.

    Raises RefusedError when it cannot be asked, SettingsError for an address that is none.
    """
    if not password or not _is_login(login):  # an empty password is a bind of nobody, and succeeds
        return False
    import ldap3  # noqa: PLC0415 - an extra

    url = urlsplit(settings.ldap_url)
    if url.scheme not in _PORTS or not url.hostname:
        raise SettingsError("ldap_url 应写作 ldaps://主机 或 ldap://主机（自动启用 StartTLS）")
    try:
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(settings.ldap_ca) if settings.ldap_ca else None)
        server = ldap3.Server(
            url.hostname, port=url.port or _PORTS[url.scheme], use_ssl=url.scheme == "ldaps", tls=tls,
            get_info=ldap3.NONE, connect_timeout=SECONDS,
        )  # fmt: skip
        return _bound(server, name_of(settings, login), password, encrypted=url.scheme == "ldaps")
    except (ldap3.core.exceptions.LDAPException, OSError, ValueError) as error:
        LOG.warning('{"event":"sign_in:ldap","kind":"%s"}', type(error).__name__)
        raise RefusedError(FAILED) from None


def name_of(settings: Settings, login: str) -> str:
    """The name to bind with: the pattern with the login in it, escaped as RFC 4514 wants it."""
    from ldap3.utils.dn import escape_rdn  # noqa: PLC0415 - an extra

    return settings.ldap_user_pattern.replace("{base}", settings.ldap_base).replace("{login}", escape_rdn(login))


def _is_login(login: str) -> bool:
    """Whether it is one that somebody can have at the desk: nothing in it means anything to a directory."""
    return 0 < len(login) <= _LONGEST and all(char.isalnum() or char in _SIGNS for char in login)


def _bound(server: Any, name: str, password: str, *, encrypted: bool) -> bool:
    import ldap3  # noqa: PLC0415 - an extra

    # The password goes as bytes: text would be changed by ldap3 (SASLprep), and some of it refused with an error.
    with_password = {"user": name, "password": password.encode()}
    line = ldap3.Connection(
        server, **with_password, authentication=ldap3.SIMPLE, auto_referrals=False, receive_timeout=SECONDS
    )
    try:
        line.open()
        if not encrypted and not line.start_tls(read_server_info=False):
            raise ValueError("no StartTLS")
        if line.bind(read_server_info=False):
            return True
        if line.result["result"] not in _WRONG:
            raise ValueError("not answered")
        return False
    finally:
        line.unbind()
        if line.socket:  # ldap3 leaves it open when a handshake fails
            line.socket.close()
