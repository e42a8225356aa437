"""kill -9 at the served desk while people upload and decide: what was acknowledged is there, once, on both databases.

Every request carries a key (Idempotency-Key). Who got no answer asks again with the same key when the desk is back, so
in the end everything is acknowledged, and must have been done exactly once.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text as sql

from screening.domain.audit import verify
from screening.domain.people import Role
from screening.store.api_tokens import scopes_of
from screening.store.books import Store
from screening.store.credentials import Credentials
from screening.store.sign_in import SignIn
from tests.api.desk_client import FIELDS, Office, opened
from tests.served import XIANSHEN, answered, free_port

KILLS = 2  # 25 were run by hand
CLIENTS, DRAFTS = 4, 3
CANARY = "云岭市三号泵站夜间检修"
_SECONDS = 120


@dataclass
class Desk:
    """A served desk that may be killed and started again at any moment. told: acts that were acknowledged."""

    folder: Path
    database: str
    words: dict[Role, str]
    port: int = field(default_factory=free_port)
    told: list[tuple[str, str]] = field(default_factory=list)
    uploaded: dict[str, str] = field(default_factory=dict)
    asked_again: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """The command, until it is killed or the block ends."""
        surroundings = {
            "XIANSHEN_DATA": str(self.folder / "data"), "XIANSHEN_DATABASE": self.database, "XIANSHEN_OCR": "false",
            "XIANSHEN_KEY_FILE": str(self.folder / "fingerprint.key"), "TMPDIR": str(self.folder / "tmp"),
        }  # fmt: skip
        with (self.folder / "said.txt").open("ab") as said:
            command = [*XIANSHEN, "serve", "--port", str(self.port)]
            process = subprocess.Popen(command, env=os.environ | surroundings, stdout=said, stderr=said)
        try:
            answered(f"http://127.0.0.1:{self.port}/login")
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(_SECONDS) is not None

    def ask(self, method: str, path: str, role: Role, key: str = "", **more: Any) -> httpx.Response:
        """An answer, however often the desk dies over it."""
        headers = {"Authorization": f"Bearer {self.words[role]}"} | more.pop("headers", {})
        headers |= {"Idempotency-Key": key} if key else {}
        end = time.monotonic() + _SECONDS
        while True:
            try:
                url = f"http://127.0.0.1:{self.port}/api/v1{path}"
                return httpx.request(method, url, headers=headers, timeout=30, trust_env=False, **more)
            except httpx.TransportError:
                assert time.monotonic() < end
                self.asked_again += bool(key)
                time.sleep(0.05)

    def act(self, step: str, path: str, role: Role, key: str, seen: str, body: Any) -> str:
        """Something that is done once. The ETag of the case afterwards."""
        answer = self.ask("POST", path, role, key, headers={"If-Match": seen}, json=body)
        assert answer.status_code == 200, (step, answer.status_code, answer.text)
        self.told.append((step, answer.json()["id"]))
        return answer.headers["etag"]


def hand_in(desk: Desk, name: str) -> str:
    """Upload a draft. The id of its case."""
    data = f"{CANARY}（{name}）。联系人手机13800138000。".encode()
    files = {"file": ("稿件.txt", data)}
    arrived = desk.ask("POST", "/drafts", Role.AUTHOR, f"{name}-upload", data=FIELDS, files=files)
    assert arrived.status_code == 202, arrived.text
    case_id: str = arrived.json()["id"]
    desk.told.append(("upload", case_id))
    desk.uploaded[case_id] = sha256(data).hexdigest()
    return case_id


def bring_along(desk: Desk, name: str, case_id: str, seen: str) -> None:
    """A screened draft to its first signature."""
    path, head = f"/cases/{case_id}", Role.DEPARTMENT_REVIEWER
    seen = desk.act("submit", f"{path}/steps/submit", Role.AUTHOR, f"{name}-submit", seen, {})
    items = desk.ask("GET", path, head).json()["to_open"]
    seen = desk.act("open", f"{path}/opened", head, f"{name}-open", seen, {"items": items})
    findings = [item for item in items if item.startswith("f")]
    if findings:  # none where the desk died three times over a draft, which then needs people: nothing of it was read
        verdict = {"items": findings, "resolution": "false_alarm", "reason": "公开的服务电话"}
        seen = desk.act("resolve", f"{path}/verdicts", head, f"{name}-verdict", seen, verdict)
    desk.act("sign", f"{path}/steps/sign", head, f"{name}-sign", seen, {"reason": "同意"})


def people_at_work(desk: Desk, number: int) -> None:
    """A client with up to three drafts at a time, until it is over and all of them are brought along."""
    waiting: deque[tuple[str, str]] = deque()
    numbers = count()
    try:
        while waiting or not desk.over.is_set():
            if len(waiting) < DRAFTS and not desk.over.is_set():
                name = f"{number}-{next(numbers)}"
                waiting.append((name, hand_in(desk, name)))
            name, case_id = waiting.popleft()
            case = desk.ask("GET", f"/cases/{case_id}", Role.AUTHOR)
            if case.json()["state"] == "screening":
                waiting.append((name, case_id))
                time.sleep(0.05)
            else:
                bring_along(desk, name, case_id, case.headers["etag"])
    except BaseException as error:  # noqa: BLE001 - told to the test: a thread that dies silently would prove nothing
        desk.wrong.append(f"{type(error).__name__}: {error}")


def children_of(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            found.append(int(status.parent.name))
    return found


def assert_survives(kills: int, office: Office, folder: Path, database: str) -> Desk:
    """Kill so often under load, and look."""
    (folder / "tmp").mkdir()
    desk = Desk(folder, database, words_of(office))
    clients = [threading.Thread(target=people_at_work, args=(desk, number)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    chance = random.Random(11)
    orphans: list[int] = []
    try:
        for _ in range(kills):
            with desk.started() as process:
                before = len(desk.told)
                while len(desk.told) < before + chance.randrange(3, 40) and not desk.wrong:
                    time.sleep(0.01)
                time.sleep(chance.random() / 20)
                orphans += children_of(process.pid)
                process.kill()  # everybody is somewhere in his next request by now
                assert process.wait() == -signal.SIGKILL
        desk.over.set()
        with desk.started():
            for client in clients:
                client.join(_SECONDS)
    finally:
        desk.over.set()
    assert desk.wrong == []
    assert orphans
    assert not any(Path(f"/proc/{pid}").exists() for pid in orphans)
    everything_is_there_once(office.house.store, desk)
    return desk


def words_of(office: Office) -> dict[Role, str]:
    """A token for the author and one for the head of his department."""
    credentials = Credentials(SignIn(office.house.store))
    roles = (Role.AUTHOR, Role.DEPARTMENT_REVIEWER)
    made = {}
    for role in roles:
        account = office.account(role)
        made[role] = credentials.new_token(account, "测试", scopes_of(account), 30, office.house.clock())
    return made


def everything_is_there_once(store: Store, desk: Desk) -> None:
    """Acts are what was acknowledged, events are the acts, bytes are there and sealed, nothing is left over."""
    with store.reading() as books:
        cases = {one.id: one for one in books.cases.find(limit=100_000)}
        acts = Counter((one.step, case_id) for case_id, case in cases.items() for one in books.cases.entries(case))
        events = list(books.trail.events())
        jobs = Counter(row[0] for row in books.connection.execute(sql("SELECT state FROM jobs")))
    screened = Counter({key: times for key, times in acts.items() if key[0] == "screen"})
    assert acts - screened == Counter(desk.told)
    assert screened == Counter({("screen", case_id): 1 for case_id in cases})
    assert set(cases) == set(desk.uploaded)
    assert jobs.keys() <= {"done", "failed"}
    assert jobs.total() == len(cases)
    names = {"screened": "screen"}
    of_cases = [one for one in events if one.action.startswith("case:")]
    assert Counter((names.get(one.action[5:], one.action[5:]), one.subject) for one in of_cases) == acts
    assert list(verify(events, store.keys.audit)) == []
    for filing in cases.values():
        data = store.vault.read(filing.current.blob, filing.key, f"{filing.id}/draft")
        assert sha256(data).hexdigest() == filing.current.sha256 == desk.uploaded[filing.id]
    for path in desk.folder.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes(), path
    store.sweep(4e9)
    kept = {blob for one in cases.values() for blob in (one.current.blob, one.current.result) if blob}
    assert set(store.vault.ids()) == kept
    assert not list(desk.folder.rglob("*.part"))
    assert b"Traceback" not in (desk.folder / "said.txt").read_bytes()


def test_a_killed_desk_loses_and_doubles_nothing(database_url: str, tmp_path: Path) -> None:
    """Uploads, submissions, looks, decisions and signatures of four clients at once."""
    with opened(tmp_path, database_url) as office:
        desk = assert_survives(KILLS, office, tmp_path, database_url)
    assert len(desk.told) > KILLS * 3
    sys.stdout.write(f"{len(desk.told)} acknowledged, {desk.asked_again} asked again\n")
