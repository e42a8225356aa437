"""What was read: Document, Block, Provenance, Span, Unread.

Offsets are code points of Document.text, which is the text of all blocks joined by newlines.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of code points, 0 <= start < end."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got {self.start}..{self.end}")

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        """Whether the other lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end


class BlockKind(StrEnum):
    """Where in a draft a block stands. The value is the stable name; `label` is what people read."""

    PARAGRAPH = "paragraph"
    TABLE_ROW = "table_row"  # one row, cells separated by tabs, so that lists of people keep their columns
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    TEXT_BOX = "text_box"
    COMMENT = "comment"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_AWAY = "moved_away"
    HIDDEN_TEXT = "hidden_text"
    FIELD_CODE = "field_code"
    FORM_FIELD = "form_field"
    LINK = "link"
    ALT_TEXT = "alt_text"
    CHART = "chart"
    SMART_ART = "smart_art"
    NOTES = "notes"
    PROPERTY = "property"
    METADATA = "metadata"
    PERSON = "person"  # a name that the file format keeps: author of a change, of a comment
    IMAGE = "image"  # a picture itself, without its words
    IMAGE_TEXT = "image_text"
    ANNOTATION = "annotation"
    ATTACHMENT = "attachment"  # the name and description of a file inside the file
    BOOKMARK = "bookmark"
    SCRIPT = "script"
    EARLIER_REVISION = "earlier_revision"
    ORPHAN = "orphan"
    TITLE = "title"
    CODE_COMMENT = "code_comment"  # a comment of the file format, such as <!-- --> of HTML

    @property
    def label(self) -> str:
        """The Chinese name, as shown in a place."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    BlockKind.PARAGRAPH: "正文",
    BlockKind.TABLE_ROW: "表格",
    BlockKind.HEADER: "页眉",
    BlockKind.FOOTER: "页脚",
    BlockKind.FOOTNOTE: "脚注",
    BlockKind.ENDNOTE: "尾注",
    BlockKind.TEXT_BOX: "文本框",
    BlockKind.COMMENT: "批注",
    BlockKind.INSERTED: "修订插入",
    BlockKind.DELETED: "修订删除",
    BlockKind.MOVED_AWAY: "修订移走",
    BlockKind.HIDDEN_TEXT: "隐藏文字",
    BlockKind.FIELD_CODE: "域代码",
    BlockKind.FORM_FIELD: "表单域",
    BlockKind.LINK: "链接",
    BlockKind.ALT_TEXT: "替代文字",
    BlockKind.CHART: "图表",
    BlockKind.SMART_ART: "SmartArt图形",
    BlockKind.NOTES: "备注页",
    BlockKind.PROPERTY: "文档属性",
    BlockKind.METADATA: "元数据",
    BlockKind.PERSON: "人员记录",
    BlockKind.IMAGE: "图片",
    BlockKind.IMAGE_TEXT: "图片文字",
    BlockKind.ANNOTATION: "注释",
    BlockKind.ATTACHMENT: "附件名",
    BlockKind.BOOKMARK: "书签",
    BlockKind.SCRIPT: "脚本",
    BlockKind.EARLIER_REVISION: "历史版本",
    BlockKind.ORPHAN: "残留部件",
    BlockKind.TITLE: "标题栏",
    BlockKind.CODE_COMMENT: "源码注释",
}


class Hidden(StrEnum):
    """Why a reader of the page does not see a block. NO means that he does."""

    NO = ""
    FORMAT = "format"  # hidden by format or style
    WHITE = "white"
    TINY = "tiny"
    SAME_COLOUR = "same_colour"
    DELETED = "deleted"
    MOVED_AWAY = "moved_away"
    MERGED_AWAY = "merged_away"  # continuation cell of a vertical merge
    ROW_OR_COLUMN = "row_or_column"
    SHEET = "sheet"
    SLIDE = "slide"
    NOT_ON_PAGE = "not_on_page"  # in the file, but on no page: properties, names, codes, settings
    FALLBACK = "fallback"  # second copy of a text box that differs from the first
    CROPPED = "cropped"
    INVISIBLE = "invisible"
    TRANSPARENT = "transparent"
    COVERED = "covered"
    CLIPPED = "clipped"
    OFF_PAGE = "off_page"
    LAYER_OFF = "layer_off"
    DETACHED = "detached"  # a page or form that nothing shows
    EARLIER_REVISION = "earlier_revision"
    FLAGGED = "flagged"  # annotation with its Hidden flag, HTML hidden attribute

    @property
    def label(self) -> str:
        """The Chinese reason, or an empty string for visible text."""
        return _HIDDEN_LABELS[self]


_HIDDEN_LABELS = {
    Hidden.NO: "",
    Hidden.FORMAT: "隐藏格式",
    Hidden.WHITE: "白色字",
    Hidden.TINY: "极小字",
    Hidden.SAME_COLOUR: "字与底同色",
    Hidden.DELETED: "修订已删，仍在文件中",
    Hidden.MOVED_AWAY: "修订已移走，仍在文件中",
    Hidden.MERGED_AWAY: "被合并的单元格",
    Hidden.ROW_OR_COLUMN: "隐藏行列",
    Hidden.SHEET: "隐藏工作表",
    Hidden.SLIDE: "隐藏幻灯片",
    Hidden.NOT_ON_PAGE: "不在页面上",
    Hidden.FALLBACK: "旧版副本",
    Hidden.CROPPED: "已裁切，仍在文件中",
    Hidden.INVISIBLE: "不可见文字",
    Hidden.TRANSPARENT: "透明文字",
    Hidden.COVERED: "被遮盖，仍可复制",
    Hidden.CLIPPED: "被裁切路径挡住",
    Hidden.OFF_PAGE: "页面之外",
    Hidden.LAYER_OFF: "图层已关闭",
    Hidden.DETACHED: "已不显示，仍在文件中",
    Hidden.EARLIER_REVISION: "历史版本",
    Hidden.FLAGGED: "标为隐藏",
}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a block comes from, so that a person can find it.

    path: names of the enclosing files, outermost first; empty for the draft itself.
    part: the part or object of the file, such as word/document.xml or obj 12.
    page_no, paragraph: counted from 1; paragraph counts within its part (Word) or page (PDF).
    detail: a further human name, such as 表1第2行, Sheet1!B3 or 作者.
    bbox: left, bottom, right, top in PDF points of the page (origin bottom left), or left, top, right,
        bottom in pixels of a picture (origin top left).
    ocr_confidence: 0 to 1 for recognised text, else None.
    """

    path: tuple[str, ...] = ()
    part: str = ""
    page_no: int | None = None
    paragraph: int | None = None
    detail: str = ""
    bbox: tuple[float, float, float, float] | None = None
    hidden: Hidden = Hidden.NO
    ocr_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of text of one kind at one place. `start` is its offset in Document.text."""

    kind: BlockKind
    text: str
    start: int
    provenance: Provenance

    @property
    def end(self) -> int:
        """Offset behind the last code point in Document.text."""
        return self.start + len(self.text)

    @property
    def piece(self) -> "Piece":
        """The same without its place in the text."""
        return self.kind, self.text, self.provenance

    @property
    def visible(self) -> bool:
        """Whether a reader of the page would see it."""
        return self.provenance.hidden is Hidden.NO

    def place(self, offset: int = 0) -> str:
        """The place in words: 附件《名单.xlsx》· 第3页第2段. `offset` counts from the block's start."""
        p = self.provenance
        where = f"第{p.page_no}页" if p.page_no and "幻灯片" not in p.detail else ""
        row_or_paragraph = p.detail if self.kind is BlockKind.TABLE_ROW else ""
        if self.kind is BlockKind.TABLE_ROW:
            row_or_paragraph += f"第{self.text.count(chr(9), 0, offset) + 1}列"
        elif p.paragraph:
            row_or_paragraph = f"第{p.paragraph}段"
        words = [f"附件《{name}》" for name in p.path]
        if self.kind not in (BlockKind.PARAGRAPH, BlockKind.TABLE_ROW):
            words.append(self.kind.label)
        words.append(where + row_or_paragraph)
        if p.detail not in ("", self.kind.label) and self.kind is not BlockKind.TABLE_ROW:
            words.append(p.detail)
        if p.hidden.label and p.hidden is not Hidden.NOT_ON_PAGE:
            words.append(f"[{p.hidden.label}]")
        return " · ".join(word for word in words if word) or self.kind.label


