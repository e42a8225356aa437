"""The evasion table: each sensitive string in every disguise, and its harmless twin in the same disguise.

A trick is a function from text to text. A twin looks alike and means something else; it goes through the same trick.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Trick = Callable[[str], str]

_WIDE = {ord(one): ord(one) + 0xFEE0 for one in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:()"}
_SIMPLIFIED = "绝机内资传号码编账户开阅后请发县团级单职证点赞结构养间铺项"
_TRADITIONAL = str.maketrans(_SIMPLIFIED, "絕機內資傳號碼編賬戶開閱後請發縣團級單職證點贊結構養間鋪項")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_SPLIT = {"机": "木几", "秘": "禾必", "绝": "纟色"}
_SOUND = {"机密": "机蜜", "秘密": "秘蜜", "绝密": "绝蜜"}
_PINYIN = {"机密": "ji mi", "秘密": "mi mi", "绝密": "jue mi"}


def _between(letter: str) -> Trick:
    return letter.join


def _replaced(table: Mapping[str, str]) -> Trick:
    def trick(text: str) -> str:
        for old, new in table.items():
            text = text.replace(old, new)
        return text

    return trick


# tricks for any string; for strings with digits only; for marks only
ANY: dict[str, Trick] = {
    "原样": lambda text: text,
    "全角": lambda text: text.translate(_WIDE),
    "繁体": lambda text: text.translate(_TRADITIONAL),
    "零宽字符": _between("\u200b"),
    "空格隔开": _between(" "),
    "软连字符": _between("\u00ad"),
    "断成两行": lambda text: f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}",
    "竖排": _between("\n"),
}
DIGITS: dict[str, Trick] = {
    "汉字数字": lambda text: text.translate(_CHINESE),
    "圈码数字": lambda text: text.translate(_CIRCLED),
    "横线隔开": lambda text: "".join(
        f"{one}-" if one.isdigit() and at % 4 == 3 else one for at, one in enumerate(text)
    ),
}
MARKS: dict[str, Trick] = {
    "汉字数字": lambda text: text.translate(_CHINESE).replace("一〇", "十"),
    "圈码数字": lambda text: text.translate(_CIRCLED),
    "横线连接": lambda text: text.replace("密", "-密", 1),
    "拼音": _replaced(_PINYIN),
    "拆字": _replaced(_SPLIT),
    "谐音形近": _replaced(_SOUND),
}


# where a disguise of a harmless word would be as odd as the real one: harmless text that looks like the disguise
_LOOK_ALIKE = {
    "横线连接": "手机-密码重置须知",
    "拼音": "ji mi 食谱、mi mi 音乐课",
    "拆字": "老木几凳子禾必丰收",
    "谐音形近": "蜜月机票与秘蜜饯礼盒",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A sensitive string of one category, its harmless twin, and the tricks to try on both."""

    category: str
    text: str
    twin: str
    tricks: Mapping[str, Trick]
    family: frozenset[str]


_MARK_FAMILY = frozenset({"state_secret_mark", "state_secret_mark_variant", "classified_doc_header"})
_NOTE_FAMILY = frozenset({"work_secret_mark", "scope_limited_note"})


def _family(category: str) -> frozenset[str]:
    """The categories that answer to a disguise of this one."""
    return next((one for one in (_MARK_FAMILY, _NOTE_FAMILY) if category in one), frozenset({category}))


CASES = tuple(
    Case(category, text, twin, ANY | extra, _family(category))
    for category, text, twin, extra in (
        ("state_secret_mark", "机密★10年", "机密性10分", MARKS),
        ("state_secret_mark", "秘密★5年", "秘密花园5号", MARKS),
        ("state_secret_mark", "绝密★长期", "绝密飞行首映", MARKS),
        ("work_secret_mark", "内部资料 注意保管", "内部结构 注意保养", {}),
        ("scope_limited_note", "（此件发至县团级）", "（此件公开发布）", {}),
        ("scope_limited_note", "阅后请清退", "阅后请点赞", {}),
        ("trade_secret_mark", "普通商密▲3年", "普通商铺▲3间", {}),
        ("pii_id_number", "身份证号11019919000101001X", "商品编号110199190013010013", DIGITS),
        ("pii_contact", "手机13800138000", "订单23800138000", DIGITS),
        ("pii_financial", "账号6222020000000000000", "编号6222020000000000001", DIGITS),
    )
)


def table(found: Callable[[str], set[str]]) -> Iterator[tuple[str, str, str, bool, bool]]:
    """For each case and trick: category, trick, text, caught or not, twin flagged or not. `found` gives the categories
    flagged in a text."""
    for case in CASES:
        for name, trick in case.tricks.items():
            caught = bool(found(trick(case.text)) & case.family)
            twin = (
                _LOOK_ALIKE[name] if case.tricks[name] is MARKS.get(name) and name in _LOOK_ALIKE else trick(case.twin)
            )
            yield case.category, name, case.text, caught, bool(found(twin))
