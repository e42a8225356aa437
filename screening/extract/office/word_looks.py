"""How Word text looks: whether a run can be seen, after all styles are applied."""

from functools import lru_cache
from typing import Any, TypeAlias

from lxml import etree

from screening.domain.document import Hidden
from screening.extract.office.names import W14, W, is_on

Look: TypeAlias = dict[str, Any]  # vanish, colour, size (half points), highlight, shade: what is said, nothing else

UNKNOWN = "?"  # a background that may be dark
_VAL, _FILL, _THEME = f"{W}val", f"{W}fill", f"{W}themeColor"
_TINY = 4  # half points: two points and less
_NEAR = 24  # colours whose channels differ by no more look the same
_LIGHT_THEMES = ("background1", "bg1", "light1", "lt1")
_CHARACTER_BITS = (f"{W}vanish", f"{W}color", f"{W}sz", f"{W}highlight", f"{W}shd", f"{W14}textFill")
_HIGHLIGHTS = {
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "green": "00FF00",
    "magenta": "FF00FF",
    "red": "FF0000",
    "yellow": "FFFF00",
    "white": "FFFFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
}


def look_of(properties: etree._Element | None) -> Look:
    """What a w:rPr says about being seen."""
    look: Look = {}
    for item in properties if properties is not None else ():
        tag = item.tag
        if tag not in _CHARACTER_BITS:
            continue
        value = item.get(_VAL, "")
        if tag == f"{W}vanish":
            look["vanish"] = is_on(item.attrib, _VAL)
        elif tag == f"{W}color":
            look["colour"] = _colour(item, value)
        elif tag == f"{W}sz":
            look["size"] = _number(value)
        elif tag == f"{W}highlight":
            look["highlight"] = _HIGHLIGHTS.get(value)
        elif tag == f"{W}shd":
            look["shade"] = shade_of(item)
        else:
            look.update(_fill(item))
    return look


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 99.0


def _colour(item: etree._Element, value: str) -> str | None:
    if value in ("auto", ""):
        return "FFFFFF" if item.get(_THEME) in _LIGHT_THEMES else None
    return value.upper()


def _fill(item: etree._Element) -> Look:
    """w14:textFill: no fill at all, or a colour of its own with transparency (100000 is all)."""
    if item.find(f"{W14}noFill") is not None:
        return {"transparent": True}
    colour = item.find(f"{W14}solidFill/{W14}srgbClr")
    if colour is None:
        return {}
    alpha = colour.find(f"{W14}alpha")
    clear = alpha is not None and _number(alpha.get(f"{W14}val", "0")) >= 95_000
    return {"colour": colour.get(f"{W14}val", "").upper(), "transparent": clear}


def shade_of(item: etree._Element | None) -> str | None:
    """The background that a w:shd paints; None when it paints none."""
    if item is None or item.get(_VAL) == "nil":
        return None
    fill: str = item.get(_FILL, "auto")
    ink: str = item.get(f"{W}color", "auto")
    if item.get(_VAL) == "solid":
        return "000000" if ink == "auto" else ink.upper()
    if fill == "auto":
        return UNKNOWN if item.get(f"{W}themeFill") or item.get(_VAL, "").startswith("pct") else None
    return fill.upper()


@lru_cache(maxsize=4096)
def _channels(colour: str) -> tuple[int, int, int] | None:
    try:
        return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)
    except ValueError:
        return None


def same_colour(one: str, other: str) -> bool:
    """Whether two colours (RRGGBB) cannot be told apart by eye; unknown ones can."""
    a, b = _channels(one), _channels(other)
    return a is not None and b is not None and all(abs(x - y) <= _NEAR for x, y in zip(a, b, strict=True))


def hidden_by(look: Look, background: str | None) -> Hidden:
    """Why a reader does not see a run that looks like this on this background (None: white paper)."""
    if look.get("vanish"):
        return Hidden.FORMAT
    if look.get("transparent"):
        return Hidden.TRANSPARENT
    if look.get("size", 21) <= _TINY:
        return Hidden.TINY
    colour, highlight = look.get("colour"), look.get("highlight")
    if colour is None and not highlight:
        return Hidden.NO
    ground = highlight or look.get("shade") or background or "FFFFFF"
    if not same_colour(colour or "000000", ground):
        return Hidden.NO
    return Hidden.WHITE if same_colour(colour or "000000", "FFFFFF") else Hidden.SAME_COLOUR


class Styles:
    """The styles of a Word file: looks after inheritance, shades, list numbers."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: dict[str, str] = {}
        self._base: dict[tuple[str, str], Look] = {}
        self.document: Look = {}
        for style in root.iterfind(f"{W}style") if root is not None else ():
            name = style.get(f"{W}styleId", "")
            self._styles[name] = style
            if is_on(style.attrib, f"{W}default") and style.get(f"{W}default"):
                self._default.setdefault(style.get(f"{W}type", ""), name)
        if root is not None:
            self.document = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))

    def chain(self, name: str) -> list[etree._Element]:
        """A style and what it is based on, the farthest first."""
        found: list[etree._Element] = []
        while name in self._styles and len(found) < 20:
            style = self._styles[name]
            found.append(style)
            based = style.find(f"{W}basedOn")
            name = "" if based is None else based.get(_VAL, "")
        return found[::-1]

    def look(self, paragraph_style: str, run_style: str) -> Look:
        """What defaults, paragraph style and character style say together."""
        key = (paragraph_style, run_style)
        if key not in self._base:
            look = dict(self.document)
            for name in (paragraph_style or self._default.get("paragraph", ""), run_style):
                for style in self.chain(name):
                    look.update(look_of(style.find(f"{W}rPr")))
            self._base[key] = look
        return self._base[key]

    def paragraph_shade(self, paragraph_style: str) -> str | None:
        """The background of a paragraph style."""
        shades = [shade_of(style.find(f"{W}pPr/{W}shd")) for style in self.chain(paragraph_style)]
        return next((shade for shade in reversed(shades) if shade), None)

    def numbering(self, paragraph_style: str) -> etree._Element | None:
        """The w:numPr of a paragraph style."""
        found = [style.find(f"{W}pPr/{W}numPr") for style in self.chain(paragraph_style)]
        return next((item for item in reversed(found) if item is not None), None)

    def table_shade(self, table_style: str) -> str | None:
        """UNKNOWN when a table style paints any cell, else None."""
        shades = (shade_of(item) for style in self.chain(table_style) for item in style.iter(f"{W}shd"))
        return UNKNOWN if any(shade and not same_colour(shade, "FFFFFF") for shade in shades) else None
