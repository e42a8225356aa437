"""kill -9 at the served desk while people upload and decide: what was acknowledged is there, once, on both databases.

Every request that does something carries a key (Idempotency-Key). Who got no answer asks again with the same key when
the desk is back, so in the end everything is acknowledged, and must have been done exactly once.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from screening.bootstrap import china_clock
from screening.review.intake import LEASE_SECONDS
from screening.settings import Settings
from screening.store.api_tokens import scopes_of
from screening.store.books import Store
from screening.store.credentials import Credentials
from screening.store.sign_in import SignIn
from tests.api.desk_client import FIELDS
from tests.processes import alive, family
from tests.review.office import LEVELS, Office
from tests.store.aftermath import Did, acts_of, cases_of, found_in, nothing_is_left_over

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked for in /proc")
KILLS = 3  # 25 were run by hand
CLIENTS, DRAFTS = 4, 3
SOON = 40  # acts
CANARY = "云岭市三号泵站夜间检修"
PAUSE = LEASE_SECONDS + 1  # between two lives, by the clock of the desk: so nobody has to wait for the leases


def serve(folder: str, database: str, door: int, later: float) -> None:
    """The server's process: the desk with its worker, at a socket that outlives it and a clock so much ahead."""
    import uvicorn

    from api.app import create_app
    from screening.bootstrap import house

    def clock() -> datetime:
        return china_clock() + timedelta(seconds=later)

    data = Path(folder)
    settings = Settings(data=data, database=database, ocr=False, key_file=data / "fingerprint.key",
                        cache=data / "cache")  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(create_app(house(settings, clock))))
    with suppress(KeyboardInterrupt):  # how it is asked to end
        server.run([socket.socket(fileno=door)])


class GivenUpError(Exception):
    """The test has failed elsewhere: nobody waits for an answer any more."""


@dataclass
class Load:
    """What the clients saw. asking: keys (or paths) of requests under way; told: acts that were acknowledged; uploaded:
    digest by case; unanswered, replayed: keys of requests that got no answer, and of those that proved to have been
    done before; kills: acts acknowledged before each; ended: processes that were seen to end with a killed server."""

    words: dict[str, str]
    people: dict[str, str]
    asking: set[str] = field(default_factory=set)
    told: list[Did] = field(default_factory=list)
    uploaded: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    replayed: list[str] = field(default_factory=list)
    kills: list[int] = field(default_factory=list)
    ended: int = 0
    over: Event = field(default_factory=Event)
    given_up: Event = field(default_factory=Event)


class Client:
    """Somebody with several drafts under way, which he writes, submits, and signs at every level."""

    def __init__(self, load: Load, url: str, number: int) -> None:
        self._load = load
        self._number = number
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=120, trust_env=False)

    def work(self) -> None:
        """Go on until it is over and all that was begun is signed."""
        waiting: deque[tuple[str, str]] = deque()
        numbers = count()
        while waiting or not self._load.over.is_set():
            if len(waiting) < DRAFTS and not self._load.over.is_set():
                name = f"{self._number}-{next(numbers)}"
                waiting.append((name, self._upload(name)))
            name, case_id = waiting.popleft()
            case = self._ask("writer", "GET", f"/cases/{case_id}")
            if case.json()["state"] == "screening":
                waiting.append((name, case_id))
                time.sleep(0.1)
            else:
                self._bring_along(name, case_id, case.headers["etag"])
        self._http.close()

    def _upload(self, name: str) -> str:
        data = f"{CANARY}{name}。咨询电话13800138000。".encode()
        fields = FIELDS | {"title": CANARY, "summary": CANARY}
        files = {"file": (f"{CANARY}.txt", data)}
        answer = self._ask("writer", "POST", "/drafts", f"{name}-upload", data=fields, files=files)
        case_id: str = answer.json()["id"]
        self._load.told.append(("upload", case_id, self._load.people["writer"]))
        self._load.uploaded[case_id] = sha256(data).hexdigest()
        return case_id

    def _bring_along(self, name: str, case_id: str, seen: str) -> None:
        """A screened draft to its last signature."""
        path, reason = f"/cases/{case_id}", f"{CANARY}已核"
        seen = self._act("writer", "submit", case_id, f"{path}/steps/submit", name, seen, {"reason": reason})
        items = self._ask(LEVELS[0], "GET", path).json()["to_open"]
        assert items in (["f0"], ["u0"])  # u0: the desk died three times over it, so nothing of it was read
        for who in LEVELS:
            seen = self._act(who, "open", case_id, f"{path}/opened", name, seen, {"items": items})
            if items == ["f0"]:
                verdict = {"items": items, "resolution": "false_alarm", "reason": reason}
                seen = self._act(who, "resolve", case_id, f"{path}/verdicts", name, seen, verdict)
            seen = self._act(who, "sign", case_id, f"{path}/steps/sign", name, seen, {"reason": reason})

    def _act(self, who: str, step: str, case_id: str, path: str, name: str, seen: str, body: Any) -> str:
        """Something that is done once. The ETag of the case afterwards."""
        answer = self._ask(who, "POST", path, f"{name}-{step}-{who}", headers={"If-Match": seen}, json=body)
        self._load.told.append((step, case_id, self._load.people[who]))
        return answer.headers["etag"]

    def _ask(self, who: str, method: str, path: str, key: str = "", **more: Any) -> httpx.Response:
        """The whole answer, however often the desk dies over it."""
        headers = {"Authorization": f"Bearer {self._load.words[who]}"} | more.pop("headers", {})
        headers |= {"Idempotency-Key": key} if key else {}
        self._load.asking.add(key or path)
        while not self._load.given_up.is_set():
            with suppress(httpx.TransportError):
                answer = self._http.request(method, path, headers=headers, **more)
                assert answer.is_success, (key or path, answer.status_code, answer.text)
                if "idempotency-replayed" in answer.headers:
                    self._load.replayed.append(key)
                self._load.asking.discard(key or path)
                return answer
            if key:
                self._load.unanswered.append(key)
            time.sleep(0.05)
        raise GivenUpError


