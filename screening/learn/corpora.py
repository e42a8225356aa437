"""The passages to learn from and to measure on: our own corpus, the labelled real passages, and public text.

Our own corpus ships in models/corpus (guide: its README). The rest lies in a data folder outside the project:
gold_dev.jsonl, gold_constructed.jsonl, corpora/ (cctv_sample, gov).
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.domain.errors import SettingsError

_SHORTEST, _LONGEST = 30, 220
_END = re.compile(r"(?<=[。！？!?；;])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A labelled stretch of text. labels: categories, or of gold passages the coarser labels of its guide; empty for
    harmless text; released: the passage shows that the matter has been published; near: the category that harmless text
    is easily mistaken for; group: what must not be parted between training and measuring."""

    id: str
    text: str
    labels: tuple[str, ...]
    source: str
    group: str
    released: bool = False
    near: str = ""
    sure: bool = True

    @property
    def topical(self) -> bool:
        """Whether a reviewer must look, published or not."""
        return bool(self.labels)

    @property
    def must_stop(self) -> bool:
        """Whether it must not go out as it is: sensitive and not shown to be published."""
        return bool(self.labels) and not self.released


def own(folder: Path) -> list[Passage]:
    """Our own corpus: one file a batch; the batch is the group."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in _json_lines(path):
            labels = tuple(row["labels"])
            found.append(Passage(row["id"], row["text"], labels, "own", path.stem, row["released"], row["near"]))
    if not found:
        raise SettingsError(f"{folder}: 没有自编语料（*.jsonl）；用 --corpus 指明目录，或从源码目录运行")
    return found


def gold(path: Path) -> list[Passage]:
    """Labelled real or constructed passages; the group is the document, for broadcasts the day."""
    found = []
    for row in _json_lines(path):
        labels = tuple(label for label in row["labels"] if label != "none")
        group = row["doc"][:13] if row["source"] == "cctv" else row["doc"]
        found.append(Passage(row["id"], row["text"], labels, row["source"], group, sure=row.get("sure", True)))
    return found


def evaluation_file(path: Path) -> list[Passage]:
    """Any file of passages, one JSON object a line: text and labels; id, source, doc, released, near as they come."""
    found = []
    for number, row in enumerate(_json_lines(path), 1):
        if not isinstance(row.get("text"), str) or not isinstance(row.get("labels"), list):
            raise SettingsError(f'{path}: 第{number}行：应为 {{"text": "…", "labels": […]}}')
        labels = tuple(label for label in row["labels"] if label != "none")
        source, group = row.get("source", path.stem), row.get("doc", str(number))
        shown, near, sure = bool(row.get("released")), row.get("near", ""), bool(row.get("sure", True))
        found.append(Passage(str(row.get("id", number)), row["text"], labels, source, group, shown, near, sure))
    return found


def broadcasts(data: Path) -> Iterator[Passage]:
    """Passages of the evening news; the group is the day."""
    for path in sorted((data / "corpora" / "cctv_sample").glob("*.md")):
        lines = path.read_text(encoding="utf-8").split("## 详细新闻")[-1].splitlines()
        for number, text in enumerate(_cut(line.strip() for line in lines if not line.startswith(("#", "-", ">")))):
            yield Passage(f"cctv:{path.stem}:{number}", text, (), "cctv", f"cctv:{path.stem}")


def government(data: Path) -> Iterator[Passage]:
    """Passages of a province's websites; the group is the document."""
    csv.field_size_limit(10_000_000)
    for path in sorted((data / "corpora" / "gov").glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for index, row in enumerate(csv.DictReader(file)):
                group = f"gov:{path.parent.name}/{path.stem}:{index}"
                for number, text in enumerate(_cut((row.get("内容") or "").split("\n"))):
                    yield Passage(f"{group}:{number}", text, (), "gov", group)


def _cut(lines: Iterable[str]) -> Iterator[str]:
    """Whole sentences put together to stretches of 30 to 220 characters."""
    for line in lines:
        held = ""
        for sentence in _END.split(line):
            if held and len(held) + len(sentence) > _LONGEST:
                if len(held) >= _SHORTEST:
                    yield held
                held = ""
            held += sentence
        if _SHORTEST <= len(held) <= 2 * _LONGEST:
            yield held


def _json_lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except OSError as error:
        raise SettingsError(f"{path}: 读不到数据（{error.strerror}）；用 --data 指明数据目录") from None
    except ValueError:
        raise SettingsError(f"{path}: 不是逐行的 JSON（UTF-8）") from None
