"""The official masked form of a value: what may stand in its place on a corrected page.

138****1234; 35*************123; a name as surname and 某; an address up to its 乡镇 or 街道. What is no such value,
a passage above all, has none.
"""

import re

_LONGEST = 40  # a longer passage holds more than the number
_ID = re.compile(r"(?<![0-9A-Za-z])([1-9]\d)(\d{10}|\d{13})(\d{2}[0-9Xx])(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})([ -]?)\d{3,4}(\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)")
_TOWN = re.compile(r"^(.{2,40}?(?:街道|镇|乡|苏木))[^省市县区]{2,}$")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_DOUBLE = (
    *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"),
    *("宇文", "长孙", "司徒", "司空", "夏侯", "端木", "百里", "呼延", "南宫", "闻人"),
)
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文安庞樊兰殷施陶洪翟颜倪严牛温芦季"
    "俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃"
    "霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸"
)
_NAMES_STAND_IN = ("minor_identity", "victim_witness_identity", "pii_list_bulk")


def mended(quote: str, category: str) -> str:
    """The official form of this passage; empty when it has none."""
    words = " ".join(quote.split())
    numbers = _numbers_hidden(words)
    if numbers != words:
        return numbers if len(words) < _LONGEST else ""
    if category in _NAMES_STAND_IN and _is_name(words):
        return f"{surname(words)}某"
    town = _TOWN.match(words)
    if category in ("pii_contact", "sensitive_personal", *_NAMES_STAND_IN) and town:
        return f"{town[1]}***"
    return ""


def surname(name: str) -> str:
    """The surname of a Chinese name."""
    return name[:2] if name.startswith(_DOUBLE) and len(name) > 2 else name[:1]


def _is_name(words: str) -> bool:
    return bool(_NAME.fullmatch(words)) and (words.startswith(_DOUBLE) or words[0] in _SURNAMES)


def _numbers_hidden(words: str) -> str:
    """Numbers of people, cards and telephones in their official forms."""
    text = _ID.sub(lambda found: found[1] + "*" * len(found[2]) + found[3], words)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _CARD.sub(lambda found: f"{found[1]}{'*' * (len(found[0]) - 8)}{found[2]}", text)
    return _LANDLINE.sub(r"\1\2****\3", text)
