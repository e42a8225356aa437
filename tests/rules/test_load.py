"""Loading rules: errors name file, rule, field and cure; local over core; content digests."""

import shutil
from pathlib import Path

import pytest
import yaml

from screening.detect.engine import Engine
from screening.domain.errors import RuleError
from screening.domain.finding import Severity
from screening.domain.rule import Ruleset
from screening.rules.load import LexiconFiles, load, read_terms
from screening.settings import shipped

RULE = {
    "id": "LOCAL-001",
    "title": "本单位代号",
    "category": "work_secret_mark",
    "match": {"kind": "terms", "terms": ["青松工程"]},
    "basis": "制度 一.十二",
    "advice": "删去代号",
    "hits": ["参加青松工程的人员"],
    "misses": ["山上的青松"],
}


@pytest.fixture
def files(tmp_path: Path) -> LexiconFiles:
    """A copy of the shipped lexicons, to be spoilt."""
    core = tmp_path / "lexicons"
    shutil.copytree(shipped("lexicons"), core, ignore=shutil.ignore_patterns("local"))
    (core / "local").mkdir()
    return LexiconFiles(core)


def write_local(files: LexiconFiles, **changes: object) -> Path:
    """A local rule file with one rule, changed."""
    rule = {name: value for name, value in {**RULE, **changes}.items() if value is not None}
    path = files.core / "local" / "own.yaml"
    path.write_text(yaml.safe_dump({"rules": [rule]}, allow_unicode=True), encoding="utf-8")
    return path


def engine_of(files: LexiconFiles) -> Engine:
    """Rules that can be compiled."""
    engine = Engine(load(files)[0], b"k" * 32)
    engine.compile()
    return engine


def test_a_local_rule_joins_the_shipped_ones(files: LexiconFiles) -> None:
    """A unit's own rule needs one entry in one file."""
    before = load(files)[0]
    write_local(files)
    after = load(files)[0]
    assert after.rule("LOCAL-001") is not None
    assert len(after.rules) == len(before.rules) + 1
    assert after.version != before.version


def test_a_local_rule_replaces_the_shipped_one_of_its_id(files: LexiconFiles) -> None:
    """Local over core, and it is told."""
    shipped_rule = next(rule for rule in load(files)[0].rules if rule.severity < Severity.S0)
    write_local(files, id=shipped_rule.id)
    replaced = load(files)[0].rule(shipped_rule.id)
    assert replaced is not None
    assert replaced.title == RULE["title"]
    assert replaced.replaces == shipped_rule.source


def test_a_mark_cannot_be_switched_off_by_a_local_rule(files: LexiconFiles) -> None:
    """No unit's own rule takes the place of one for state-secret marks."""
    write_local(files, id="MARK-001")
    with pytest.raises(RuleError, match="MARK-001"):
        load(files)


def test_a_rule_file_that_would_not_load_is_told(files: LexiconFiles) -> None:
    """A wrong suffix does not mean silence."""
    write_local(files).rename(files.core / "local" / "own.yml")
    with pytest.raises(RuleError, match="yaml"):
        load(files)


