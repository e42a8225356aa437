"""make load: the desk under load on this machine, client included: uploads and decisions at a steady rate.

Starts the real server on SQLite in a folder of its own, signs people in, and prints what the clients saw: answers by
status, the slow end of the waiting times, how the queue drained. Not part of the tests: it measures seconds.
"""

import asyncio
import multiprocessing
import random
import re
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx

RATE = 20  # uploads, and as many decisions, a second
SECONDS = 30
_TEXT = "云岭市举办春茶节，{n}名茶农参加。联系人电话13800138000。会议尚未公布的方案涉及资金{n}万元。"


def serve(folder: str, port: int) -> None:
    """The server, in a process of its own."""
    import uvicorn

    from api.app import create_app
    from screening.bootstrap import house
    from screening.settings import Settings

    data = Path(folder)
    opened = house(Settings(data=data, key_file=data / "fingerprint.key", ocr=False))
    uvicorn.run(create_app(opened), host="127.0.0.1", port=port, log_level="error", access_log=False)


def prepare(folder: str) -> dict[str, str]:
    """People, and a web session for each: the words of their cookies."""
    from screening.bootstrap import house
    from screening.domain.people import Role
    from screening.settings import Settings
    from screening.store.web_sessions import WebSessions

    data = Path(folder)
    opened = house(Settings(data=data, key_file=data / "fingerprint.key", ocr=False))
    words = {}
    with opened.store.writing() as books:
        unit = books.people.add_unit("云岭市融媒体中心")
        for role in (Role.AUTHOR, Role.DEPARTMENT_REVIEWER):
            account = books.people.add(unit.id, role.value, role.label, [role], "新闻部")
            sessions = WebSessions(books.connection, opened.store.keys.session, opened.clock())
            words[role.value] = sessions.open(account.id, "bench", second_factor=True)
    opened.store.close()
    return words


class Client:
    """One person at a browser, counting what he gets."""

    def __init__(self, port: int, word: str) -> None:
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", cookies={"xianshen": word}, timeout=60)
        self.waits: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.csrf = ""

    async def get(self, path: str) -> httpx.Response:
        """A page; remembers the word of its forms."""
        answer = await self.http.get(path)
        found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer

    async def post(self, path: str, **more: object) -> httpx.Response:
        """A form; its waiting time counts."""
        started = time.perf_counter()
        answer = await self.http.post(path, **more)  # type: ignore[arg-type]
        self.waits.append(time.perf_counter() - started)
        self.statuses[answer.status_code] += 1
        return answer


async def upload(author: Client, number: int) -> str:
    """A small draft. Returns the path of its case, or nothing."""
    fields = {"csrf": author.csrf, "title": f"稿件{number}", "category": "新闻稿件", "carrier": "非公文",
              "channel": "website", "audience": "公众", "publish_at": "2031-05-06", "source": "本单位采写",
              "cites": "no", "picture_count": "0"}  # fmt: skip
    file = {"file": ("稿件.txt", _TEXT.format(n=number).encode(), "text/plain")}
    answer = await author.post("/drafts/new", data=fields, files=file)
    return answer.headers.get("location", "")


async def ready(author: Client, reviewer: Client, path: str) -> list[str]:
    """Submit a screened case; gives the findings of it."""
    while "data-poll" in (page := await author.get(path)).text:  # noqa: ASYNC110 - asked as a browser asks
        await asyncio.sleep(0.2)
    stage = re.search(r'name="stage" value="([^"]+)"', page.text)
    done = await author.http.post(f"{path}/submit", data={"csrf": author.csrf, "stage": stage[1] if stage else ""})
    if done.status_code != 303:
        raise SystemExit(f"submit: {done.status_code}")
    seen = await reviewer.get(path)
    return sorted(set(re.findall(r'id="c-(f\d+)"', seen.text)))


async def decide(reviewer: Client, path: str, item: str) -> None:
    """One decision on one finding."""
    form = {"csrf": reviewer.csrf, "stage": "review-0-1", "resolution": random.choice(["false_alarm", "reworded"]),
            "reason": "已核", "next": ""}  # fmt: skip
    await reviewer.post(f"{path}/findings/{item}/resolve", data=form)


async def steady(rate: int, seconds: int, work: "callable") -> None:  # type: ignore[valid-type]
    """Begin so many a second, whether or not the earlier ones have ended."""
    started, tasks = time.perf_counter(), []
    for number in range(rate * seconds):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(work(number)))
    await asyncio.gather(*tasks)


def slow_end(waits: list[float]) -> str:
    """Median and 99th percentile in milliseconds."""
    waits = sorted(waits)
    return f"median {waits[len(waits) // 2] * 1000:.0f} ms, p99 {waits[int(len(waits) * 0.99)] * 1000:.0f} ms"


async def run(port: int, words: dict[str, str]) -> int:
    """The whole of it. Returns the exit code."""
    author, reviewer = Client(port, words["author"]), Client(port, words["department_reviewer"])
    for _ in range(100):
        try:
            await author.get("/drafts/new")
            break
        except httpx.ConnectError:
            await asyncio.sleep(0.2)
    first = [await upload(author, number) for number in range(40)]
    targets = [(path, item) for path in first for item in await ready(author, reviewer, path)]
    author.waits.clear(), author.statuses.clear()
    paths: list[str] = []

    async def both(number: int) -> None:
        path, item = targets[number % len(targets)]
        paths.append((await asyncio.gather(upload(author, number), decide(reviewer, path, item)))[0])

    started = time.perf_counter()
    await steady(RATE, SECONDS, both)
    took = time.perf_counter() - started
    drained = time.perf_counter()
    while "data-poll" in (await author.get(paths[-1])).text:  # noqa: ASYNC110 - as a browser does
        await asyncio.sleep(0.5)
    drained = time.perf_counter() - drained
    print(f"uploads    {len(author.waits) / took:.1f}/s, {slow_end(author.waits)}, {dict(author.statuses)}")
    print(f"decisions  {len(reviewer.waits) / took:.1f}/s, {slow_end(reviewer.waits)}, {dict(reviewer.statuses)}")
    print(
        f"screening  {len(paths) / (took + drained):.1f}/s; the queue was empty {drained:.1f} s after the last upload"
    )
    bad = [status for one in (author, reviewer) for status in one.statuses if status != 303]
    return 1 if bad else 0


def main() -> int:
    """Start the server, load it, stop it."""
    folder = tempfile.mkdtemp(prefix="xianshen-load-")
    words = prepare(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port))
    server.start()
    try:
        return asyncio.run(run(port, words))
    finally:
        server.terminate()
        server.join(20)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
