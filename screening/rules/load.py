"""Load the ruleset: the shipped rules, then the unit's own over them; a content digest is the version."""

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.domain.document import BlockKind, Hidden
from screening.domain.errors import RuleError
from screening.domain.finding import Severity
from screening.domain.rule import Adjustment, Category, Condition, Context, Effect, Example, Rule, Ruleset
from screening.rules.policy import Policy, policy_of_table
from screening.text import literals, quantities
from screening.text.literals import required
from screening.text.normalise import normal
from screening.text.quantities import with_numbers

if TYPE_CHECKING:
    from screening.rules.schema import ConditionSpec, ContextFile, ExampleSpec, RuleSpec

_READING = b"".join(
    Path(str(module.__file__)).read_bytes() for module in (literals, quantities)
)  # what the cache holds too
_FORMAT = "8"  # of the cached form; raise it when Rule or the shape of files changes


@dataclass(frozen=True, slots=True)
class LexiconFiles:
    """Where the data lies: the shipped folder and the unit's own folder (which may be missing)."""

    core: Path
    local: Path | None = None

    def all(self) -> list[Path]:
        """Every data file, in a fixed order: shipped first, local later."""
        found = [*sorted(self.core.glob("*.yaml")), *_under(self.core / "core")]
        return found + _under(self.local or self.core / "local")

    def digest(self) -> str:
        """SHA-256 over names and contents, as hex: the version of ruleset and policy."""
        total = hashlib.sha256(_FORMAT.encode() + _READING)
        for path in self.all():
            content = path.read_bytes()
            total.update(f"{path.name}\0{len(content)}\0".encode() + content)
        return total.hexdigest()


def _under(folder: Path) -> list[Path]:
    """Data files below a folder. Raises RuleError for a name that would be passed over in silence."""
    wrong = next(folder.rglob("*.yml"), None)
    if wrong:
        raise RuleError(f"{wrong}: 规则文件须以 .yaml 结尾，否则不会载入；请改名")
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".csv"))


def load(files: LexiconFiles, cache: Path | None = None) -> tuple[Ruleset, Policy]:
    """All rules and the policy in force. Raises RuleError naming file, rule, field and cure.

    With `cache`, what was found valid is kept there as JSON under its digest and read back next time.
    """
    version = files.digest()
    table = _cached(cache, version)
    if table is None:
        table = _read_all(files)
        _keep(cache, version, table)
    categories = {row["id"]: _category(row) for row in table["categories"]}
    contexts = tuple(_context(row) for row in table["contexts"])
    ruleset = Ruleset(tuple(_rule(row) for row in table["rules"]), categories, version, contexts)
    return ruleset, policy_of_table(table, categories, str(files.core / "policy.yaml"))