Piece: TypeAlias = tuple[BlockKind, str, Provenance]  # a block to be


class UnreadReason(StrEnum):
    """Why something was not read. The value is the stable name; `label` and `cure` are what people read."""

    ENCRYPTED = "encrypted"
    IMAGE_WITHOUT_OCR = "image_without_ocr"
    OCR_UNSURE = "ocr_unsure"
    GARBLED_TEXT = "garbled_text"
    DOCTYPE = "doctype"
    OVER_LIMIT = "over_limit"
    PARSE_ERROR = "parse_error"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_CHARSET = "unknown_charset"
    LEGACY_FORMAT = "legacy_format"
    EMPTY = "empty"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """What happened, in Chinese."""
        return _UNREAD_WORDS[self][0]

    @property
    def cure(self) -> str:
        """What the author can do, in Chinese."""
        return _UNREAD_WORDS[self][1]


_UNREAD_WORDS = {
    UnreadReason.ENCRYPTED: ("文件已加密", "去掉打开密码后重新检查"),
    UnreadReason.IMAGE_WITHOUT_OCR: (
        "图像中的文字未识别",
        "请管理员安装文字识别组件（xianshen[ocr]）后重查，或由两人肉眼审看",
    ),
    UnreadReason.OCR_UNSURE: ("图像文字识别把握不足", "换清晰的扫描件重查，或由两人肉眼审看"),
    UnreadReason.GARBLED_TEXT: (
        "页面文字无法还原（字体缺少编码表）",
        "请管理员安装文字识别组件后重查，或用原稿重新导出",
    ),
    UnreadReason.DOCTYPE: ("部件含 DOCTYPE 声明，可能藏有实体", "用 Word 或 WPS 另存为新文件后重查"),
    UnreadReason.OVER_LIMIT: ("超出读取上限", "拆分文件或减小内容后重查"),
    UnreadReason.PARSE_ERROR: ("内容损坏或无法解析", "用原程序修复或另存后重查"),
    UnreadReason.UNKNOWN_TYPE: ("不认识的文件类型", "转换为 docx、pdf、txt 后重查，或由两人肉眼审看"),
    UnreadReason.UNKNOWN_CHARSET: ("文字编码无法确定", "另存为 UTF-8 后重查"),
    UnreadReason.LEGACY_FORMAT: ("旧版格式，暂不能读", "用 Word 或 WPS 另存为 docx、xlsx 或 pptx 后重查"),
    UnreadReason.EMPTY: ("没有读到任何内容", "确认文件不是空文件或截断文件"),
    UnreadReason.TIMEOUT: ("读取超时", "拆分文件或另存后重查"),
    UnreadReason.CRASHED: ("读取程序异常中止（已隔离）", "文件可能有害或损坏，请用原程序另存后重查"),
    UnreadReason.MISSING: ("文件中引用的内容缺失", "用原程序另存后重查"),
}


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not read. `path` is its place in words; `detail` never holds draft text."""

    path: str
    reason: UnreadReason
    detail: str = ""

    def __str__(self) -> str:
        words = f"{self.path}：{self.reason.label}" if self.path else self.reason.label
        return f"{words}（{self.detail}）" if self.detail else words


@dataclass(frozen=True, slots=True)
class Document:
    """A draft as it was read. Blocks tile the text: each block's span gives its text back."""

    sha256: str
    media_type: str
    filename: str
    blocks: tuple[Block, ...]
    unread: tuple[Unread, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    text: str = field(init=False, repr=False, compare=False)
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        at = 0
        for block in self.blocks:
            if block.start != at:
                raise ValueError(f"block starts at {block.start}, expected {at}")
            at += len(block.text) + 1
        object.__setattr__(self, "_starts", tuple(block.start for block in self.blocks))
        object.__setattr__(self, "text", "\n".join(block.text for block in self.blocks))

    @classmethod
    def of_pieces(
        cls,
        pieces: Iterable[Piece],
        *,
        sha256: str,
        media_type: str,
        filename: str,
        unread: Iterable[Unread] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> "Document":
        """Lay pieces one behind the other; empty ones are left out."""
        blocks: list[Block] = []
        at = 0
        for kind, text, provenance in pieces:
            if text:
                blocks.append(Block(kind, text, at, provenance))
                at += len(text) + 1
        return cls(sha256, media_type, filename, tuple(blocks), tuple(unread), metadata or {})

    def block_at(self, offset: int) -> Block:
        """The block that holds this offset; a joining newline belongs to the block before it."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset > self.blocks[index].end:
            raise IndexError(f"offset {offset} is outside the document")
        return self.blocks[index]

    def quote(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def place(self, span: Span) -> str:
        """The place of a span in words."""
        block = self.block_at(span.start)
        return block.place(span.start - block.start)
