"""The names and values behind Word text: content controls, form fields, bookmarks, screen tips."""

from lxml import etree

from screening.domain.document import BlockKind, Hidden
from screening.extract.base import Reading
from screening.extract.office.drawing import Place
from screening.extract.office.names import HAN, W

_VAL = f"{W}val"
_STOCK_BOOKMARK = ("_", "OLE_LINK")
_FIELD_WORDS = (("name", "名称"), ("helpText", "帮助"), ("statusText", "状态栏提示"))


class FormFields:
    """Adds what a content control, a form field or a bookmark says beside its shown text."""

    def __init__(self, reading: Reading, place: Place) -> None:
        self._reading, self._place = reading, place

    def _add(self, kind: BlockKind, text: str, detail: str = "") -> None:
        self._reading.add(
            kind, text, part=self._place.part, detail=self._place.detail + detail, hidden=Hidden.NOT_ON_PAGE
        )

    def control(self, properties: etree._Element | None) -> None:
        """Title, tag and list entries of a content control."""
        if properties is None:
            return
        for name, detail in (("alias", "标题"), ("tag", "标记")):
            item = properties.find(f"{W}{name}")
            text = "" if item is None else item.get(_VAL, "")
            if not text.startswith("goog_rdk"):
                self._add(BlockKind.FORM_FIELD, text, detail)
        for entry in properties.iter(f"{W}listItem"):
            words = dict.fromkeys((entry.get(f"{W}displayText", ""), entry.get(_VAL, "")))
            self._add(BlockKind.FORM_FIELD, "\t".join(word for word in words if word), "列表项")

    def field(self, data: etree._Element | None) -> None:
        """Name, help and defaults of a legacy form field."""
        if data is None:
            return
        for name, detail in _FIELD_WORDS:
            for item in data.iterfind(f"{W}{name}"):
                text = item.get(_VAL, "")
                if name != "name" or HAN.search(text):
                    self._add(BlockKind.FORM_FIELD, text, detail)
        for item in data.iter(f"{W}default", f"{W}listEntry", f"{W}entryMacro", f"{W}exitMacro"):
            text = item.get(_VAL, "")
            if text not in ("0", "1"):
                self._add(BlockKind.FORM_FIELD, text, "默认值" if item.tag == f"{W}default" else "列表项")

    def bookmark(self, name: str) -> None:
        """The name of a bookmark, when a person chose it."""
        if HAN.search(name) or (len(name) > 5 and not name.startswith(_STOCK_BOOKMARK)):
            self._add(BlockKind.BOOKMARK, name)

    def tip(self, text: str) -> None:
        """The tip of a link."""
        self._add(BlockKind.LINK, text, "屏幕提示")
