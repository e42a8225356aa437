"""What Word, Excel and PowerPoint draw alike: pictures, their alternative text, charts, SmartArt, packed files."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.office.names import DGM, HAN, MC, A, C, O, R, W, local, squeeze
from screening.extract.office.package import Package, Part
from screening.extract.office.sweep import leftovers

_STOCK_NAME = re.compile(
    r"(?:Picture|Image|Text|Box|Rectangle|Rounded|Oval|Group|Shape|Chart|Diagram|Title|Subtitle|WordArt|Arrow|"
    r"Table|Object|Straight|Freeform|Placeholder|Slide|Number|Date|Footer|Header|Connector|Content|Notes|Comment|"
    r"_x0000_[a-z]+|PowerPlusWaterMarkObject|WordPictureWatermark|Line|Right|Left|Up|Down|AutoShape|Vertical|Drop|"
    r"图片|图像|图形|图示|图表|表格|文本框|文本|矩形|圆角|椭圆|圆|直线|直接|直角|连接符|箭头|组合|形状|自选图形|任意|"
    r"多边形|线条|线|对象|副标题|标题|内容|占位符|灯片编号|幻灯片|编号|日期|页脚|页眉|备注|艺术字|批注|画布|左|右|上|下|"
    r"流程图|标注|大括号|中括号|水印|竖排|横排|框|[\s\d_:.()（）-])+",
    re.IGNORECASE,
)
_PATH_LIKE = re.compile(r"[\\/@]|\.[A-Za-z]{3,4}$|\d{6}")
_CROPS = ("l", "t", "r", "b", "cropleft", "croptop", "cropright", "cropbottom")
_NOTHING = re.compile(r"[-+0.]*(?:f|pt|%)?")
_GRAPHIC_TEXTS = frozenset({"t", "v"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drawing stands: its part, a human name, the slide, and whether all of it is hidden."""

    part: str
    detail: str = ""
    page_no: int | None = None
    hidden: Hidden = Hidden.NO


Box: TypeAlias = "Callable[[etree._Element, Place], None]"  # noqa: SLF001 - the type; reads a w:txbxContent or an a:p