def _cached(cache: Path | None, version: str) -> dict[str, Any] | None:
    if cache is None:
        return None
    try:
        found: dict[str, Any] = json.loads((cache / f"rules-{version}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if found.get("version") == version else None


def _keep(cache: Path | None, version: str, table: dict[str, Any]) -> None:
    """Write the cache, or do without: a folder that cannot be written costs only time."""
    if cache is None:
        return
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = cache / f"rules-{version}.{os.getpid()}.part"
        part.write_text(json.dumps({**table, "version": version}, ensure_ascii=False), encoding="utf-8")
        part.replace(cache / f"rules-{version}.json")
    except OSError:
        return


def _read_all(files: LexiconFiles) -> dict[str, Any]:
    """Everything from the files, checked, as plain JSON values."""
    from screening.rules.read_yaml import read_yaml  # noqa: PLC0415 - only for new files
    from screening.rules.schema import (  # noqa: PLC0415
        CategoryFile,
        ChannelFile,
        ContextFile,
        CueFile,
        PolicySpec,
        RuleFile,
    )

    categories = [row.model_dump() for row in read_yaml(files.core / "categories.yaml", CategoryFile).categories]
    cues: dict[str, list[str]] = {}
    rules: dict[str, dict[str, Any]] = {}
    paths = [path for path in files.all() if path.suffix == ".yaml" and path.parent != files.core]
    for path in [path for path in paths if path.stem.startswith("cues")]:
        for name, words in read_yaml(path, CueFile).cues.items():
            cues.setdefault(name, []).extend(normal(word) for word in words)
    known = {row["id"]: row for row in categories}
    for path in [path for path in paths if not path.stem.startswith("cues")]:
        seen_here: set[str] = set()
        for spec in read_yaml(path, RuleFile).rules:
            if spec.id in seen_here:
                raise RuleError(f"{path}: 规则 {spec.id} 出现两次；编号不得重复使用")
            seen_here.add(spec.id)
            if spec.id in rules and path.is_relative_to(files.core / "core"):
                raise RuleError(f"{path}: 规则 {spec.id} 已在 {rules[spec.id]['source']} 中；换一个新编号")
            replaced = rules.get(spec.id)
            if replaced and replaced["severity"] == "S0":
                raise RuleError(
                    f"{path}: 规则 {spec.id} 级别为严重（如国家秘密标志），不能由本单位规则替换；换一个新编号"
                )
            rules[spec.id] = _plain_rule(spec, path, known, cues)
            rules[spec.id]["replaces"] = replaced["source"] if replaced else ""
    return {
        "categories": categories,
        "rules": list(rules.values()),
        "contexts": _plain_contexts(read_yaml(files.core / "contexts.yaml", ContextFile), known, cues),
        "channels": read_yaml(files.core / "channels.yaml", ChannelFile).model_dump()["channels"],
        "policy": read_yaml(files.core / "policy.yaml", PolicySpec).model_dump(),
    }


def _plain_rule(
    spec: "RuleSpec", path: Path, categories: Mapping[str, dict[str, Any]], cues: Mapping[str, list[str]]
) -> dict[str, Any]:
    """One rule as JSON values, its cue lists and term files filled in."""
    if spec.category not in categories:
        raise RuleError(f"{path}: 规则 {spec.id} 字段 category：没有类别 {spec.category}；见 categories.yaml")
    match = dict(spec.match)
    if not isinstance(match.get("kind"), str):
        raise RuleError(f"{path}: 规则 {spec.id} 字段 match.kind：缺少匹配方式；可写 pattern、terms、blocks 等")
    if "file" in match:
        match["terms"] = [*match.get("terms", []), *read_terms(path.parent / match.pop("file"), spec.id)]
    if isinstance(match.get("patterns"), list) and match["kind"] in ("pattern", "figure"):
        match["literals"] = [[sorted(some) for some in required(with_numbers(str(one)))] for one in match["patterns"]]
    if isinstance(match.get("triggers"), list):
        match["triggers"] = [word for cue in match["triggers"] for word in _cue_words(str(cue), path, spec.id, cues)]
    if "terms" in match:
        match["terms"] = sorted({normal(str(term)) for term in match["terms"]})
    return {
        "id": spec.id,
        "title": spec.title,
        "category": spec.category,
        "severity": spec.severity or categories[spec.category]["severity"],
        "score": spec.score,
        "match": json.loads(json.dumps(match)),  # as the cache will give it back: keys are text
        "needs": [_plain_condition(one, path, spec.id, cues) for one in spec.needs],
        "unless": [_plain_condition(one, path, spec.id, cues) for one in spec.unless],
        "adjust": [
            {**_plain_condition(one, path, spec.id, cues), "to": one.to, "because": one.because} for one in spec.adjust
        ],
        "exceptions": [normal(word) for word in spec.exceptions],
        "not_inside": [normal(pair) for pair in spec.not_inside],
        "mask": spec.mask or "",
        "immune": spec.immune,
        "basis": spec.basis,
        "advice": spec.advice,
        "hits": [_plain_example(one) for one in spec.hits],
        "misses": [_plain_example(one) for one in spec.misses],
        "source": path.name,
    }


def _plain_contexts(
    file: "ContextFile", categories: Mapping[str, Any], cues: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """The contexts as JSON values, their cue lists filled in."""
    source = "contexts.yaml"
    names = {spec.id for spec in file.contexts}
    rows = []
    for spec in file.contexts:
        for wrong in [*(set(spec.categories) - set(categories)), *(set(spec.beaten_by) - names)]:
            raise RuleError(f"{source}: 语境 {spec.id}：没有 {wrong} 这一类别或语境；检查拼写")
        words = [word for cue in spec.cues for word in _cue_words(cue, Path(source), spec.id, cues)]
        rows.append({**spec.model_dump(mode="json"), "cues": words, "source": source})
    return rows


def _plain_condition(spec: "ConditionSpec", path: Path, rule_id: str, cues: Mapping[str, list[str]]) -> dict[str, Any]:
    words = [word for cue in spec.cues for word in _cue_words(cue, path, rule_id, cues)]
    return {"cues": words, "within": spec.within, "side": spec.side}


def _cue_words(cue: str, path: Path, owner: str, cues: Mapping[str, list[str]]) -> list[str]:
    """A word in normal form, or all words of the list @name."""
    if not cue.startswith("@"):
        return [normal(cue)]
    if cue[1:] not in cues:
        raise RuleError(f"{path}: 规则 {owner}：没有名为 {cue} 的词表；在 cues*.yaml 中定义它")
    return cues[cue[1:]]


def _plain_example(spec: "str | ExampleSpec") -> dict[str, str]:
    return {"text": spec} if isinstance(spec, str) else spec.model_dump(mode="json")


def read_terms(path: Path, rule_id: str = "") -> list[str]:
    """The first column of a term list; the first row is its heading `term`. Raises RuleError."""
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except OSError:
        raise RuleError(f"{path}: 规则 {rule_id} 字段 match.file：读不到这个词表；检查文件名") from None
    except UnicodeDecodeError:
        raise RuleError(f"{path}: 词表不是 UTF-8；在 Excel 中另存为“CSV UTF-8”") from None
    if not rows or not rows[0] or rows[0][0].strip() != "term":
        raise RuleError(f"{path}: 第1行第1列应为 term；补上表头")
    terms = [row[0].strip() for row in rows[1:] if row and row[0].strip() and not row[0].startswith("#")]
    short = [number for number, row in enumerate(rows[1:], 2) if row and len(normal(row[0].strip())) == 1]
    if short:
        raise RuleError(f"{path}: 第{short[0]}行：单字词误报太多；写完整的词")
    return terms


def _category(row: Mapping[str, Any]) -> Category:
    return Category(
        row["id"],
        row["name"],
        Severity[row["severity"]],
        row["basis"],
        row["advice"],
        tuple(row["approvers"]),
        row["mask"],
        row["family"],
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        title=row["title"],
        category=row["category"],
        severity=Severity[row["severity"]],
        match=row["match"],
        hits=_examples(row["hits"]),
        misses=_examples(row["misses"]),
        basis=row["basis"],
        advice=row["advice"],
        score=row["score"],
        needs=tuple(_condition(one) for one in row["needs"]),
        unless=tuple(_condition(one) for one in row["unless"]),
        adjust=tuple(Adjustment(_condition(one), Severity[one["to"]], one["because"]) for one in row["adjust"]),
        exceptions=tuple(row["exceptions"]),
        not_inside=tuple(row["not_inside"]),
        mask=row["mask"],
        immune=tuple(row["immune"]),
        source=row["source"],
        replaces=row["replaces"],
    )


def _context(row: Mapping[str, Any]) -> Context:
    return Context(
        id=row["id"],
        title=row["title"],
        effect=Effect(row["effect"]),
        categories=frozenset(row["categories"]),
        cues=tuple(row["cues"]),
        patterns=tuple(row["patterns"]),
        within=row["within"],
        beaten_by=tuple(row["beaten_by"]),
        because=row["because"],
        basis=row["basis"],
        hits=tuple(row["hits"]),
        misses=tuple(row["misses"]),
        source=row["source"],
    )


def _condition(row: Mapping[str, Any]) -> Condition:
    return Condition(tuple(row["cues"]), row["within"], row["side"])


def _examples(rows: Iterable[Mapping[str, str]]) -> tuple[Example, ...]:
    return tuple(
        Example(
            row["text"],
            BlockKind(row.get("kind", BlockKind.PARAGRAPH)),
            Hidden(row.get("hidden", Hidden.NO)),
            row.get("detail", ""),
        )
        for row in rows
    )