def test_the_version_is_the_content(files: LexiconFiles, tmp_path: Path) -> None:
    """The same content elsewhere has the same version."""
    shutil.copytree(files.core, tmp_path / "again")
    assert LexiconFiles(tmp_path / "again").digest() == files.digest()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": None}, ["LOCAL-001", "basis", "补上"]),
        ({"hits": []}, ["LOCAL-001", "hits", "至少"]),
        ({"misses": None}, ["LOCAL-001", "misses"]),
        ({"severity": "S9"}, ["LOCAL-001", "severity"]),
        ({"colour": "red"}, ["LOCAL-001", "colour", "拼写"]),
        ({"category": "nothing"}, ["LOCAL-001", "nothing", "categories.yaml"]),
        ({"id": "own"}, ["own", "MARK-001"]),
        ({"match": {"kind": "magic"}}, ["LOCAL-001", "magic", "pattern"]),
        ({"match": {"terms": ["词"]}}, ["LOCAL-001", "match.kind"]),
        ({"match": {"kind": "pattern", "patterns": ["(?=x)"]}}, ["LOCAL-001", "RE2"]),
        ({"match": {"kind": "pattern", "patterns": ["機密"]}}, ["LOCAL-001", "机"]),
        ({"match": {"kind": "pattern", "patterns": ["x"], "validators": ["luck"]}}, ["LOCAL-001", "luck", "alone"]),
        ({"match": {"kind": "pattern", "patterns": ["x"], "speed": 1}}, ["LOCAL-001", "speed"]),
        ({"match": {"kind": "terms", "terms": []}}, ["LOCAL-001", "terms"]),
        ({"match": {"kind": "terms", "file": "no.csv"}}, ["LOCAL-001", "no.csv"]),
        ({"match": {"kind": "blocks", "kinds": ["wall"]}}, ["LOCAL-001", "wall"]),
        ({"unless": [{"cues": ["@nobody"]}]}, ["LOCAL-001", "@nobody"]),
    ],
)
def test_errors_name_file_rule_and_cure(files: LexiconFiles, changes: dict[str, object], words: list[str]) -> None:
    """Whatever is wrong with a rule, its writer is told where and what to do."""
    write_local(files, **changes)
    with pytest.raises(RuleError) as told:
        engine_of(files)
    assert "own.yaml" in str(told.value) or "no.csv" in str(told.value)
    for word in words:
        assert word in str(told.value)


def test_broken_yaml_names_the_line(files: LexiconFiles) -> None:
    """A missing quote is told with its line."""
    (files.core / "local" / "own.yaml").write_text('rules:\n  - id: "LOCAL-001\n', encoding="utf-8")
    with pytest.raises(RuleError, match=r"own\.yaml: 第\d+行"):
        load(files)


def test_the_cache_gives_the_same_rules(files: LexiconFiles, tmp_path: Path) -> None:
    """The second start reads the checked form; a spoilt cache is made anew."""
    first = load(files, tmp_path / "cache")
    kept = next((tmp_path / "cache").glob("rules-*.json"))
    assert load(files, tmp_path / "cache") == first
    kept.write_text("{", encoding="utf-8")
    assert load(files, tmp_path / "cache") == first


def test_term_lists(tmp_path: Path) -> None:
    """CSV as Excel saves it, comments and empty rows; other encodings and single characters are told."""
    path = tmp_path / "words.csv"
    path.write_text("\ufeffterm,note\n青松工程,代号\n\n# 注释\n北仓,\n", encoding="utf-8")
    assert read_terms(path) == ["青松工程", "北仓"]
    path.write_text("词\n青松\n", encoding="utf-8")
    with pytest.raises(RuleError, match="term"):
        read_terms(path)
    path.write_text("term\n密\n", encoding="utf-8")
    with pytest.raises(RuleError, match="第2行"):
        read_terms(path)
    path.write_bytes("term\n青松\n".encode("gb18030"))
    with pytest.raises(RuleError, match="UTF-8"):
        read_terms(path)


def test_a_hundred_thousand_terms_are_normal(files: LexiconFiles) -> None:
    """A large list works: first, last and a contained term are told apart."""
    terms = [f"代号{number:06d}项目" for number in range(100_000)]
    listed = "\n".join(["term", *terms])
    (files.core / "local" / "big.csv").write_text(listed, encoding="utf-8")
    write_local(files, match={"kind": "terms", "file": "big.csv"}, hits=["代号000001项目"])
    ruleset, _ = load(files)
    rule = ruleset.rule("LOCAL-001")
    assert rule is not None
    engine = Engine(Ruleset((rule,), ruleset.categories, ""), b"k" * 32)
    from screening.checker import document_of_text

    found = engine.find(document_of_text("先有代号000000项目，后有代号099999项目，没有代号100000项目"))
    assert [one.quote for one in found] == ["代号000000项目", "代号099999项目"]
