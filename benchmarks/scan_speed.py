"""make scan-speed: pages of a site from .warc.gz against the naive composition, on one core, in one run.

Prints what the goals are and what was reached; exit code 1 when one is missed. With a number as argument so many
pages more pass once through a scan, and the memory of all its processes is watched.
"""

import gzip
import os
import random
import re
import resource
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.inputs import lexicon_words, news_text
from screening.batch.judge import JudgeSettings, versions_of
from screening.batch.ledger import Ledger
from screening.batch.pool import Pool
from screening.batch.progress import Progress
from screening.batch.scan import scan
from screening.batch.warc import Warc
from screening.checker import Screener
from screening.settings import Settings
from screening.text.quantities import with_numbers

PAGES = 10_000  # so many that starting the processes, a second or two, hardly counts
NAIVE_PAGES = 150
_MENU = "".join(
    f'<li><a class="nav-item" href="/col/{k}/index.html" title="栏目{k}">栏目导航第{k}项</a></li>' for k in range(120)
)
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}-云岭市人民政府网</title></head><body>
<div class="top"><ul>{menu}</ul></div><div class="side"><ul>{side}</ul></div><div class="article"><h1>第{at}号</h1>
<p>发布时间：2031-05-{day:02} 来源：云岭市融媒体中心</p>{body}</div><div class="foot">主办：云岭市人民政府办公室
 承办：云岭市融媒体中心 <a href="/map.html">网站地图</a></div></body></html>"""


def pages(count: int) -> Iterator[bytes]:
    """Generated pages of 21 kB: a menu of 120 entries, a side bar of 25, ten paragraphs drawn from 300,000
    characters of news."""
    chance = random.Random(3)
    lines = [line for line in news_text(300_000).split("\n") if len(line) > 30]
    side = "".join(f'<li><a href="/hot/{k}.html">近期热点回顾第{k}条：{lines[k][:22]}</a></li>' for k in range(25))
    for at in range(count):
        body = "".join(f'<p style="text-indent:2em">{chance.choice(lines)}</p>' for _ in range(10))
        title = chance.choice(lines)[:18]
        yield _PAGE.format(title=title, menu=_MENU, side=side, at=at, day=at % 28 + 1, body=body).encode()


def written(path: Path, count: int) -> Path:
    """The pages as a crawler would have put them away."""
    with path.open("wb") as out:
        for at, body in enumerate(pages(count)):
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            answer += b"Content-Length: %d\r\n\r\n" % len(body) + body
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\n"
                f"WARC-Target-URI: http://www.yunling.example/a/{at}.html\r\nWARC-Date: 2031-05-06T00:00:00Z\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{at:012}>\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            out.write(gzip.compress(head.encode() + answer + b"\r\n\r\n", 1))
    return path


def processor() -> float:
    """Seconds of this process and of all that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def scanned(path: Path, ledger: Ledger, how: JudgeSettings, workers: int) -> tuple[float, float]:
    """Seconds by the wall clock and of all processors."""
    used, began = processor(), time.perf_counter()
    scan(Warc((path,)), ledger, Pool(workers), how, Progress(None, time.monotonic))
    return time.perf_counter() - began, processor() - used


def naive_seconds(path: Path, how: JudgeSettings) -> float:
    """Processor seconds for a page: BeautifulSoup, a set of jieba's words, every rule by `re`, scikit-learn."""
    import jieba
    from bs4 import BeautifulSoup
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    jieba.setLogLevel(60)
    jieba.initialize()
    terms = set(lexicon_words(10_000))
    sentences = [one for one in re.split("(?<=[。！？])|\n", news_text(15_000)) if one.strip()]
    model = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression())
    model.fit(sentences, [at % 2 for at in range(len(sentences))])
    expressions = expressions_of(how)
    began = time.process_time()
    with path.open("rb") as file:
        for at, record in enumerate(ArchiveIterator(file, record_types=WarcRecordType.response)):
            if at == NAIVE_PAGES:
                break
            text = unicodedata.normalize("NFKC", BeautifulSoup(record.reader.read(), "html.parser").get_text("\n"))
            _ = [word for word in jieba.cut(text) if word in terms]
            for expression in expressions:
                list(expression.finditer(text))
            model.predict_proba([text])
    return (time.process_time() - began) / NAIVE_PAGES


def expressions_of(how: JudgeSettings) -> list[re.Pattern[str]]:
    """The shipped patterns for Python's own engine."""
    found = []
    for rule in Screener(how.settings).ruleset.rules:
        if rule.match["kind"] in ("pattern", "figure"):
            for source in map(with_numbers, rule.match["patterns"]):
                near = source.replace(r"\p{Han}", "一-龥").replace(r"[^\P{Han}", "[一-龥")
                found.append(re.compile(re.sub(r"\(\?P<\w+>", "(?:", near)))
    return found


def resident() -> int:
    """Megabytes of all processes below this one, and of it."""
    known = {os.getpid()}
    total = 0
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if int(folder.name) in known or parent in known:
                known.add(int(folder.name))
                total += int((folder / "statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            continue  # it has ended meanwhile
    return total * os.sysconf("SC_PAGE_SIZE") >> 20


def memory(path: Path, ledger: Ledger, how: JudgeSettings, count: int) -> None:
    """One scan of many pages, and what all processes hold as it goes on."""
    ended = threading.Event()
    progress = Progress(None, time.monotonic)

    def watch() -> None:
        marks = [count * tenth // 10 for tenth in range(1, 11)]
        while marks and not ended.wait(0.5):
            if sum(progress.counts.values()) >= marks[0]:
                print(f"  after {marks.pop(0):>7} pages {resident():>5} MB in all processes", flush=True)

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    scan(Warc((path,)), ledger, Pool(2), how, progress)
    ended.set()
    watcher.join()
    print(f"  {count} pages in {time.perf_counter() - began:.0f} s")


def told(name: str, value: float, goal: float, note: str) -> bool:
    """Print a line; whether the goal was reached."""
    print(f"{name:38} {value:8.2f} goal >= {goal:g}  {'ok' if value >= goal else 'MISSED'}  ({note})", flush=True)
    return value >= goal


def main(many: int) -> int:
    """Everything, one after the other."""
    with tempfile.TemporaryDirectory() as own:
        folder = Path(own)
        settings = Settings.load({}, folder)
        with Screener(settings) as screener:
            screener.engine.hasten()
            how = JudgeSettings(settings, "website", versions_of(screener))
        path = written(folder / "site.warc.gz", PAGES)
        first = Ledger(folder / "one.db", lambda: "2031-05-06T09:00:00+08:00")
        wall, used = scanned(path, first, how, 1)
        skipped = min(scanned(path, first, how, 1)[0] for _ in range(3))
        second = Ledger(folder / "two.db", lambda: "2031-05-06T09:00:00+08:00")
        both, _ = scanned(path, second, how, 2)
        naive = naive_seconds(path, how)
        good = [
            told(
                "from .warc.gz : naive, one core", naive * PAGES / used, 40, f"{PAGES / used:.0f} : {1 / naive:.1f}/s"
            ),
            told("unchanged pages skipped a second", PAGES / skipped, 5_000, "wall clock"),
            told("two processes : one", wall / both, 1.7, f"{wall:.1f} s : {both:.1f} s"),
        ]
        if many:
            third = Ledger(folder / "many.db", lambda: "2031-05-06T09:00:00+08:00")
            memory(written(folder / "many.warc.gz", many), third, how, many)
        return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
