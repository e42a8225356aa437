"""Whether an inline style hides what it applies to. Style sheets are not followed."""

import re
from functools import lru_cache

from screening.domain.document import Hidden

_WHITE = frozenset(("white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)"))
_CLEAR = frozenset(("transparent", "rgba(0,0,0,0)"))
_SHORT = 200  # characters of a style: those that stand on every paragraph
_NUMBER = re.compile(r"-?\d*\.?\d+")


def hidden_by(style: str, font_colour: str = "") -> Hidden:
    """The reason why text with this style is not seen, or Hidden.NO. `font_colour`: of the old font element."""
    if not style and not font_colour:
        return Hidden.NO
    return _hidden_by(style, font_colour) if len(style) <= _SHORT else _hidden_by.__wrapped__(style, font_colour)


@lru_cache(maxsize=1000)
def _hidden_by(style: str, font_colour: str) -> Hidden:
    said = _declarations(style)
    if said.get("display") == "none" or said.get("visibility") in ("hidden", "collapse"):
        return Hidden.FORMAT
    if "content-visibility" in said and said["content-visibility"] == "hidden":
        return Hidden.FORMAT
    if _amount(said.get("opacity", "")) == 0.0:
        return Hidden.TRANSPARENT
    if _is_tiny(said.get("font-size", "")):
        return Hidden.TINY
    if _is_off_page(said):
        return Hidden.OFF_PAGE
    return _by_colour(said, font_colour)


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip().replace(" ", "") for name, _, value in pairs}


def _amount(value: str) -> float | None:
    found = _NUMBER.match(value)
    return float(found[0]) if found else None


def _is_tiny(size: str) -> bool:
    """Up to two pixels or points: nobody reads that."""
    amount = _amount(size)
    if amount is None or size.endswith(("em", "%")):
        return amount == 0.0
    return amount <= 2.0


def _is_off_page(said: dict[str, str]) -> bool:
    far = (_amount(said.get(side, "")) for side in ("left", "top", "text-indent", "margin-left"))
    if any(amount is not None and amount <= -500 for amount in far):
        return True
    nothing_wide = any(_amount(said.get(side, "")) == 0.0 for side in ("width", "height", "max-height", "max-width"))
    return nothing_wide and said.get("overflow") in ("hidden", "clip")


def _by_colour(said: dict[str, str], font_colour: str) -> Hidden:
    colour = said.get("color", font_colour.strip().lower())
    ground = said.get("background-color") or said.get("background", "")
    if not colour:
        return Hidden.NO
    if colour in _CLEAR:
        return Hidden.TRANSPARENT
    if colour == ground or (colour in _WHITE and ground in _WHITE):
        return Hidden.SAME_COLOUR
    return Hidden.WHITE if colour in _WHITE and not ground else Hidden.NO