class Drawings:
    """Reads drawings of one package. Words inside boxes are handed to the `box` that the caller gives."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.reading = package.reading
        self._smart_texts: set[str] = set()
        self._leaves: dict[str, Callable[[etree._Element, Place], None]] = {
            "docPr": self._alternative,
            "cNvPr": self._alternative,
            "hlinkClick": self._tip,
            "hlinkHover": self._tip,
            "blip": self._picture,
            "imagedata": self._picture,
            "svgBlip": self._picture,
            "chart": self._chart_reference,
            "relIds": self._smart_art,
            "OLEObject": self._packed,
            "oleObj": self._packed,
            "control": self._packed,
            "textpath": self._word_art,
            "shape": self._vml_shape,
            "rect": self._vml_shape,
            "roundrect": self._vml_shape,
            "oval": self._vml_shape,
            "line": self._vml_shape,
            "group": self._vml_shape,
        }

    def look(self, element: etree._Element, place: Place, box: Box) -> None:
        """Read a drawing and everything inside it."""
        tag = element.tag
        if tag == f"{W}txbxContent" or tag == f"{A}p":  # noqa: PLR1714 - two hot comparisons
            box(element, place)
            self._inside(element, place)
            return
        if tag == f"{MC}AlternateContent":
            self.alternatives(element, lambda inner, hidden: self.look(inner, _covered(place, hidden), box))
            return
        leaf = self._leaves.get(local(tag))
        if leaf:
            leaf(element, place)
        for child in element:
            self.look(child, place, box)

    def _inside(self, words: etree._Element, place: Place) -> None:
        """Tips of links and pictures used as bullets inside an a:p, whose text the box reads."""
        if words.tag == f"{A}p":
            for item in words.iter(f"{A}hlinkClick", f"{A}hlinkHover", f"{A}blip", f"{A}hlinkMouseOver"):
                self._leaves.get(local(item.tag), self._tip)(item, place)

    def alternatives(self, element: etree._Element, read: Callable[[etree._Element, Hidden], None]) -> None:
        """Read the branch that programs show, then what other branches say differently, as FALLBACK."""
        shown, others = branches(element)
        pieces = self.reading.pieces
        start = len(pieces)
        for child in shown if shown is not None else ():
            read(child, Hidden.NO)
        seen = {squeeze(text) for _, text, _ in pieces[start:]}
        middle = len(pieces)
        for other in others:
            for child in other:
                read(child, Hidden.FALLBACK)
        pieces[middle:] = [piece for piece in pieces[middle:] if squeeze(piece[1]) not in seen]

    def _add(self, kind: BlockKind, text: str, place: Place, detail: str = "") -> None:
        """A text that is on no page: names, tips, alternative texts."""
        words = f"{place.detail}{detail}"
        self.reading.add(kind, text, part=place.part, page_no=place.page_no, detail=words, hidden=Hidden.NOT_ON_PAGE)

    def _alternative(self, element: etree._Element, place: Place) -> None:
        self._add(BlockKind.ALT_TEXT, element.get("descr", ""), place)
        self._add(BlockKind.ALT_TEXT, element.get("title", ""), place, "标题")
        name = element.get("name", "")
        if telling_name(name) and name not in (element.get("descr"), element.get("title")):
            self._add(BlockKind.ALT_TEXT, name, place, "对象名称")

    def _tip(self, element: etree._Element, place: Place) -> None:
        self._add(BlockKind.LINK, element.get("tooltip", ""), place, "屏幕提示")

    def _picture(self, element: etree._Element, place: Place) -> None:
        crop = element if local(element.tag) == "imagedata" else _next_crop(element)
        cut = crop is not None and any(not _NOTHING.fullmatch(crop.get(side, "")) for side in _CROPS)
        self._add(BlockKind.ALT_TEXT, element.get(f"{O}title", ""), place, "图片名")
        hidden = place.hidden if place.hidden is not Hidden.NO else Hidden.CROPPED if cut else Hidden.NO
        for key in (f"{R}embed", f"{R}id", f"{O}relid", f"{R}pict"):
            target = self.package.target(place.part, element.get(key))
            if target:
                self.picture(target, replace(place, hidden=hidden))

    def picture(self, name: str, place: Place) -> None:
        """Read a picture part once. An SVG is left to the sweep, which reads its words."""
        if name.lower().endswith(".svg"):
            return
        data = self.package.data(name)
        if data:
            self.reading.picture(name, data, page_no=place.page_no, hidden=place.hidden)

    def _chart_reference(self, element: etree._Element, place: Place) -> None:
        target = self.package.target(place.part, element.get(f"{R}id"))
        if target:
            self.chart(target, place)

    def chart(self, name: str, place: Place) -> None:
        """Title, labels and cached values of a chart part, then the workbook packed with it."""
        part = self.package.part(name)
        if part is None:
            return
        here = replace(place, part=name)
        for paragraph in part.root.iter(f"{A}p"):
            self._shown(BlockKind.CHART, paragraph_text(paragraph), here)
        for text in _cached(part.root):
            self._shown(BlockKind.CHART, text, here)
        leftovers(self.reading, part, _GRAPHIC_TEXTS, frozenset())
        for target in self.package.related(name, "chartUserShapes"):
            self._texts(target, BlockKind.CHART, here)
        for target in list(self.package.related(name, "package", "oleObject")):
            self.attachment(target, place)
        for target in list(self.package.related(name, "image")):
            self.picture(target, here)

    def _shown(self, kind: BlockKind, text: str, place: Place) -> None:
        self.reading.add(kind, text, part=place.part, page_no=place.page_no, detail=place.detail, hidden=place.hidden)

    def _texts(self, name: str, kind: BlockKind, place: Place, unlike: set[str] | None = None) -> set[str]:
        """The a:p of a part as blocks, but those that say what `unlike` says; returns what they all say."""
        part = self.package.part(name)
        said = set()
        for paragraph in part.root.iter(f"{A}p") if part is not None else ():
            text = paragraph_text(paragraph)
            said.add(squeeze(text))
            if unlike is None or squeeze(text) not in unlike:
                self._shown(kind, text, replace(place, part=name))
        if part is not None:
            self._descriptions(part, place)
        return said

    def _descriptions(self, part: Part, place: Place) -> None:
        for element in part.root.iter(f"{DGM}cNvPr", f"{A}cNvPr", "{*}cNvPr"):
            self._alternative(element, replace(place, part=part.name))
        leftovers(self.reading, part, _GRAPHIC_TEXTS, frozenset({"name", "descr", "title", "modelId"}))

    def _smart_art(self, element: etree._Element, place: Place) -> None:
        data = self.package.target(place.part, element.get(f"{R}dm"))
        if data:
            self._smart_texts |= self._texts(data, BlockKind.SMART_ART, place)
            for picture in list(self.package.related(data, "image")):
                self.picture(picture, place)

    def caches(self, part: str, place: Place) -> None:
        """The drawn copies of a part's SmartArt, where they differ from the data. Call after the part is read."""
        for name in list(self.package.related(part, "diagramDrawing")):
            hidden = Hidden.FALLBACK if place.hidden is Hidden.NO else place.hidden
            self._texts(name, BlockKind.SMART_ART, replace(place, hidden=hidden), unlike=self._smart_texts)

    def _packed(self, element: etree._Element, place: Place) -> None:
        target = self.package.target(place.part, element.get(f"{R}id"))
        if target and local(element.tag) != "control":
            self.attachment(target, place)

    def attachment(self, name: str, place: Place) -> None:
        """Read a file that is packed in the package."""
        data = self.package.data(name)
        if data:
            self.reading.nested(posixpath.basename(name), data, page_no=place.page_no, hidden=place.hidden)

    def _word_art(self, element: etree._Element, place: Place) -> None:
        art = "水印" if place.detail.endswith("页眉") else "艺术字"
        self._shown(BlockKind.TEXT_BOX, element.get("string", ""), replace(place, detail=place.detail + art))

    def _vml_shape(self, element: etree._Element, place: Place) -> None:
        self._add(BlockKind.ALT_TEXT, element.get("alt", ""), place)
        self._add(BlockKind.ALT_TEXT, element.get("title", ""), place, "屏幕提示")
        self._add(BlockKind.LINK, element.get("href", ""), place)
        for key in ("id", f"{O}spid"):
            if telling_name(element.get(key, "")):
                self._add(BlockKind.ALT_TEXT, element.get(key, ""), place, "对象名称")


