"""Make what comes from files harmless to show: no control, bidi or broken characters."""

import re

# C0 and C1 controls, line separators, and whatever turns, hides or joins letters without being seen
_LINE_ENDS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_KEPT_CONTROL = re.compile(r"[\x00-\x08\v\f\x0e-\x1f\x7f-\x9f]")
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def on_one_line(text: str) -> str:
    """The text as one line: line ends and tabs become blanks, unseen characters go, broken ones become �."""
    return _BROKEN.sub("�", _UNSEEN.sub("", _LINE_ENDS.sub(" ", text)))


def in_lines(text: str) -> str:
    """The text with its tabs and line feeds, without controls and turning characters."""
    return _BROKEN.sub("�", _TURNING.sub("", _KEPT_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))))
