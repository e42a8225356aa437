"""xianshen scan and a desk that really runs: its register read over the line, the outcome handed over, masked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from screening.domain.people import Role
from tests.api.desk_client import opened
from tests.api.drafting import filed, released
from tests.api.test_api_canary import found_in
from tests.batch.scanning import MASKED, NUMBER, PHONE, html
from tests.batch.test_warc import record
from tests.served import serving

ROOT = Path(__file__).parents[2]
SITE = "https://www.example.gov.cn"
OUT = f"{SITE}/1"  # where tests.api.drafting releases
LONER = "云雾峰第九试验场"  # stands on a page that bears a mark


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that runs. tokens: files, by role; data: its folder; number: of its released case."""

    address: str
    tokens: dict[Role, Path]
    data: Path
    number: str

    def get(self, path: str, role: Role = Role.SECRECY_OFFICER) -> dict:
        """What it says to the holder of a token."""
        token = self.tokens[role].read_text(encoding="ascii")
        answer = httpx.get(f"{self.address}{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        table: dict = answer.json()
        return table

    def post(self, path: str, body: dict, role: Role = Role.SECRECY_OFFICER) -> dict:
        """The same for a change."""
        token = self.tokens[role].read_text(encoding="ascii")
        answer = httpx.post(f"{self.address}{path}", json=body, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        table: dict = answer.json()
        return table


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With one released case."""
    folder, tokens = tmp_path_factory.mktemp("desk"), {}
    with opened(folder) as office:
        number = released(office, filed(office, title="春茶节"))["number"]
        for role in (Role.SECRECY_OFFICER, Role.PUBLISHER, Role.AUTHOR):
            tokens[role] = folder / f"{role}.token"
            tokens[role].write_text(office.client(role).headers["authorization"].split()[1], encoding="ascii")
            tokens[role].chmod(0o600)
    environment = os.environ | {
        "XIANSHEN_DATA": str(folder / "data"), "XIANSHEN_KEY_FILE": str(folder / "fingerprint.key"),
        "XIANSHEN_OCR": "false", "TMPDIR": str(folder),
    }  # fmt: skip
    with serving(environment, "--no-screen") as (address, _said):
        yield Desk(address, tokens, folder / "data", number)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A released page, one that nobody approved, one with a mark."""
    said = "<p>槐树巷社区读书会周六上午在社区书屋如期举行，二十余名居民围坐一起，交流近期的读书心得。</p>"
    pages = {
        OUT: html(1, f"{said}<p>请联系安小禾，电话{PHONE}。</p>"),
        f"{SITE}/2.html": html(2, f"{said}<p>安小禾的身份证号码是{NUMBER}。</p>"),
        f"{SITE}/3.html": html(3, f"<p>机密★5年</p>{said}<p>{LONER}一事，电话{PHONE}。</p>"),
    }
    path = tmp_path / "site.warc"
    path.write_bytes(b"".join(record(url, body) for url, body in pages.items()))
    return path


def scan(folder: Path, *words: object, rc: int) -> tuple[str, str]:
    """What the command says on stdout and on stderr."""
    command = [sys.executable, "-m", "screening.cli.main", "scan", *map(str, words), "--workers", "1", "--no-ocr"]
    environment = {"XIANSHEN_KEY_FILE": str(folder / "scan.key"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=folder)
    assert done.returncode == rc, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


def test_the_register_is_read_and_the_outcome_handed_over(desk: Desk, archive: Path, tmp_path: Path) -> None:
    """Each page is matched to its approval; what arrives is masked, also when the person at the scan looks at the plain
    text; a second night keeps what was said, and finds what was recalled and not taken down."""
    token = desk.tokens[Role.SECRECY_OFFICER]
    options = ("--ledger", "l.db", "--register", f"{desk.address}/api/v1/register", "--desk", desk.address,
               "--token-file", token)  # fmt: skip
    text, talk = scan(tmp_path, archive, *options, "--show", "--format", "json", rc=1)
    table = json.loads(text)
    assert PHONE in text
    assert {(one["kind"], one["location"]) for one in table["deviations"]} == {
        ("unapproved", f"{SITE}/2.html"), ("unapproved", f"{SITE}/3.html")
    }  # fmt: skip
    assert token.read_text(encoding="ascii") not in text + talk
    (mine,) = [one for one in desk.get("/api/v1/scans")["items"] if one["source"] == table["scan"]["source"]]
    assert f"/scans/{mine['id']}" in talk
    assert (mine["found"], mine["open"], mine["compared"], mine["pages"]) == (3, 3, True, 3)
    whole = desk.get(f"/api/v1/scans/{mine['id']}")
    assert [one["number"] for one in whole["deviations"]] == ["", ""]
    pages = desk.get(f"/api/v1/scans/{mine['id']}/pages")["items"]
    told = json.dumps([whole, pages], ensure_ascii=False)
    assert MASKED in told
    for plain in (PHONE, NUMBER, LONER):
        assert plain not in told
        assert not found_in(desk.data, plain)
    assert not found_in(desk.data, f"{SITE}/2.html")
    marked = pages[0]
    assert (marked["location"], marked["title"]) == (f"{SITE}/3.html", "")
    assert {one["masked"] for one in marked["findings"] if one["category"] != "state_secret_mark"} <= {""}
    by_place = {one["location"]: one["number"] for one in pages}
    assert [one["title"] for one in pages[by_place[f"{SITE}/2.html"] - 1]["findings"]][-1] == "未经批准发布"
    _settle(desk, mine["id"], by_place)
    scan(tmp_path, archive, *options, "--since", "last", rc=1)
    later = desk.get("/api/v1/scans")["items"][0]
    assert later["id"] != mine["id"]
    assert (later["found"], later["open"]) == (3, 3)  # the mark needs a second person; recalled, the others still stand
    again = desk.get(f"/api/v1/scans/{later['id']}/pages")["items"]
    assert {one["location"]: {found["title"] for found in one["findings"] if found["open"]} for one in again[1:]} == {
        OUT: {"已撤回，网上仍有"}, f"{SITE}/2.html": {"已撤回，网上仍有"}
    }  # fmt: skip
    still = desk.get(f"/api/v1/scans/{later['id']}")["deviations"]
    assert sorted(one["kind"] for one in still) == ["recalled", "recalled", "unapproved"]


def _settle(desk: Desk, scan_id: str, by_place: dict[str, int]) -> None:
    """The released page is recalled, the unapproved one is a case of its own, the marked one a false alarm of one."""
    address = f"/api/v1/scans/{scan_id}/pages"
    recalled = desk.post(f"{address}/{by_place[OUT]}/words", {"said": "case", "reason": "电话未遮蔽"})
    own = desk.post(f"{address}/{by_place[f'{SITE}/2.html']}/words", {"said": "case", "reason": "未经审批"})
    desk.post(f"{address}/{by_place[f'{SITE}/3.html']}/words", {"said": "false_alarm", "reason": "小说"})
    cases = [desk.get(f"/api/v1/cases/{_case_in(page)}") for page in (recalled, own)]
    assert [(one["state"], one["contributors"] == []) for one in cases] == [("recalled", False), ("recalled", True)]
    assert cases[0]["number"] == desk.number


def _case_in(page: dict) -> str:
    case_id: str = page["findings"][0]["words"][-1]["case_id"]
    return case_id


def test_what_is_wrong_is_said_before_the_scan_begins(desk: Desk, archive: Path, tmp_path: Path) -> None:
    """Encrypted or loopback, a token file that only its owner reads, one desk; never the token on the command line."""
    open_file = tmp_path / "open.token"
    open_file.write_text("secret-of-mine", encoding="ascii")
    open_file.chmod(0o644)
    token = desk.tokens[Role.SECRECY_OFFICER]
    for words, why in (
        (("--desk", desk.address), "--token-file"),
        (("--desk", desk.address, "--token-file", open_file), "chmod 600"),
        (("--desk", desk.address, "--token-file", tmp_path / "none"), "读不到令牌文件"),
        (("--desk", "http://desk.example", "--token-file", token), "https://"),
        (("--desk", "https://me:word@desk.example", "--token-file", token), "口令"),
        (("--desk", desk.address, "--register", "https://desk.example/api/v1/register", "--token-file", token), "同一"),
        (("--register", "nothing.json"), "没有这个登记簿文件"),
    ):
        text, talk = scan(tmp_path, archive, *words, rc=2)
        assert why in talk
        assert "secret-of-mine" not in text + talk
        assert "项/秒" not in talk


@pytest.mark.parametrize(
    ("role", "path", "why"),
    [
        (Role.PUBLISHER, "/api/v1/register", "register:read"),
        (Role.SECRECY_OFFICER, "/api/v1/nothing", "404"),
        (Role.SECRECY_OFFICER, "/api/v1/audit/anchors", "403"),
        (Role.SECRECY_OFFICER, "/healthz", "登记簿"),
        (Role.SECRECY_OFFICER, "/", "没有跟随"),
    ],
)
def test_an_answer_that_is_no_register_is_told(
    desk: Desk, archive: Path, tmp_path: Path, role: Role, path: str, why: str
) -> None:
    """Host, status and cure; nothing is scanned."""
    address = f"{desk.address}{path}"
    _, talk = scan(tmp_path, archive, "--register", address, "--token-file", desk.tokens[role], rc=2)
    assert why in talk
    assert desk.tokens[role].read_text(encoding="ascii") not in talk


def test_a_desk_that_does_not_take_it_leaves_the_reports(desk: Desk, archive: Path, tmp_path: Path) -> None:
    """Who may not hand over, and a desk that is not there: the report is written, and what to do is said."""
    for address, token, why in (
        (desk.address, desk.tokens[Role.AUTHOR], "403"),
        ("http://127.0.0.1:9", desk.tokens[Role.SECRECY_OFFICER], "连不上审签台"),
    ):
        _, talk = scan(
            tmp_path,
            archive,
            "--desk",
            address,
            "--token-file",
            token,
            "--report",
            "月报.json",
            "--ledger",
            "l.db",
            rc=2,
        )
        assert why in talk
        assert "未变的不重读" in talk
        assert (tmp_path / "月报.json").stat().st_size > 0
