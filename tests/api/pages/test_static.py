"""Our own style and script: nothing newer than Chromium 86, nothing from outside, no inline data."""

import re

import pytest

from api.render import CONTENT_SECURITY_POLICY, STATIC, TEMPLATES

NEWER_CSS = (
    ":has(", "@layer", "@container", "container-type", ":is(", "color-mix(", "oklch(", "aspect-ratio", "accent-color",
    "inset-inline", "text-wrap", "subgrid", "@property", "@scope", "overflow: clip", "dvh", "svh", "lvh",
    "scrollbar-gutter",
    "content-visibility", "backdrop-filter",
)  # fmt: skip
NEWER_JS = (
    "structuredClone", ".at(", "replaceAll(", "Object.hasOwn", ".inert", "findLast", "toSorted", "toReversed",
    "groupBy",
    "??=", "||=", "&&=", "requestSubmit", "popover", "import ", "export ", "static {", "#private", "Array.fromAsync",
    "withResolvers", "Promise.any", "randomUUID", "showPicker",
)  # fmt: skip


@pytest.mark.parametrize("word", NEWER_CSS)
def test_no_style_newer_than_chromium_86(word: str) -> None:
    """A cheap guard; the release check runs the real browser."""
    assert word not in (STATIC / "desk.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", NEWER_JS)
def test_no_script_newer_than_chromium_86(word: str) -> None:
    """The same for the script."""
    assert word not in (STATIC / "desk.js").read_text(encoding="utf-8")


def test_flexible_boxes_use_no_gap_of_their_own() -> None:
    """`gap` in a grid is old; the short name is kept out so that nobody uses it where it is not known."""
    assert not re.search(r"(?<!grid-)gap:", (STATIC / "desk.css").read_text(encoding="utf-8"))


def test_nothing_comes_from_outside() -> None:
    """No import, no font, no data address."""
    for path in [*STATIC.iterdir(), *TEMPLATES.glob("*.html")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|url\(|@import|data:[a-z]+/|javascript:", text), path


def test_the_script_makes_no_markup_from_text() -> None:
    """Text of a draft is never handed to a maker of markup, and no style is set past the policy."""
    text = (STATIC / "desk.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b", text)
    assert "localStorage.setItem('xianshen-keys'" in text
    assert text.count("localStorage.setItem") == 1


def test_the_policy_is_strict() -> None:
    """Nothing inline, nothing framed."""
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
