"""The text of a Word paragraph or table row, character by character, and runs cut at a character.

Elements come from python-docx; tags are named here so that nothing heavy is imported.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
P, R, ROW, TABLE, CELL = f"{_W}p", f"{_W}r", f"{_W}tr", f"{_W}tbl", f"{_W}tc"
BODY, TEXT_BOX = f"{_W}body", f"{_W}txbxContent"
_RPR, _TEXT, _VANISH, _RSTYLE, _RUBY, _RT = (f"{_W}{n}" for n in ("rPr", "t", "vanish", "rStyle", "ruby", "rt"))
_GONE = {f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", P, _RT}
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}softHyphen": "\u00ad",
}
_VAL, _SPACE = f"{_W}val", "{http://www.w3.org/XML/1998/namespace}space"
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One character: the run and the child of it that hold it, its place in that child, and whether it is hidden."""

    char: str
    run: Any
    child: Any
    index: int
    hidden: bool


def letters_of(paragraphs: Iterable[Any], hidden_styles: frozenset[str]) -> list[Letter]:
    """All characters of these paragraphs that are neither deleted nor moved away, in order."""
    letters: list[Letter] = []
    for paragraph in paragraphs:
        for run in _runs(paragraph):
            hidden = _is_hidden(run, hidden_styles)
            for child in run:
                text = child.text or "" if child.tag == _TEXT else _SIGNS.get(child.tag, "")
                letters += [Letter(char, run, child, at, hidden) for at, char in enumerate(text)]
    return letters


def _runs(node: Any) -> Iterator[Any]:
    """The runs below a paragraph, through links, insertions and content controls, not into text boxes."""
    for child in node:
        if child.tag == R:
            yield child
            yield from _runs(ruby) if (ruby := child.find(_RUBY)) is not None else ()
        elif isinstance(child.tag, str) and child.tag not in _GONE:
            yield from _runs(child)


def _is_hidden(run: Any, hidden_styles: frozenset[str]) -> bool:
    properties = run.find(_RPR)
    if properties is None:
        return False
    vanish, style = properties.find(_VANISH), properties.find(_RSTYLE)
    if vanish is not None:
        return is_on(vanish)
    return style is not None and style.get(_VAL) in hidden_styles


def is_on(switch: Any) -> bool:
    """Whether a switch such as w:vanish is on."""
    return str(switch.get(_VAL, "1")).lower() not in _OFF


def hidden_styles_of(styles: Any) -> frozenset[str]:
    """The ids of the styles that hide text, by themselves or through the style they are based on."""
    known = {style.get(f"{_W}styleId"): style for style in styles.iter(f"{_W}style")}
    return frozenset(name for name in known if name and _hides(name, known))


def _hides(name: str, known: dict[str, Any]) -> bool:
    seen: set[str] = set()
    while name in known and name not in seen:
        seen.add(name)
        vanish = known[name].find(f"{_RPR}/{_VANISH}")
        if vanish is not None:
            return is_on(vanish)
        base = known[name].find(f"{_W}basedOn")
        name = base.get(_VAL, "") if base is not None else ""
    return False


def row_paragraphs(row: Any) -> list[Any]:
    """The paragraphs of a table row, without those of tables and text boxes inside it."""
    return list(_own_paragraphs(row))


def _own_paragraphs(node: Any) -> Iterator[Any]:
    for child in node:
        if child.tag == P:
            yield child
        elif isinstance(child.tag, str) and child.tag != TABLE:
            yield from _own_paragraphs(child)


def cut_before(letter: Letter) -> None:
    """Make this letter the first of its run; what stood before it stays in a run of its own, looks unchanged."""
    run, child = letter.run, letter.child
    before = [item for item in run if item.tag != _RPR]
    before = before[: before.index(child)]
    if letter.index == 0 and not before:
        return
    right = run.makeelement(run.tag, dict(run.attrib), run.nsmap)
    properties = run.find(_RPR)
    following = list(child.itersiblings()) if letter.index else [child, *child.itersiblings()]
    if properties is not None:
        right.append(_copy(properties))
    if letter.index:  # the left part stays the element it was: letters in it stay true
        rest = child.makeelement(child.tag, dict(child.attrib), child.nsmap)
        child.text, rest.text = child.text[: letter.index], child.text[letter.index :]
        child.set(_SPACE, "preserve")
        rest.set(_SPACE, "preserve")
        right.append(rest)
    for item in following:  # moved, not copied: a text box in the run stays the one it was
        right.append(item)
    right.tail, run.tail = run.tail, None
    run.addnext(right)


def _copy(element: Any) -> Any:
    return element.__deepcopy__(None)


def ink(characters: Sequence[str]) -> list[int]:
    """The positions of everything but blanks."""
    return [at for at, char in enumerate(characters) if not char.isspace()]