def branches(element: etree._Element) -> tuple[etree._Element | None, list[etree._Element]]:
    """The branch of an mc:AlternateContent that programs show, and the others."""
    all_branches = [child for child in element if isinstance(child.tag, str)]
    shown = next((b for b in all_branches if local(b.tag) == "Fallback" or _is_known(b)), None)
    return shown, [branch for branch in all_branches if branch is not shown]


def _is_known(choice: etree._Element) -> bool:
    """Whether Office knows all namespaces that a Choice requires."""
    spaces = [choice.nsmap.get(prefix) or "" for prefix in choice.get("Requires", "").split()]
    return all("schemas.microsoft.com/" in s or "schemas.openxmlformats.org/" in s or "wps.cn" in s for s in spaces)


def telling_name(name: str) -> bool:
    """Whether an object's name says more than Picture 1 or 图片 1."""
    return not _STOCK_NAME.fullmatch(name) and bool(HAN.search(name) or _PATH_LIKE.search(name))


def paragraph_text(paragraph: etree._Element) -> str:
    """The text of an a:p: runs joined, breaks as newlines, tabs as they are."""
    pieces = paragraph.iter(f"{A}t", f"{A}br")
    return "".join("\n" if item.tag == f"{A}br" else item.text or "" for item in pieces)


def _next_crop(blip: etree._Element) -> etree._Element | None:
    parent = blip.getparent()
    return None if parent is None else parent.find(f"{A}srcRect")


def _covered(place: Place, hidden: Hidden) -> Place:
    return place if hidden is Hidden.NO else replace(place, hidden=hidden)


def _cached(root: etree._Element) -> list[str]:
    """What a chart shows of its data: series as name and values in one line, labels of an axis in one line."""
    lines: dict[str, None] = {}
    for cache in root.iter(f"{C}strCache", f"{C}numCache", f"{C}strLit", f"{C}numLit", f"{C}lvl"):
        values = [value.text or "" for value in cache.iterfind(f"{C}pt/{C}v")]
        lines.setdefault("\t".join(values))
    for value in root.iterfind(f".//{C}tx/{C}v"):
        lines.setdefault(value.text or "")
    return list(lines)
