"""The line to the desk: page by page, once for a key, never redirected, never without end; and what goes over it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from screening.batch import desk_line
from screening.batch.desk_line import DeskLine, place_of
from screening.batch.hand_over import body_of
from screening.batch.register_match import of_rows
from screening.domain.decision import Disposition
from screening.domain.errors import SettingsError
from screening.domain.finding import Severity
from screening.domain.scan import Deviation
from screening.report.scan_base import NotRead, ScanResult, ScanRow

TOKEN = "xianshen_word"  # noqa: S105 - of no desk
Answers = list[tuple[int, bytes, dict[str, str]]]
AT = "2031-05-06T01:30:00+08:00"


@contextmanager
def desk(answers: Answers) -> Iterator[tuple[str, list[Any]]]:
    """The address of a desk that gives these answers one after the other, and what it was asked. Status 0 hangs up."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            """The next answer."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            asked.append((self.command, self.path, dict(self.headers), body))
            status, data, headers = answers[min(len(asked), len(answers)) - 1]
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def line(address: str) -> DeskLine:
    """A line to it."""
    return DeskLine(place_of(address, "--desk"), TOKEN)


def page(*numbers: str, following: str | None = None) -> tuple[int, bytes, dict[str, str]]:
    """A page of a register."""
    return 200, json.dumps({"items": [{"number": one} for one in numbers], "next": following}).encode(), {}


def test_all_pages_are_read_by_the_cursor() -> None:
    """With the token in the header, and nowhere else."""
    with desk([page("1", "2", following="a&b"), page("3")]) as (address, asked):
        assert [one["number"] for one in line(f"{address}/api/v1/register").register()] == ["1", "2", "3"]
    assert [one[1] for one in asked] == ["/api/v1/register?limit=200", "/api/v1/register?limit=200&cursor=a%26b"]
    assert {one[2]["Authorization"] for one in asked} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([(302, b"", {"Location": "https://elsewhere.example/"})], "没有跟随"),
        ([(200, b"<html>", {})], "审签台答 200"),
        ([(200, b"{}", {})], "不是登记簿"),
        ([(200, b"[" * 100_000, {})], "审签台答 200"),
        ([page(following="again")], "没有读完"),
        ([(401, json.dumps({"detail": "令牌\u202e无效"}).encode(), {})], "令牌无效；令牌无效、已过期"),
        ([(500, b"", {})], "系统管理员"),
        ([(0, b"", {})], "连不上审签台"),
    ],
)
def test_an_answer_that_is_none_is_told(answers: Answers, why: str) -> None:
    """With host and cure; the token is in no message."""
    with desk(answers) as (address, _), pytest.raises(SettingsError, match=why) as error:
        list(line(f"{address}/api/v1/register").register())
    assert TOKEN not in str(error.value)
    assert address.removeprefix("http://") in str(error.value)


