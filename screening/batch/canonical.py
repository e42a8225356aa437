"""Addresses of pages: one canonical form each, links made whole, and the shape by which traps are known."""

import re
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jspx?|php|aspx?)\Z", re.IGNORECASE)
_PLAIN = re.compile(  # most addresses are canonical already
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:/(?![Ii][Nn][Dd][Ee][Xx]|[Dd]efault)[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+",
    re.ASCII,
)
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|sessionid|sid|phpsessid)=[^/;?#]*|/\(S\([0-9a-z]{8,40}\)\)", re.IGNORECASE
)
_MEANINGLESS = re.compile(
    r"utm_.*|spm|scm|_+t|_+|_ts|timestamp|rnd|rand(?:om)?|nocache|jsessionid|phpsessid|aspsessionid.*|cfid|cftoken"
    r"|session_?id|sess|fbclid|gclid|msclkid|isappinstalled|share_?token|from_?source",
    re.IGNORECASE,
)
_SESSION_VALUE = re.compile(r"[0-9a-f]{16,}|[0-9A-Za-z]{24,}")
_CLOCK_VALUE = re.compile(r"1\d{9}(?:\d{3})?|0\.\d{6,}")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f]+")
_KEPT = "%/:;?@&=+$,!*'()[]~#|"
_NUMBER = re.compile(r"\d+")
LONGEST = 2_000  # characters of an address that a browser would still take


def canonical(url: str) -> str:
    """The form under which a page is known: what changes nothing about the page is left out."""
    if _PLAIN.fullmatch(url):
        return url
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(scheme, "\0"))
    path = _SESSION_IN_PATH.sub("", _dotless(parts.path)) or "/"
    query = _query(parts.query)
    if not query:
        path = _INDEX.sub("/", path)
    return f"{scheme}://{host}{_tidied(path)}{'?' if query else ''}{query}"


def _dotless(path: str) -> str:
    """Dot segments resolved, also the percent-encoded ones; doubled slashes are one."""
    plain = _PERCENT.sub(lambda found: "." if found[1].lower() == "2e" else found[0], path)
    kept: list[str] = []
    segments = plain.split("/")
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    trailing = "/" if segments[-1] in ("", ".", "..") and kept else ""
    return f"/{'/'.join(kept)}{trailing}"


def _query(query: str) -> str:
    kept = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if part and not _meaningless(name, value):
            kept.append(_tidied(part))
    return "&".join(sorted(kept))


def _meaningless(name: str, value: str) -> bool:
    """Trackers, sessions and clocks. A short name such as `t` or `sid` is one only by its value."""
    if _MEANINGLESS.fullmatch(name):
        return True
    lower = name.lower()
    if lower in ("t", "r", "time", "v"):
        return bool(_CLOCK_VALUE.fullmatch(value))
    return lower in ("sid", "token", "s") and bool(_SESSION_VALUE.fullmatch(value))


def _tidied(text: str) -> str:
    """Percent-encoding in one way only: unreserved letters plain, all others in upper case."""

    def one(found: re.Match[str]) -> str:
        letter = chr(int(found[1], 16))
        return letter if letter in _UNRESERVED else f"%{found[1].upper()}"

    return _PERCENT.sub(one, text)


def join(base: str, link: str, charset: str = "utf-8") -> str:
    """A link as it stands on a page, made whole as browsers do; "" when it leads to no page.

    Browsers write the path in UTF-8 and the query in the charset of the page.
    """
    words = _UNWANTED.sub("", link.strip())
    head, mark, query = words.partition("?")
    head = head.replace("\\", "/")
    try:
        whole = urlsplit(urljoin(base, head + mark + query))
        if whole.scheme.lower() not in _DEFAULT_PORTS or not whole.netloc:
            return ""
    except ValueError:
        return ""
    path = quote(_LONE_PERCENT.sub("%25", whole.path), safe=_KEPT)
    query = quote(_LONE_PERCENT.sub("%25", whole.query), safe=_KEPT, encoding=charset, errors="xmlcharrefreplace")
    return f"{whole.scheme}://{whole.netloc}{path or '/'}{'?' if query else ''}{query}"


def shape(url: str) -> str:
    """What is left of an address when its numbers and values go: pages of one template have one shape."""
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)})
    return f"{parts.netloc}{_NUMBER.sub('0', parts.path)}?{'&'.join(names)}"


def pattern(url: str) -> str:
    """The same to be read, and to be given to --exclude: numbers and values are stars."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{_NUMBER.sub('*', parts.path)}{'?*' if parts.query else ''}"


def loops(url: str) -> bool:
    """An address that can only come of a loop: too long, or the same part of the path over and over."""
    if len(url) > LONGEST:
        return True
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return len(segments) > 25 or any(segments.count(segment) > 3 for segment in set(segments) if not segment.isdigit())


def first_segment(url: str) -> str:
    """The part of a site by its path, for pages that do not say it: the first folder."""
    segments = urlsplit(url).path.split("/")
    return segments[1] if len(segments) > 2 else ""


def suffix_of(url: str) -> str:
    """The file suffix in the path, in lower case with its dot, or ""."""
    name = urlsplit(url).path.rpartition("/")[2].partition(";")[0]
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem and suffix.isalnum() and len(suffix) <= 6 else ""
