"""make bench: speed as ratios between two programs on the same input in one run (CPU time, one process each).

Ratios, not seconds: machines differ, and so does their load. Prints a table; exit code 1 when a goal is missed.
"""

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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.inputs import big_docx, big_pdf, lexicon_words, long_text
from screening.checker import document_of_text
from screening.detect.engine import Engine
from screening.domain.document import BlockKind, Document, Provenance
from screening.domain.finding import Severity
from screening.domain.rule import Example, Rule, Ruleset
from screening.extract.base import ReadOptions
from screening.extract.dispatch import read_here
from screening.rules.load import LexiconFiles, load
from screening.settings import shipped

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


def screening_ratio() -> tuple[float, str]:
    """The engine with 10,000 terms against the usual composition: NFKC, jieba tokens in a set, `re` one by one."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
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
    engine = Engine(Ruleset((*ruleset.rules, listed), ruleset.categories, "bench"), b"b" * 32)
    text = long_text(600_000)
    pieces = [(BlockKind.PARAGRAPH, line, Provenance()) for line in text.split("\n")]
    document = Document.of_pieces(pieces, sha256="", media_type="", filename="")
    patterns = [
        source for rule in ruleset.rules if rule.match["kind"] == "pattern" for source in rule.match["patterns"]
    ]
    expressions = [re.compile(source) for source in patterns]
    term_set = set(words)
    sample = text[:100_000]

    def naive() -> None:
        for line in unicodedata.normalize("NFKC", sample).split("\n"):
            _ = [word for word in jieba.cut(line) if word in term_set]
            for expression in expressions:
                list(expression.finditer(line))

    megabytes = len(text.encode()) / 1e6, len(sample.encode()) / 1e6
    ours, theirs = megabytes[0] / best(lambda: engine.find(document)), megabytes[1] / best(naive)
    return ours / theirs, f"{ours:.1f} MB/s : {theirs:.2f} MB/s, {len(expressions)} patterns"


def cold_seconds() -> tuple[float, str]:
    """CPU seconds of `xianshen check` on a small text, its reading process included, beside `python -c pass`."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.txt"
        small.write_text("云岭市召开防汛工作会议。\n" * 20, encoding="utf-8")
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
        ("screening : re + jieba set, 10k terms", screening_ratio, ">=", 10.0, "x"),
        ("one draft of 1.7k characters", one_draft, "<=", 25.0, "ms"),
        ("cold check of a small text, CPU", cold_seconds, "<=", 0.5, "s"),
    )
    for name, measure, sense, goal, unit in rows:
        value, note = measure()
        reached = value >= goal if sense == ">=" else value <= goal
        missed += not reached
        print(
            f"{name:40} {value:8.2f} {unit:2} goal {sense} {goal:g}  {'ok' if reached else 'MISSED'}  ({note})",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
