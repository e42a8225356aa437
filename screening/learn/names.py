"""Train and measure the names: People's Daily, MSRA, CLUENER and Weibo sentences to a CRF. Data: corpora/ner."""

import json
import random
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.text.names import FILE, KIND, Name, features, spans
from screening.text.normalise import normal
from screening.weights import keep

_KINDS = {"PER": "PER", "LOC": "LOC", "ORG": "ORG", "GPE": "LOC"} | {
    "name": "PER",
    "address": "LOC",
    "scene": "LOC",
    "company": "ORG",
    "government": "ORG",
    "organization": "ORG",
}
_ROUNDS = 80
# common surnames, and letters of given names
_SURNAMES, _GIVEN = Path(__file__).with_name("name_letters.txt").read_text(encoding="utf-8").split()


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence with one tag a character."""

    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 over whole names."""

    precision: float
    recall: float
    f1: float


def read_columns(path: Path) -> Iterator[Tagged]:
    """Sentences of a file with a character and its tag on each line, parted by blank lines."""
    letters: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        parts = line.split()
        if len(parts) < 2:
            if letters:
                yield Tagged("".join(letters), tuple(tags))
            letters, tags = [], []
            continue
        letters.append(normal(parts[0][:1]) or " ")
        tags.append(_tag(parts[-1]))


def _tag(raw: str) -> str:
    position, _, kind = raw.partition("-")
    kind = _KINDS.get(kind.split(".")[0], "")
    if not kind or position == "O":
        return "O"
    return f"{'B' if position in 'BS' else 'I'}-{kind}"


def read_cluener(path: Path) -> Iterator[Tagged]:
    """Sentences of CLUENER: one JSON object a line with text and label."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = "".join(normal(one) or " " for one in row["text"])
        tags = ["O"] * len(text)
        for kind, found in row.get("label", {}).items():
            for start, end in (place for places in found.values() for place in places):
                if kind in _KINDS:
                    tags[start : end + 1] = [f"B-{_KINDS[kind]}", *[f"I-{_KINDS[kind]}"] * (end - start)]
        yield Tagged(text, tuple(tags))


def renamed(sentences: Iterable[Tagged], seed: int) -> Iterator[Tagged]:
    """Copies of the sentences that name people, with other names of common surnames and random given names, so that
    the shape of a name and its surroundings are learnt, not the people of the corpus."""
    chosen = random.Random(seed)
    for one in sentences:
        people = [name for name in spans(one.tags) if name.kind == "PER" and name.end - name.start in (2, 3)]
        if people:
            letters = list(one.text)
            for name in people:
                size = name.end - name.start - 1
                letters[name.start : name.end] = [chosen.choice(_SURNAMES), *chosen.choices(_GIVEN, k=size)]
            yield Tagged("".join(letters), one.tags)


def corpora(folder: Path) -> tuple[list[Tagged], dict[str, list[Tagged]]]:
    """Sentences to train on, and those to measure on by source (kept apart)."""
    msra = list(read_columns(folder / "msra_test_bio.txt"))
    random.Random(1).shuffle(msra)
    cut = len(msra) * 3 // 4
    columns = [*read_columns(folder / "weiboNER_2nd_conll.train"), *read_columns(folder / "resume_all.bmes")]
    train = (
        columns
        + msra[:cut]
        + list(read_columns(folder / "people_daily.test"))
        + list(read_cluener(folder / "cluener_train.json"))
    )
    train += [*renamed(train, 1), *renamed(train, 2)]
    held = {
        "people_daily_dev": list(read_columns(folder / "people_daily.dev")),
        "msra_held_out": msra[cut:],
        "cluener_dev": list(read_cluener(folder / "cluener_officialdev.json")),
    }
    return train, held


def train(sentences: Iterable[Tagged]) -> bytes:
    """The weights of a CRF trained on these sentences, the same for the same sentences."""
    import pycrfsuite  # noqa: PLC0415

    trainer = pycrfsuite.Trainer(verbose=False)
    for one in sentences:
        trainer.append(features(one.text), one.tags)
    trainer.set_params({"c1": 0.15, "c2": 0.02, "max_iterations": _ROUNDS, "feature.minfreq": 2})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        trainer.train(str(path))
        return path.read_bytes()


def measure(weights: bytes, sentences: Iterable[Tagged]) -> dict[str, Score]:
    """Scores over all names and by kind."""
    import pycrfsuite  # noqa: PLC0415

    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(weights)
    right: dict[str, int] = {}
    found: dict[str, int] = {}
    wanted: dict[str, int] = {}
    for one in sentences:
        ours, gold = set(spans(tagger.tag(features(one.text)))), set(spans(one.tags))
        for total, some in ((right, ours & gold), (found, ours), (wanted, gold)):
            _count(total, some)
    return {kind: _score(right.get(kind, 0), found.get(kind, 0), wanted[kind]) for kind in sorted(wanted)}


def _count(total: dict[str, int], some: Iterable[Name]) -> None:
    for name in some:
        for kind in (name.kind, "all"):
            total[kind] = total.get(kind, 0) + 1


def _score(right: int, found: int, wanted: int) -> Score:
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    return Score(precision, recall, 2 * precision * recall / max(precision + recall, 1e-9))


def train_names(data: Path, models: Path, folder: str) -> dict[str, dict[str, Score]]:
    """Train on the corpora below `data`, keep the weights, and give the scores by held-out source and kind."""
    sentences, held = corpora(data / "corpora" / "ner")
    weights = train(sentences)
    keep(models, KIND, folder, {FILE: weights})
    return {source: measure(weights, some) for source, some in held.items()}
