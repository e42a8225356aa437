"""make bench: speed as ratios between two programs on the same input in one run (CPU time, one process each).

Ratios, not seconds: machines differ, and so does their load. Prints a table; exit code 1 when a goal is missed.
"""

import gc
import io
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.inputs import big_docx, big_pdf, lexicon_words, long_text, news_text
from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.document import BlockKind, Document, Provenance
from screening.domain.finding import Severity
from screening.domain.rule import Example, Rule
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped
from screening.text.quantities import with_numbers

ROUNDS = 3
_OPTIONS = ReadOptions(ocr=False)


def best(run: Callable[[], object]) -> float:
    """CPU seconds of the best of a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        run()
        taken.append(time.process_time() - started)
    return min(taken)


def pdf_ratio() -> tuple[float, str]:
    """The whole sweep of a PDF against pdfplumber's plain text call."""
    import pdfplumber

    data = big_pdf()

    def plumber() -> None:
        import io

        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                page.extract_text()
                page.close()

    with pdfplumber.open(io.BytesIO(data)) as opened:
        seen = sum(len(page.extract_text()) for page in opened.pages)
    if seen < len(read_here(data, "a.pdf", _OPTIONS).text) * 0.9:
        raise SystemExit("pdfplumber does not see the text of the benchmark's PDF: the ratio would mean nothing")
    ours, theirs = best(lambda: read_here(data, "a.pdf", _OPTIONS)), best(plumber)
    return theirs / ours, f"{theirs:.2f} s : {ours:.2f} s"


def docx_ratio() -> tuple[float, str]:
    """The sweep of every part of a Word file against python-docx reading paragraphs and tables."""
    import io

    import docx

    data = big_docx()

    def typical() -> None:
        document = docx.Document(io.BytesIO(data))
        _ = [paragraph.text for paragraph in document.paragraphs]
        _ = [cell.text for table in document.tables for row in table.rows for cell in row.cells]

    ours, theirs = best(lambda: read_here(data, "a.docx", _OPTIONS)), best(typical)
    return theirs / ours, f"{theirs:.2f} s : {ours:.2f} s"


@cache
def _engine() -> Engine:
    """The shipped rules and models, and 10,000 terms more."""
    ruleset, _ = load(LexiconFiles(shipped("lexicons")))
    words = lexicon_words(10_000)
    listed = Rule(
        id="BENCH-001",
        title="bench",
        category="work_secret_mark",
        severity=Severity.S1,
        match={"kind": "terms", "terms": words},
        hits=(Example(words[0]),),
        misses=(Example("x"),),
        basis="-",
        advice="-",
    )
    engine = Engine(replace(ruleset, rules=(*ruleset.rules, listed), version="bench"), b"b" * 32)
    engine.warm()
    if not engine.hasten():
        print("without Hyperscan 5.4.2 (extra `fast`): patterns are found by their words")
    return engine


@cache
def _ours() -> tuple[float, str]:
    """Megabytes a second of the whole check, one core: rules, names on triggered sentences, model on every passage."""
    text = news_text(500_000)
    pieces = [(BlockKind.PARAGRAPH, line, Provenance()) for line in text.split("\n")]
    document = Document.of_pieces(pieces, sha256="", media_type="", filename="")
    found = len(_engine().find(document))
    gc.collect()
    gc.freeze()
    speed = len(text.encode()) / 1e6 / best(lambda: _engine().find(document))
    return speed, f"{found} findings in {len(text):,} characters, {len(_engine().ruleset.rules)} rules, 10,000 terms"


