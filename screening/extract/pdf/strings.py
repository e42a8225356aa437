"""Strings of PDF objects: decoding, and which place of the file a string belongs to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pikepdf

from screening.domain.document import BlockKind, Hidden

Label: TypeAlias = tuple[BlockKind, Hidden, str]  # kind, why it is not seen, detail

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DEEPEST = 40
_OFF = Hidden.NOT_ON_PAGE
_MARKUP = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"),
    *("/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Popup", "/FileAttachment", "/Sound", "/Movie"),
    *("/Redact", "/Watermark", "/Link", "/Screen", "/3D", "/RichMedia", "/Projection"),
}
_ANNOTATION_KEYS = {
    "/Contents": "",
    "/RC": "",
    "/T": "作者",
    "/Subj": "主题",
    "/OverlayText": "未生效的遮盖标记文字",
    "/NM": "标识",
}
_FIELD_KEYS = {"/V": "", "/RV": "", "/DV": "默认值", "/TU": "提示", "/T": "域名", "/TM": "域名", "/Opt": "选项"}
_INFO_KEYS = {"/Title": "标题", "/Author": "作者", "/Subject": "主题", "/Keywords": "关键词"}


@dataclass(slots=True, frozen=True)
class Found:
    """One string: its dictionary, the key it stands under, and the keys above it."""

    owner: pikepdf.Object | None
    key: str
    text: str
    path: tuple[str, ...]


def decoded(value: pikepdf.Object) -> str:
    """The text of a PDF string; bytes that are GB18030 or UTF-8 against the rules are read as such."""
    raw = bytes(value)
    try:
        text = str(value)
    except UnicodeDecodeError:  # says UTF-16 and is not
        return raw.decode("latin-1")
    if raw.isascii() or raw[:2] in (b"\xfe\xff", b"\xff\xfe") or HAN.search(text):
        return text
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            other = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if HAN.search(other):
            return other
    return text


def strings(obj: pikepdf.Object) -> Iterator[Found]:
    """Every string inside an object, without following references."""
    yield from _walk(obj, None, (), 0)


def _walk(obj: pikepdf.Object, owner: pikepdf.Object | None, path: tuple[str, ...], depth: int) -> Iterator[Found]:
    if isinstance(obj, pikepdf.String):
        yield Found(owner, path[-1] if path else "", decoded(obj), path)
    elif depth < _DEEPEST and isinstance(obj, pikepdf.Array):
        for item in list(obj):
            if not getattr(item, "is_indirect", False):
                yield from _walk(item, owner, path, depth + 1)
    elif depth < _DEEPEST and isinstance(obj, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, value in obj.items():
            if HAN.search(str(key)):
                yield Found(obj, str(key), str(key)[1:], (*path, str(key)))
            if not getattr(value, "is_indirect", False) or isinstance(value, pikepdf.String):
                yield from _walk(value, obj, (*path, str(key)), depth + 1)


def label(found: Found, *, info: bool) -> Label | None:
    """Which place this string belongs to; None when nothing tells. `info`: it stands in the Info dictionary."""
    owner, key = found.owner, found.key
    if owner is None:
        return None
    if info:
        return BlockKind.PROPERTY, _OFF, _INFO_KEYS.get(key, key.lstrip("/"))
    if "/PieceInfo" in found.path:
        return BlockKind.METADATA, _OFF, "PieceInfo"
    if key == "/URI":
        return BlockKind.LINK, _OFF, ""
    if key == "/JS":
        return BlockKind.SCRIPT, _OFF, ""
    return _annotation(owner, key) or _field(owner, key, found.text) or _other(owner, key)


def _annotation(owner: pikepdf.Object, key: str) -> Label | None:
    subtype = str(owner.get("/Subtype", ""))
    if subtype not in _MARKUP or key not in _ANNOTATION_KEYS or "/S" in owner:
        return None
    hidden = Hidden.NO if subtype in ("/FreeText", "/Watermark") and key in ("/Contents", "/RC") else _OFF
    return BlockKind.ANNOTATION, Hidden.FLAGGED if _flagged(owner) else hidden, _ANNOTATION_KEYS[key]


def _flagged(owner: pikepdf.Object) -> bool:
    """Whether the Hidden or the NoView flag of an annotation is set."""
    try:
        return bool(int(owner.get("/F", 0)) & (2 | 32))
    except (TypeError, ValueError):
        return False


def _field(owner: pikepdf.Object, key: str, text: str) -> Label | None:
    is_field = owner.get("/Subtype") == "/Widget" or "/FT" in owner or ("/T" in owner and "/Kids" in owner)
    if is_field and key == "/CA":
        return BlockKind.FORM_FIELD, Hidden.NO, "按钮"
    if not is_field or key not in _FIELD_KEYS:
        return None
    chosen = key in ("/V", "/RV") or (key == "/Opt" and text == str(owner.get("/V", "")))
    hidden = Hidden.NO if chosen else _OFF
    return BlockKind.FORM_FIELD, Hidden.FLAGGED if chosen and _flagged(owner) else hidden, _FIELD_KEYS[key]


def _other(owner: pikepdf.Object, key: str) -> Label | None:
    kind = str(owner.get("/Type", ""))
    if key in ("/F", "/UF", "/DOS", "/Unix", "/Desc") and (kind in ("/Filespec", "/F") or "/EF" in owner):
        return BlockKind.ATTACHMENT, _OFF, "说明" if key == "/Desc" else ""
    if key == "/Title" and any(name in owner for name in ("/Parent", "/Dest", "/A", "/Next", "/Prev")):
        return BlockKind.BOOKMARK, _OFF, ""
    if key == "/Name" and kind == "/OCG":
        return BlockKind.METADATA, _OFF, "图层名"
    if key in ("/Alt", "/ActualText", "/E"):
        return BlockKind.ALT_TEXT, _OFF, ""
    if key == "/P" and (kind == "/PageLabel" or set(owner.keys()) <= {"/P", "/S", "/St", "/Type"}):
        return BlockKind.METADATA, _OFF, "页码前缀"
    if key == "/T" and ("/K" in owner or kind == "/StructElem"):
        return BlockKind.ALT_TEXT, _OFF, "结构标题"
    return None
