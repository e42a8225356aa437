"""What a scan wants of a page's source besides its words: title, column, date, links. Linear time, no tree."""

import html
import re
from dataclasses import dataclass, field

_HEAD = 64 * 1024  # characters in which meta and title stand
_MOST_LINKS = 20_000
_META = re.compile(r"<meta\b([^<>]{0,2000})>", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:-]{0,30})\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))")
_BASE = re.compile(r"<base\b[^<>]{0,300}?href\s*=\s*[\"']?([^\"'<>\s]{1,500})", re.IGNORECASE)
_CANONICAL = re.compile(r"<link\b[^<>]{0,300}?rel=[\"']?canonical[\"']?[^<>]{0,500}", re.IGNORECASE)
_LINKING = re.compile(
    r"<(a|area|iframe|frame|embed|object|img|link|source|meta|param|form)\b([^<>]{0,4000})>", re.IGNORECASE
)
_IN_SCRIPT = re.compile(
    r"[\"']([^\"'<>\s]{1,300}\.(?:docx?|xlsx?|pptx?|wps|et|dps|ofd|pdf|zip|rar|7z|csv|txt|rtf|eml))[\"']", re.IGNORECASE
)
_JUMP = re.compile(
    r"(?:location(?:\.href)?\s*=|window\.open\s*\(|location\.(?:replace|assign)\s*\()\s*[\"']([^\"'<>]{1,500})[\"']"
)
_REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"'<>]{1,500})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_CRUMB = re.compile(
    r"(?:当前|您的|您现在的|你的|所在|现在|目前|當前|您現在的|目前所在)位置\s*[:：]?|class=[\"'][^\"'<>]{0,80}(?:bread)?crumbs?\b"
)
_CRUMB_END = re.compile(r"</(?:div|p|ul|ol|nav|td)>", re.IGNORECASE)
_CRUMB_SPLIT = re.compile(r"[>»›→|/\\\n\t]+|&gt;|::")
_HOME = re.compile(r".{0,5}位置[:：]?|(?:网站|網站)?首\s*[页頁]|正\s*文|主页|Home", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日)?(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?")
_ADDRESS_ATTRIBUTES = ("href", "src", "data", "data-href", "data-url", "data-src", "value")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """Facts of one page. links: (address as written, words of the link); nothing of it is trusted."""

    title: str = ""
    column: str = ""
    published: str = ""
    canonical: str = ""
    base: str = ""
    links: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def facts(source: str, *, links: bool = True) -> Page:
    """Read a page's source. Standard names of government pages (ArticleTitle, ColumnName, PubDate) come first."""
    head = source[:_HEAD]
    meta = dict(_metas(head))
    title = _TITLE.search(head)
    base = _BASE.search(head) if links else None
    hint = _CANONICAL.search(head) if links else None
    return Page(
        title=meta.get("articletitle", "")[:200] or (_words(title[1])[:200] if title else ""),
        column=meta.get("columnname", "")[:60] or _breadcrumb(source),
        published=_date(meta.get("pubdate") or meta.get("article:published_time") or meta.get("publishdate") or ""),
        canonical=_attributes(hint[0]).get("href", "") if hint else "",
        base=html.unescape(base[1]) if base else "",
        links=tuple(_links(source)) if links else (),
    )


def _metas(head: str) -> list[tuple[str, str]]:
    found = [_attributes(one[1]) for one in _META.finditer(head)]
    return [((one.get("name") or one.get("property", "")).lower(), _words(one.get("content", ""))) for one in found]


def _attributes(text: str) -> dict[str, str]:
    """First one of a name wins, as in browsers."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found


def _words(source: str) -> str:
    return _SPACE.sub(" ", html.unescape(_TAG.sub("", source))).strip()


def _date(words: str) -> str:
    found = _DATE.search(words)
    if not found:
        return ""
    year, month, day, clock = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}" + (f"T{clock}" if clock else "")


def _breadcrumb(source: str) -> str:
    """The column by the trail above an article: the first two steps below the home page."""
    near = [at for at in (source.find("位置"), source.find("crumb")) if at >= 0]
    found = next(filter(None, (_CRUMB.search(source, max(0, at - 100), at + 10) for at in near)), None)
    if not found:
        return ""
    trail = source[found.end() : found.end() + 1_500]
    trail = trail[trail.find(">") + 1 :] if found[0].startswith("class") else trail
    end = _CRUMB_END.search(trail)
    trail = html.unescape(_TAG.sub("\n", trail[: end.start()] if end else trail[:400]))
    steps = [_SPACE.sub("", step.rpartition("：")[2]) for step in _CRUMB_SPLIT.split(trail)]
    named = [step for step in steps if step and len(step) <= 20 and not _HOME.fullmatch(step)]
    return "/".join(named[:2])


def _links(source: str) -> list[tuple[str, str]]:
    """Every address that a reader, a browser or a curious one could follow, also those in comments and scripts."""
    found: dict[str, str] = {}
    for one in _LINKING.finditer(source):
        tag, attributes = one[1].lower(), _attributes(one[2])
        if tag == "meta":
            refresh = _REFRESH.search(attributes.get("content", ""))
            addresses = [refresh[1]] if refresh and attributes.get("http-equiv", "").lower() == "refresh" else []
        elif tag == "form":
            addresses = []
        else:
            addresses = [attributes[name] for name in _ADDRESS_ATTRIBUTES if name in attributes]
            addresses += _JUMP.findall(" ".join(attributes.values()))
        words = _link_words(source, one.end(), attributes) if tag == "a" else attributes.get("alt", "")
        for address in addresses:
            if words or address not in found:
                found[address] = found.get(address) or words[:120]
        if len(found) >= _MOST_LINKS:
            break
    for address in [*_IN_SCRIPT.findall(source), *_JUMP.findall(source)]:
        found.setdefault(html.unescape(address).replace("\\/", "/"), "")
    return list(found.items())


def _link_words(source: str, start: int, attributes: dict[str, str]) -> str:
    words = source[start : start + 400].partition("</a")[0]
    return _words(words) or attributes.get("title", "")