@contextmanager
def served(folder: Path, database: str, door: socket.socket, later: float) -> Iterator[subprocess.Popen[bytes]]:
    """The server's process; it is killed at the end, unless it has ended."""
    call = f"serve({str(folder)!r}, {database!r}, {door.fileno()}, {later})"
    command = [sys.executable, "-u", "-c", f"from tests.api.test_crash_over_http import serve; {call}"]
    surroundings = os.environ | {"TMPDIR": str(folder / "tmp")}
    with (folder / "said.txt").open("ab") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, pass_fds=[door.fileno()], env=surroundings)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_under_load(
    process: subprocess.Popen[bytes], load: Load, clients: list[Future[None]], acts: int, come: Callable[[], bool]
) -> None:
    """Let so much be acknowledged, kill it when the moment comes, if it comes soon; its children end by themselves."""
    before = len(load.told)
    while (told := len(load.told) - before) < acts or (told < acts + SOON and not come()):
        assert process.poll() is None
        assert not [client.result() for client in clients if client.done()]  # raises what a client has raised
        time.sleep(0.002)
    process.send_signal(signal.SIGSTOP)  # it does nothing more, while its children are looked for
    offspring = family(process.pid)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    load.kills.append(len(load.told) - before)
    while any(map(alive, offspring)):
        time.sleep(0.05)
    load.ended += len(offspring)


def moments(store: Store, load: Load, chance: random.Random) -> tuple[Callable[[], bool], ...]:
    """When to kill: an upload is done, or a decision, and nobody has been told; a draft is coming in; at any time."""

    def untold(uploads: bool) -> bool:
        with store.reading() as books:
            done = Counter(books.connection.execute(text("SELECT step FROM acts WHERE step <> 'screen'")).scalars())
        told = Counter(step for step, _, _ in list(load.told))
        return any((step == "upload") == uploads for step in done - told)

    def coming_in() -> bool:
        return any(key.endswith("-upload") for key in set(load.asking)) and chance.random() < 0.2

    return partial(untold, uploads=True), partial(untold, uploads=False), coming_in, lambda: chance.random() < 0.05


def load_on(store: Store) -> Load:
    """An office on the store, with a token for each who takes part."""
    office, credentials = Office(store), Credentials(SignIn(store))
    load = Load({}, {})
    for who in ("writer", *LEVELS):
        load.people[who] = office[who].id
        load.words[who] = credentials.new_token(office[who], "测试", scopes_of(office[who]), 30, china_clock())
    return load


def assert_survives(kills: int, store: Store, database: str, folder: Path) -> Load:
    """Kill so often under load, and look. Returns what the clients saw."""
    (folder / "tmp").mkdir()
    load, chance = load_on(store), random.Random(11)
    when = moments(store, load, chance)
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(CLIENTS) as pool:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        clients = [pool.submit(Client(load, url, number).work) for number in range(CLIENTS)]
        try:
            for life in range(kills):
                with served(folder, database, door, life * PAUSE) as process:
                    kill_under_load(process, load, clients, chance.randrange(3, 60), when[life % len(when)])
            load.over.set()
            with served(folder, database, door, kills * PAUSE) as process:
                for client in clients:
                    client.result()
                process.send_signal(signal.SIGINT)
                assert process.wait() == 0
        finally:
            load.over.set()
            load.given_up.set()
    everything_is_there_once(store, load, folder)
    return load


def everything_is_there_once(store: Store, load: Load, folder: Path) -> None:
    """Acts are what was acknowledged, events are the acts, bytes are there and sealed, nothing is left over."""
    cases, acts = cases_of(store), acts_of(store)
    screened = Counter({("screen", case_id, "desk"): 1 for case_id in cases})
    assert acts == Counter(load.told) + screened
    assert set(acts.values()) == {1}
    assert {case_id: one.current.sha256 for case_id, one in cases.items()} == load.uploaded
    assert len(set(load.uploaded.values())) == len(cases)
    assert set(load.replayed) <= set(load.unanswered)
    assert len(load.unanswered) <= len(load.kills) * CLIENTS
    with store.reading() as books:
        jobs = Counter(books.connection.execute(text("SELECT state FROM jobs")).scalars())
        home = None if store.database.lite else books.connection.execute(text("SHOW data_directory")).scalar_one()
    assert jobs.keys() <= {"done", "failed"}  # failed: the desk died three times over it
    assert jobs.total() == len(cases)
    for place in (folder, Path(home or folder)):
        assert found_in(place, CANARY) == []
    nothing_is_left_over(store, cases.values(), folder)


def test_a_killed_desk_loses_and_doubles_nothing(store: Store, database_url: str, tmp_path: Path) -> None:
    """Uploads, submissions, looks, decisions and signatures of four clients at once; no process stays behind."""
    load = assert_survives(KILLS, store, database_url, tmp_path)
    assert len(load.kills) == KILLS
    assert min(load.kills) > 0
    assert load.ended > 0
