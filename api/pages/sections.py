"""Where a block stands on the case page: in the running text, or apart and labelled when a reader would miss it."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.domain.document import Block, BlockKind, Document

_APART: Mapping[str, tuple[BlockKind, ...]] = {
    "批注和注释": (BlockKind.COMMENT, BlockKind.ANNOTATION),
    "修订中删去、移走的文字": (BlockKind.DELETED, BlockKind.MOVED_AWAY),
    "隐藏文字": (BlockKind.HIDDEN_TEXT,),
    "备注页": (BlockKind.NOTES,),
    "文档属性和人员记录": (BlockKind.PROPERTY, BlockKind.METADATA, BlockKind.PERSON),
    "附件名称": (BlockKind.ATTACHMENT,),
    "链接、域、书签和替代文字": (BlockKind.LINK, BlockKind.FIELD_CODE, BlockKind.BOOKMARK, BlockKind.ALT_TEXT),
    "脚本和源码注释": (BlockKind.SCRIPT, BlockKind.CODE_COMMENT),
    "历史版本": (BlockKind.EARLIER_REVISION,),
    "残留部件": (BlockKind.ORPHAN,),
}
_TITLES = tuple(_APART)
_TITLE_OF = {kind: title for title, kinds in _APART.items() for kind in kinds}
_NOTE = "读者在页面上看不到或容易忽略，但随文件一起传出"


@dataclass(frozen=True, slots=True)
class Place:
    """The section of a block. rank: order within its file, 0 for the running text."""

    path: tuple[str, ...]
    rank: int
    title: str
    note: str

    @property
    def apart(self) -> bool:
        """Whether it stands outside the running text."""
        return self.rank > 0


def heading(block: Block) -> Place:
    """The section in which a block is shown."""
    title = _TITLE_OF.get(block.kind, "" if block.visible else "隐藏文字")
    path = block.provenance.path
    file = "附件" + " › ".join(f"《{name}》" for name in path) if path else ""
    rank = _TITLES.index(title) + 1 if title else 0
    words = " · ".join(word for word in (file, title) if word)
    return Place(path, rank, words or "正文", _NOTE if title else "")


def paths_of(document: Document) -> Mapping[tuple[str, ...], str]:
    """Every enclosed file with its item id: a0, a1 … in the order in which they come in the draft."""
    paths = dict.fromkeys(block.provenance.path for block in document.blocks if block.provenance.path)
    return {path: f"a{number}" for number, path in enumerate(paths)}
