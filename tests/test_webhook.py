"""Notifications to a real receiver on this machine: signed, without content, retried, never lost, never doubled."""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from screening.domain.errors import SettingsError
from screening.domain.review import Step
from screening.settings import Settings
from screening.store.books import Store
from screening.store.outbox import ATTEMPTS, hooks_of
from screening.webhook import Courier, allowed
from tests.review.office import CANARY, MARKED, Office

SECRET = b"a secret of forty bytes that nobody knows"


@dataclass
class Receiver:
    """A server. answers: what it says to the next requests, 204 when there are none; got: headers and body."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook?of=desk"

    def events(self) -> list[str]:
        """What it was told of."""
        return [json.loads(body)["event"] for _, _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((self.path, dict(self.headers), body))
            self.send_response(made.answers.pop(0) if made.answers else 204)
            self.send_header("Location", f"http://127.0.0.1:{made.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def told(*urls: str, **more: object) -> str:
    """Settings of a unit whose events go there."""
    return json.dumps({"webhooks": [{"url": url, "secret_file": "receiver", **more} for url in urls]})


def courier(office: Office, folder: Path, receiver: Receiver, hosts: str = "") -> Courier:
    """Somebody who delivers, by the office's clock."""
    (folder / "keys" / "webhooks").mkdir(parents=True, exist_ok=True)
    (folder / "keys" / "webhooks" / "receiver").write_bytes(SECRET + b"\n")
    settings = Settings(keys=folder / "keys", webhook_hosts=hosts or f"other.example, 127.0.0.1:{receiver.port}")
    return Courier(office.store, settings, office.clock)


def deliver(by: Courier) -> int:
    """Everything that is due now; how many attempts."""
    attempts = 0
    while by.once():
        attempts += 1
    return attempts


