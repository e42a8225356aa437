"""What of a site is asked for, and how often: scope, seen addresses, traps. Decisions only, no network."""

import hashlib
import re
from dataclasses import dataclass, field
from fnmatch import translate

from screening.batch.canonical import canonical, loops, pattern, shape, suffix_of
from screening.batch.guard import Guard, RefusedError
from screening.batch.site import SiteOptions

_PAGES = (
    *("", ".html", ".htm", ".shtml", ".shtm", ".xhtml", ".jsp", ".jspx", ".php", ".asp", ".aspx", ".do", ".action"),
    *(".jhtml", ".phtml", ".cgi", ".portal", ".page", ".psp"),
)
_DIGITS = re.compile(r"\d+")
_DEEPEST_CHAIN = 40  # different templates on the way from the start


@dataclass(frozen=True, slots=True)
class Step:
    """An address that is to be asked. trail: shapes of the pages on the way to it."""

    url: str
    location: str
    trail: frozenset[str]
    attachment: bool


@dataclass(slots=True)
class Frontier:
    """Remembers what was taken; every address is taken once. `cut` names each trap once, by the pattern of its pages:
    so it has the same name in every scan, whichever page came last."""

    options: SiteOptions
    guard: Guard
    cut: dict[str, None] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)
    _deeper: set[int] = field(default_factory=set)
    _same: dict[str, int] = field(default_factory=dict)
    _alike: dict[tuple[str, int], int] = field(default_factory=dict)
    _dull: set[str] = field(default_factory=set)
    _include: list[re.Pattern[str]] = field(default_factory=list)
    _exclude: list[re.Pattern[str]] = field(default_factory=list)
    _attachments: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._include = [re.compile(translate(pattern)) for pattern in self.options.include]
        self._exclude = [re.compile(translate(pattern)) for pattern in self.options.exclude]
        self._attachments = frozenset(suffix.lower() for suffix in self.options.attachments)

    def refusal(self, url: str, *, start: bool = False) -> str:
        """Why this address may not be asked, in words; "" when it may. Asked again at every redirect."""
        try:
            checked = self.guard.check(url)
        except RefusedError as error:
            return str(error)
        if any(pattern.match(checked.url) for pattern in self._exclude):
            return "网址在排除之列"
        if self._include and not start and not any(pattern.match(checked.url) for pattern in self._include):
            return "网址不在指定的范围"
        return ""

    def is_attachment(self, url: str) -> bool:
        """By its suffix, a file to be screened and not a page."""
        return suffix_of(url) in self._attachments

    def take(self, url: str, trail: frozenset[str] = frozenset(), *, start: bool = False) -> Step | None:
        """The step to this address when it is new and to be asked, else None."""
        if not self._wanted(url, start=start):
            return None
        checked = self.guard.check(url).url
        location = canonical(checked)
        if _key(location) in self._seen or not self._reaches(location, trail):
            return None
        self._seen.add(_key(location))
        return Step(checked, location, trail, self.is_attachment(url))

    def _wanted(self, url: str, *, start: bool = False) -> bool:
        suffix = suffix_of(url)
        known = start or suffix in _PAGES or suffix in self._attachments or suffix[1:].isdigit()
        return known and not self.refusal(url, start=start) and not loops(url)

    def leave(self, url: str) -> None:
        """This link is deeper than the scan goes. Another way may still lead there."""
        if self._wanted(url):
            self._deeper.add(_key(canonical(self.guard.check(url).url)))

    def left(self) -> bool:
        """Whether something stayed unread for being too deep."""
        return not self._deeper <= self._seen

    def first(self, location: str) -> bool:
        """Whether this location, reached by a redirect, is new; it is remembered then."""
        key = _key(location)
        new = key not in self._seen
        self._seen.add(key)
        return new

    def read(self, location: str, source: str) -> None:
        """A page was read: pages of one template that differ in their digits only are a machine's, not an author's."""
        own = shape(location)
        key = (own, _key(_DIGITS.sub("", source)))
        self._alike[key] = self._alike.get(key, 0) + 1
        if self._alike[key] > self.options.alike and own not in self._dull:
            self._dull.add(own)
            self.cut[pattern(location)] = None

    def shape_of(self, location: str) -> str:
        """The shape of a page that is on the way to others."""
        return shape(location)

    def _reaches(self, location: str, trail: frozenset[str]) -> bool:
        """Calendars and the like: pages that are only found on pages of their own template are counted."""
        own = shape(location)
        if own in self._dull:
            return False
        if own not in trail:
            if len(trail) > _DEEPEST_CHAIN:
                self._deeper.add(_key(location))
            return len(trail) <= _DEEPEST_CHAIN
        count = self._same.get(own, 0) + 1
        self._same[own] = count
        if count == self.options.same_shape + 1:
            self.cut[pattern(location)] = None
        return count <= self.options.same_shape


def _key(location: str) -> int:
    return int.from_bytes(hashlib.blake2b(location.encode("utf-8", "replace"), digest_size=8).digest(), "big")