def test_what_has_no_end_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes of one answer, rows and time of a register."""
    monkeypatch.setattr(desk_line, "LONGEST", 1000)
    with desk([(200, b"x" * 2000, {})]) as (address, _), pytest.raises(SettingsError, match="过长"):
        list(line(address).register())
    monkeypatch.undo()
    ticks = iter(range(0, 10_000_000, 1000))
    with desk([page("1", following="more")]) as (address, _), pytest.raises(SettingsError, match=r"没有读完|过慢"):
        list(DeskLine(place_of(address, "--register"), TOKEN, lambda: float(next(ticks))).register())
    monkeypatch.setattr(desk_line, "MOST_ROWS", 2)
    with desk([page("1", following="more")]) as (address, _), pytest.raises(SettingsError, match="没有读完"):
        list(line(address).register())


def test_a_broken_line_is_tried_again_with_the_same_key() -> None:
    """So that the desk takes it once."""
    with desk([(0, b"", {}), (201, b'{"id": "s1"}', {})]) as (address, asked):
        assert line(f"{address}/below/").hand_over(b"{}") == f"{address}/below/scans/s1"
    assert [one[1] for one in asked] == ["/below/api/v1/scans"] * 2
    assert len({one[2]["Idempotency-Key"] for one in asked}) == 1


@pytest.mark.parametrize(
    "address",
    ["http://desk.example", "ftp://desk.example", "https://a:b@desk.example", "https://desk.example/?x=1", "https://",
     "https://desk.example/#x", "https://desk.example:port", "https://[::1"],
)  # fmt: skip
def test_an_address_is_encrypted_and_nothing_but_a_place(address: str) -> None:
    """Or on this machine."""
    with pytest.raises(SettingsError, match="--desk"):
        place_of(address, "--desk")
    for local in ("http://localhost:8000", "http://[::1]:8000", "https://desk.example/below"):
        assert place_of(local, "--desk").hostname


def test_rows_of_the_desk_name_no_file_of_ours_and_levels_are_states() -> None:
    """A case that lies with a level is told by it."""
    rows = [{"number": "2031-0001", "state": "复审", "file": "/etc/passwd"}, {"number": "2031-0002", "state": "已发布",
            "text_sha256": "9f", "valid_to": "2031-12-31", "url": "https://www.example.gov.cn/1"}]  # fmt: skip
    first, second = of_rows("desk.example", rows)
    assert (first.state, first.hashes) == ("review", frozenset())
    assert (second.state, second.text_sha256, second.valid_to) == ("released", "9f", "2031-12-31")
    with pytest.raises(SettingsError, match=r"desk\.example: 第1条"):
        of_rows("desk.example", [{"number": "1", "state": "无"}])


def row(location: str, **more: Any) -> ScanRow:
    """A finding of a scan."""
    plain = {"attachment": "", "place": "第2段", "column": "", "category": "pii_contact", "category_name": "",
             "severity": Severity.S2, "title": "手机号码", "rule_id": "R-1", "masked": "138****1234",
             "mended": "138****1234", "advice": "", "basis": "", "score": 0.9, "fingerprint": "9f" * 8,
             "first_seen": AT, "last_seen": AT, "page_title": "云雾峰迁建", "sha256": "9f" * 32}  # fmt: skip
    return ScanRow(location, **plain | more)


def result(*rows: ScanRow) -> ScanResult:
    """A scan as it is reported."""
    told = Deviation("unapproved", "未经批准发布", "https://a/m", "", "云雾峰迁建", "没有", "补办")
    return ScanResult("www.example.gov.cn", "单位网站", AT, AT, Disposition.REDACT, 1, 0, 0, 1, True, rows,
                      not_read=(NotRead("https://a/x", "超" * 500, ""),), unread=1, deviations=(told,))  # fmt: skip


def test_a_marked_page_is_handed_over_by_its_marks_alone() -> None:
    """No title, no other value; every field within the limits of the desk."""
    mark = row("https://a/m", category="state_secret_mark", severity=Severity.S0, masked="机密★5年")
    body = json.loads(body_of(result(mark, row("https://a/m"), row("https://a/p", masked="云" * 400)), "website"))
    marked, plain = body["found"]
    assert (marked["title"], [one["masked"] for one in marked["findings"]]) == ("", ["机密★5年", ""])
    assert plain["findings"][0]["masked"] == "云" * 300
    assert plain["title"] == "云雾峰迁建"
    assert body["deviations"][0]["title"] == ""
    assert len(body["not_read"][0]["reason"]) == 300


def test_too_much_is_handed_over_gravest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how much was left off."""
    rows = [row(f"https://a/{number}", advice="长" * 2000) for number in range(40)]
    monkeypatch.setattr("screening.batch.hand_over.MOST_FINDINGS", 30)
    body = json.loads(body_of(result(*rows), "website"))
    assert ([one["location"] for one in body["found"]], body["left_off"]) == (
        [one.location for one in rows[:30]], 10
    )  # fmt: skip
    monkeypatch.setattr("screening.batch.hand_over.LONGEST", 100_000)
    body = json.loads(body_of(result(*rows), "website"))
    assert len(body["found"]) + body["left_off"] == 40
    assert len(body["found"]) < 30