def test_an_event_arrives_signed_and_without_content(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Event, number, state, time; neither title nor text; the signature holds time and body together."""
    office = Office(store, told(receiver.url))
    filing = office.submitted()
    deliver(courier(office, tmp_path, receiver))
    assert receiver.events() == ["case:upload", "case:screened", "case:submit"]
    for path, headers, body in receiver.got:
        assert path == "/hook?of=desk"
        time, mac = (one.split("=")[1] for one in headers["X-Xianshen-Signature"].split(","))
        assert time == str(int(office.clock().timestamp()))
        assert mac == hmac.new(SECRET, time.encode() + b"." + body, "sha256").hexdigest()
        assert CANARY not in json.dumps([json.loads(body), headers], ensure_ascii=False)
        assert set(json.loads(body)) == {"event", "number", "state", "at"}
    last = json.loads(receiver.got[-1][2])
    assert (last["number"], last["state"]) == (filing.number, "review")
    assert len({headers["X-Xianshen-Delivery"] for _, headers, _ in receiver.got}) == 3


def test_what_has_arrived_is_never_sent_again(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Nor by another process."""
    office = Office(store, told(receiver.url))
    office.upload()
    assert deliver(courier(office, tmp_path, receiver)) == 1
    office.clock.forward(days=9)
    assert deliver(courier(office, tmp_path, receiver)) == 0
    assert len(receiver.got) == 1


def test_a_server_that_is_down_is_tried_again(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Errors and redirects count as failures; each time later than the last; then it arrives, once."""
    office = Office(store, told(receiver.url))
    office.upload()
    by = courier(office, tmp_path, receiver)
    receiver.answers = [500, 302, 429]
    for minutes in (0, 1, 5):
        office.clock.forward(minutes=minutes)
        assert deliver(by) == 1
        assert deliver(by) == 0
    office.clock.forward(minutes=30)
    assert deliver(by) == 1
    assert [path for path, _, _ in receiver.got] == ["/hook?of=desk"] * 4
    assert len({headers["X-Xianshen-Delivery"] for _, headers, _ in receiver.got}) == 1
    office.clock.forward(days=9)
    assert deliver(by) == 0


def test_after_five_attempts_it_stays_and_is_on_the_trail(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Nobody listens there: refused connections, no exception, the desk goes on."""
    gone = Receiver(port=receiver.port)
    office = Office(store, told(gone.url, "http://127.0.0.1:1/nobody"))
    by = courier(office, tmp_path, receiver, hosts=f"127.0.0.1:1, 127.0.0.1:{receiver.port}")
    receiver.answers = [503] * 9
    office.upload()
    for _ in range(ATTEMPTS + 3):
        deliver(by)
        office.clock.forward(hours=3)
    assert len(receiver.got) == ATTEMPTS
    assert [(action, payload) for action, _, payload in office.trail()][1:] == [
        ("webhook:failed", {"attempts": ATTEMPTS}), ("webhook:failed", {"attempts": ATTEMPTS}),
    ]  # fmt: skip


def test_an_act_that_is_not_done_tells_nothing(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Written in the same transaction: what is rolled back was never to be sent."""
    office = Office(store, told(receiver.url))
    filing = office.upload()
    with suppress(RuntimeError), store.writing() as books:
        books.trail.append(office.clock().isoformat(), "x", "case:submit", filing.id)
        raise RuntimeError
    deliver(courier(office, tmp_path, receiver))
    assert receiver.events() == ["case:upload"]


def test_a_unit_chooses_its_events_and_others_are_not_told(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Looking is never told; without a choice everything that moves a case is."""
    office = Office(store, told(receiver.url, events=["case:screened"]))
    office.upload()
    office.screen(MARKED)
    deliver(courier(office, tmp_path, receiver))
    assert [json.loads(body)["state"] for _, _, body in receiver.got] == ["quarantined"]


def test_a_hook_that_was_taken_away_gets_nothing(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """What waited for it is cleared away."""
    office = Office(store, told(receiver.url))
    office.upload()
    with store.writing() as books:
        unit = books.people.unit(office.unit)
        assert unit
        books.people.change_unit(type(unit)(unit.id, unit.name, "{}"))
    assert deliver(courier(office, tmp_path, receiver)) == 0
    assert receiver.got == []


@pytest.mark.parametrize("settings", ['{"webhooks": 7}', '{"webhooks": [{"url": "https://a"}]}', '{"webhooks": "x"}'])
def test_settings_that_cannot_be_read_stop_nobody(store: Store, settings: str) -> None:
    """The act is done; whoever checks the settings is told the cure."""
    assert Office(store, settings).upload().number
    with pytest.raises(SettingsError, match=r"webhooks.*secret_file"):
        hooks_of(settings)


@pytest.mark.parametrize("name", ["../master", "a/b", "", "/etc/passwd", "."])
def test_a_secret_is_a_name_in_its_folder(name: str) -> None:
    """No other file of the machine can be named by the unit's settings."""
    with pytest.raises(SettingsError):
        hooks_of(json.dumps({"webhooks": [{"url": "https://a.example", "secret_file": name}]}))


@pytest.mark.parametrize(
    "url",
    [
        "https://b.example/", "http://a.example/", "https://a.example:444/", "https://x@a.example/",
        "https://a.example.b.example/", "ftp://a.example/", "https://[::1/", "https://a.example:99999/", "//a.example",
    ],
)  # fmt: skip
def test_only_hosts_that_the_owner_named(url: str) -> None:
    """Exactly as named, encrypted."""
    with pytest.raises(SettingsError):
        allowed(url, frozenset({"a.example", "a.example:99999"}))
    assert allowed("https://A.example/hook", frozenset({"a.example"})).hostname == "a.example"


def test_in_its_own_thread(store: Store, tmp_path: Path, receiver: Receiver) -> None:
    """Started and stopped as the desk does it."""
    office = Office(store, told(receiver.url))
    by = courier(office, tmp_path, receiver)
    by.start()
    office.upload()
    arrived = threading.Event()
    for _ in range(600):
        if receiver.got or arrived.wait(0.05):
            break
    by.stop()
    assert receiver.events() == ["case:upload"]
    assert Step.UPLOAD.value in receiver.events()[0]