def screening_ratio() -> tuple[float, str]:
    """The whole check against the usual composition on the same news: NFKC, jieba tokens in a set, `re` one by one,
    scikit-learn's tf-idf and regression sentence by sentence, spaCy's blank Chinese pipeline with jieba."""
    import jieba
    import spacy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from spacy.lang.zh import Chinese

    jieba.setLogLevel(60)
    jieba.initialize()
    sample = news_text(15_000)
    sentences = [one for one in re.split("(?<=[。！？])|\n", sample) if one.strip()]
    judge = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression())
    judge.fit(sentences, [at % 2 for at in range(len(sentences))])
    language = Chinese.from_config({"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    patterns = [
        with_numbers(source)
        for rule in _engine().ruleset.rules
        if rule.match["kind"] in ("pattern", "figure")
        for source in rule.match["patterns"]
    ]
    han = ((r"\p{Han}", "一-龥"), (r"[^\P{Han}", "[一-龥"))  # close enough for the naive side
    for old, new in han:
        patterns = [source.replace(old, new) for source in patterns]
    expressions = [re.compile(re.sub(r"\(\?P<\w+>", "(?:", source)) for source in patterns]
    terms = set(lexicon_words(10_000))

    def naive() -> None:
        for line in unicodedata.normalize("NFKC", sample).split("\n"):
            _ = [word for word in jieba.cut(line) if word in terms]
            _ = [token.text for token in language(line)]
            for expression in expressions:
                list(expression.finditer(line))
        for sentence in sentences:
            judge.predict_proba([sentence])

    theirs = len(sample.encode()) / 1e6 / best(naive)
    ours, _ = _ours()
    return ours / theirs, f"{ours:.2f} MB/s : {theirs:.4f} MB/s, {len(expressions)} patterns, spaCy {spacy.__version__}"


def long_line_ratio() -> tuple[float, str]:
    """Four times a line full of hits against once: a hostile draft must cost in proportion, not the square."""
    once, four = (
        document_of_text("嫌疑人张某落网，专案组锁定主犯，事故造成3人死亡，" * times) for times in (1_000, 4_000)
    )
    small, large = best(lambda: _engine().find(once)), best(lambda: _engine().find(four))
    return large / small, f"{large:.2f} s : {small:.2f} s"


def cold_seconds() -> tuple[float, str]:
    """CPU seconds of `xianshen check` on a small text, its reading process included, beside `python -c pass`."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.txt"
        small.write_text("云岭市召开防汛工作会议。\n被害人周建国作了陈述。\n" * 10, encoding="utf-8")
        check = [sys.executable, "-m", "screening.cli.main", "check", str(small)]
        check_cost, bare = _children(check), _children([sys.executable, "-c", "pass"])
    return check_cost, f"python -c pass {bare:.3f} s"


def _children(command: list[str]) -> float:
    taken = []
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(ROUNDS + 3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=False, env=usual)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


def one_draft() -> tuple[float, str]:
    """Milliseconds for one draft of about 1,700 characters, warm."""
    ruleset, _ = load(LexiconFiles(shipped("lexicons")))
    engine = Engine(ruleset, b"b" * 32)
    drafts = [document_of_text(long_text(1_700, seed)) for seed in range(20)]
    engine.find(drafts[0])
    seconds = best(lambda: [engine.find(draft) for draft in drafts]) / len(drafts)
    return seconds * 1000, "per draft"


def main() -> int:
    """Run everything and print the table."""
    random.seed(1)
    missed = 0
    rows = (
        ("PDF sweep : pdfplumber text", pdf_ratio, ">=", 6.0, "x"),
        ("docx sweep : python-docx", docx_ratio, ">=", 0.3, "x"),
        ("whole check, 10k terms, one core", _ours, ">=", 3.0, "MB/s"),
        ("whole check : naive composition", screening_ratio, ">=", 100.0, "x"),
        ("four times a line of hits : once", long_line_ratio, "<=", 8.0, "x"),
        ("one draft of 1.7k characters", one_draft, "<=", 25.0, "ms"),
        ("cold check of a small text, CPU", cold_seconds, "<=", 1.5, "s"),
    )
    for name, measure, sense, goal, unit in rows:
        value, note = measure()
        reached = value >= goal if sense == ">=" else value <= goal
        missed += not reached
        print(
            f"{name:34} {value:8.2f} {unit:4} goal {sense} {goal:g}  {'ok' if reached else 'MISSED'}  ({note})",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
