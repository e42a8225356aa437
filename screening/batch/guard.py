"""The address guard: which hosts may be asked, and at which addresses. Pure functions and one pinned table.

A scan asks only hosts that its user named. A name is resolved once, every address is judged, and the connection goes
to exactly that address: a name server that changes its mind afterwards changes nothing.
"""

import ipaddress
import re
import socket
import threading
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str], Iterable[str]]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@%]+)(?::(?P<port>[0-9]{0,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LIKE = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_LOCALHOST = ("127.0.0.1", "::1")


class RefusedError(Exception):
    """An address that is not asked. The message says why, in Chinese, without anything secret."""


class Reach(IntEnum):
    """How far an address is from the public network; the higher, the stricter."""

    PUBLIC = 0
    PRIVATE = 1  # the unit's own networks and this machine
    LINK = 2  # link-local: the metadata services of clouds live there
    NEVER = 3  # multicast, reserved, unspecified, documentation


def _nets(*words: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(word) for word in words)


_REACHES = (  # the first that holds it says what it is
    (Reach.LINK, _nets("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "fe80::/10", "fd00:ec2::254/128")),
    (Reach.PRIVATE, _nets("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")),
    (Reach.PRIVATE, _nets("198.18.0.0/15", "::1/128", "fc00::/7", "64:ff9b:1::/48")),
    (Reach.NEVER, _nets("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24")),
    (Reach.NEVER, _nets("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")),
    (Reach.NEVER, _nets("2001:db8::/32", "3fff::/20", "2001:2::/48", "2001:10::/28", "2001:20::/28")),
    (Reach.PUBLIC, _nets("2000::/3", "64:ff9b::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "0.0.0.0/0")),
    (Reach.NEVER, _nets("::/0")),
)
_IPV4_INSIDE = (  # how many bits stand behind the IPv4 address
    *((net, 0) for net in _nets("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "::/96")),
    *((net, 80) for net in _nets("2002::/16")),
)
_TEREDO = ipaddress.ip_network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)


def reach(address: str | Address) -> Reach:
    """The strictest of the address and of every IPv4 address that is packed inside it (mapped, NAT64, 6to4, Teredo)."""
    own = ipaddress.ip_address(address) if isinstance(address, str) else address
    found = next(kind for kind, nets in _REACHES if any(own.version == net.version and own in net for net in nets))
    inner = _inside(own) if isinstance(own, ipaddress.IPv6Address) and int(own) > 1 else []
    return max([found, *(reach(one) for one in inner)])


def _inside(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    bits = int(address)
    inner = [bits >> shift & 0xFFFFFFFF for net, shift in _IPV4_INSIDE if address in net]
    if address in _TEREDO:
        inner += [bits >> 64 & 0xFFFFFFFF, ~bits & 0xFFFFFFFF]
    if bits >> 32 & 0xFFFFFFFF in _ISATAP:
        inner.append(bits & 0xFFFFFFFF)
    return [ipaddress.IPv4Address(one) for one in inner]


def host_of(text: str) -> str:
    """The host as the connecting library would understand it: an address in its plain form, or an ASCII name.

    127.1, 0x7f000001, 2130706433 and １２７．０．０．１ are all 127.0.0.1. Raises RefusedError.
    """
    plain = unicodedata.normalize("NFKC", text.strip("[]")).replace("。", ".").lower().removesuffix(".")
    if ":" in plain:
        return str(_ipv6(plain))
    if not plain or _FORBIDDEN.search(plain):
        raise RefusedError("网址的主机名无效")
    if _NUMBER_LIKE.match(plain.rpartition(".")[2]):
        return _ipv4(plain)
    try:
        name = plain.encode("idna").decode("ascii")
    except UnicodeError:
        raise RefusedError("网址的主机名无效") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise RefusedError("网址的主机名无效")
    return name


def _ipv4(text: str) -> str:
    """As the C library reads it: one to four parts, decimal, octal or hexadecimal."""
    try:
        return str(ipaddress.IPv4Address(socket.inet_aton(text)))
    except (OSError, UnicodeError):
        raise RefusedError("网址的主机名无效") from None


def _ipv6(text: str) -> Address:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise RefusedError("网址的主机名无效") from None
    return address.ipv4_mapped or address


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart once; `url` is put together from the parts that were judged, and nothing else is asked."""

    scheme: str
    host: str
    port: int
    url: str


def target_of(url: str) -> Target:
    """Take a URL apart strictly. Raises RefusedError for anything two libraries could understand in two ways."""
    if _FORBIDDEN.search(url):
        raise RefusedError("网址含空格、反斜杠或控制字符")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise RefusedError("网址无效") from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise RefusedError("只抓取 http 和 https")
    if "@" in parts.netloc:
        raise RefusedError("网址含用户名或 @")
    authority = _AUTHORITY.fullmatch(parts.netloc)
    if not authority:
        raise RefusedError("网址的主机名无效")
    host = host_of(authority["host"])
    port = int(authority["port"] or _DEFAULT_PORTS[scheme])
    if not 0 < port < 65536:
        raise RefusedError("网址的端口无效")
    shown = f"[{host}]" if ":" in host else host
    shown += "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return Target(scheme, host, port, f"{scheme}://{shown}{parts.path or '/'}{query}")


def system_resolver(host: str) -> list[str]:
    """Every address that the system knows of this name."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


class Guard:
    """What the user named, and what its names turned out to be. Safe to share between threads.

    named: URLs, hosts, `host:port`, or `*.host` for all that is below it. allow_private: names may stand for private
    addresses. An address that is named itself may always be asked, unless it is multicast or reserved.
    """

    def __init__(
        self, named: Iterable[str], *, allow_private: bool = False, resolve: Resolver = system_resolver
    ) -> None:
        self._hosts: set[str] = set()
        self._below: set[str] = set()
        self._ports: set[tuple[str, int]] = set()
        for words in named:
            self._name(words)
        self._allow_private = allow_private
        self._resolve = resolve
        self._pinned: dict[str, tuple[str, ...] | RefusedError] = {}
        self._lock = threading.Lock()

    def _name(self, words: str) -> None:
        if words.startswith("*."):
            self._below.add("." + host_of(words[2:]))
            return
        if words.count(":") > 1 and "://" not in words and not words.startswith("["):
            words = f"[{words}]"
        target = target_of(words if "://" in words else f"http://{words}/")
        self._hosts.add(target.host)
        self._ports.add((target.host, target.port))

    def check(self, url: str) -> Target:
        """The URL in the form in which it may be asked. Raises RefusedError. Nothing is resolved."""
        target = target_of(url)
        self._check_host(target.host)
        if target.port not in _DEFAULT_PORTS.values() and (target.host, target.port) not in self._ports:
            raise RefusedError("网址的端口不在指明的范围")
        return target

    def _check_host(self, host: str) -> None:
        if host not in self._hosts and not any(host.endswith(below) for below in self._below):
            raise RefusedError("主机不在指明的范围")

    def addresses(self, host: str) -> tuple[str, ...]:
        """Where to connect for this host: asked once, judged, and never asked again. Raises RefusedError."""
        name = host_of(host)
        self._check_host(name)
        with self._lock:
            if name not in self._pinned:
                self._pinned[name] = self._judged(name)
            pinned = self._pinned[name]
        if isinstance(pinned, RefusedError):
            raise RefusedError(*pinned.args)
        return pinned

    def _judged(self, name: str) -> tuple[str, ...] | RefusedError:
        try:
            found = (name,) if _is_address(name) else tuple(self._resolve(name))
            if not found:
                return RefusedError("主机名查不到地址")
            if all(self._may(address, name) for address in found):
                return found
            return RefusedError("主机名指向内部或保留地址")
        except (OSError, ValueError, UnicodeError):
            return RefusedError("主机名查不到地址")

    def _may(self, address: str, name: str) -> bool:
        kind = reach(address)
        literal = name == address or (name == "localhost" and address in _LOCALHOST)
        if literal:
            return kind < Reach.NEVER
        return kind == Reach.PUBLIC or (kind == Reach.PRIVATE and self._allow_private)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
