"""Documents that are examined together give what each gives alone: nothing reaches over the border between them."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.detect.engine import Engine
from screening.domain.document import BlockKind, Document, Hidden, Provenance
from screening.domain.rule import Ruleset
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped

KEY = b"k" * 32
_EDGES = (
    *(
        "机",
        "密",
        "绝 密",
        "★10年",
        "1380013",
        "8000",
        "电话 139",
        "0013 8000",
        "一三八〇〇",
        "x",
        "1",
        "\t",
        "\n",
        " 。\n",
    ),
    *(
        "云岭市防汛工作已由市政府办公室发布。",
        "依据《云岭市政府信息公开条例》",
        "\t张三丰\t13900139000",
        "李四\t13800138001",
    ),
    *("联系人 王五 13700137002", "尚未公布", "（公开发布）", "内部资料", "据央视新闻报道，"),
)


@cache
def ruleset() -> Ruleset:
    """The shipped rules."""
    return load(LexiconFiles(shipped("lexicons"), shipped("lexicons") / "none"))[0]


@cache
def engine() -> Engine:
    """The shipped rules, compiled."""
    return Engine(ruleset(), KEY)


@cache
def examples() -> list[str]:
    """What the rules say of themselves."""
    return [example.text for rule in ruleset().rules for example in (*rule.hits, *rule.misses)]


def document(pieces: list[tuple[BlockKind, str, Provenance]]) -> Document:
    """A document of these blocks."""
    return Document.of_pieces(pieces, sha256="", media_type="", filename="")


_TEXT = st.one_of(st.sampled_from(_EDGES), st.deferred(lambda: st.sampled_from(examples())))
_PLACE = st.builds(
    Provenance, path=st.sampled_from([(), ("名单.xlsx",)]), hidden=st.sampled_from([Hidden.NO, Hidden.FORMAT])
)
_KINDS = st.sampled_from([BlockKind.PARAGRAPH, BlockKind.TABLE_ROW, BlockKind.COMMENT, BlockKind.HIDDEN_TEXT])
_DOCUMENT = st.lists(st.tuples(_KINDS, st.lists(_TEXT, min_size=1, max_size=3).map("".join), _PLACE), max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(_DOCUMENT.map(document), max_size=6))
def test_together_as_alone(documents: list[Document]) -> None:
    """Findings with their offsets, what contexts excused, and attention, to the last digit."""
    assert engine().examine_all(documents) == [engine().examine(one) for one in documents]


def test_all_examples_together_as_alone() -> None:
    """Every example of every rule as a document of its own, sixteen at a time; two lists of people stay two lists."""
    paragraphs = [document([(BlockKind.PARAGRAPH, text, Provenance())]) for text in examples()[::3]]
    alone = [engine().examine(one) for one in paragraphs]
    together = [one for at in range(0, len(paragraphs), 16) for one in engine().examine_all(paragraphs[at : at + 16])]
    assert together == alone
    assert sum(len(found.findings) for found in alone) > len(alone) / 4
