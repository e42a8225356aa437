"""Build normal_forms.txt, the table of single-character changes. Run by hand: python -m screening.text.build_table

Needs opencc-py (development only) for traditional to simplified characters. Three lines: source characters, their
normal characters (same length), characters that are deleted. Sources: Unicode (NFKC, categories), OpenCC TSCharacters
(Apache-2.0), own lists below.
"""

import sys
import unicodedata
from pathlib import Path

TABLE = Path(__file__).with_name("normal_forms.txt")

# Look-alikes that NFKC leaves alone.
_STARS = "✩✪✫✬✭✮✯✰⭐⋆🌟✡⚝"  # five-pointed and similar; the full star U+2605 and the open one stay themselves
_DASHES = "‐‑‒–—―−﹣－╴─➖⁃"
_DOTS = "•・‧∙⋅●｡"
_ASTERISKS = "∗＊﹡✱✲✳❋⁎"
_QUOTES = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "〝": '"',
    "〞": '"',
    "‘": "'",
    "’": "'",
    "‚": "'",
    "′": "'",
    "″": '"',
}
_BRACKETS = {"〈": "《", "〉": "》", "﹝": "〔", "﹞": "〕", "⟨": "《", "⟩": "》"}
_OTHER = {
    "～": "~",
    "〜": "~",
    "﹏": "_",
    "\r": "\n",
    "\v": "\n",
    "\f": "\n",
    "\x85": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
}
# CJK radicals that PDF fonts give instead of characters; NFKC folds only the Kangxi block.
_RADICALS = dict(
    zip(
        "⺁⺄⺆⺈⺊⺌⺍⺕⺗⺙⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺧⺩⺬⺭⺮⺯⺰⺱⺲⺶⺷⺸⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙冂刀卜小小彐心攵日月歹母民水氺灬爪爪牛王示礻竹糸纟罒网羊羊羊肀聿月臼艹艹艹虎衤西西见角讠贝足车辶辶辶阝钅长长长门阜阝雨青韦页风飞食食饣饣首马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟",
        strict=True,
    )
)
_KEEP = {*range(0x2460, 0x24FF), *range(0x2776, 0x2794), *range(0x3220, 0x3250), *range(0x3280, 0x328A)}
_DELETED_CATEGORIES = {"Cf", "Cc", "Co"}


def normal_form(character: str) -> str | None:
    """The normal form of one character: one character, '' for deleted, None when it stays itself."""
    for group, target in ((_STARS, "☆"), (_DASHES, "-"), (_DOTS, "·"), (_ASTERISKS, "*")):
        if character in group:
            return target
    for table in (_QUOTES, _BRACKETS, _OTHER, _RADICALS):
        if character in table:
            return table[character]
    if character in "\n\t ":
        return None
    return _by_unicode(character)


def _by_unicode(character: str) -> str | None:
    code, category = ord(character), unicodedata.category(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if 0xFE00 <= code <= 0xFE0F or code == 0x034F or category in _DELETED_CATEGORIES - {"Co"}:
        return ""
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(character))
    if code in _KEEP:
        return None
    folded = unicodedata.normalize("NFKC", character)
    if len(folded) != 1:
        folded = character
    lowered = folded.lower()
    folded = lowered if len(lowered) == 1 else folded
    return folded if folded != character else None


def simplified() -> dict[str, str]:
    """Traditional to simplified characters, one to one, from OpenCC."""
    from opencc import OpenCC  # noqa: PLC0415 - development only

    converter = OpenCC("t2s")
    han = [chr(code) for block in ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00)) for code in range(*block)]
    pairs = ((character, converter.convert(character)) for character in han)
    return {old: new for old, new in pairs if old != new and len(new) == 1}


def build() -> str:
    """The text of the table."""
    changes: dict[str, str] = {}
    to_simplified = simplified()
    for code in (*range(0x10000), *range(0x1D400, 0x1D800), *range(0x1F100, 0x1F600), *range(0xE0000, 0xE0200)):
        character = chr(code)
        new = normal_form(character)
        base = character if new is None else new
        final = to_simplified.get(base, base)
        if final != character:
            changes[character] = final
    kept = {old: new for old, new in changes.items() if new}
    lines = ("".join(kept), "".join(kept.values()), "".join(old for old, new in changes.items() if not new))
    return "\n".join(_escaped(line) for line in lines) + "\n"


def _escaped(line: str) -> str:
    """Printable Han as they are, everything else as \\u escapes, so that the file is plain to read and to diff."""
    return "".join(
        c if "㐀" <= c <= "鿿" else c.encode("unicode_escape").decode() if c != "\\" else "\\x5c" for c in line
    )


if __name__ == "__main__":
    TABLE.write_text(build(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {TABLE.stat().st_size} bytes\n")
