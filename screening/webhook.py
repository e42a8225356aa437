"""Notifications without content to the servers that the owner has named: signed, retried, never in the desk's way.

POST {"event", "number", "state", "at"}; X-Xianshen-Signature: t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>." + body>;
X-Xianshen-Delivery stays the same when one is sent again. A redirect is not followed and counts as a failure.
"""

import hmac
import logging
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from screening.domain.errors import SettingsError
from screening.settings import Settings
from screening.store.books import Store
from screening.store.outbox import Outbox, Parcel

LOG = logging.getLogger("xianshen")
SECONDS = 5.0
_SHORTEST_SECRET = 16
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DESK = "desk"


class Courier:
    """Sends what waits in the outbox, in a thread of its own. pause: seconds between two looks."""

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], datetime], pause: float = 5.0) -> None:
        self._store = store
        self._clock = clock
        self._pause = pause
        self._hosts = frozenset(one.strip().lower() for one in settings.webhook_hosts.split(",") if one.strip())
        self._secrets = (settings.keys or settings.data / "keys") / "webhooks"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin, in a thread; without any host named there is nothing to do."""
        if self._hosts:
            self._thread.start()

    def stop(self) -> None:
        """End after the present delivery."""
        self._stop.set()
        if self._thread.ident:
            self._thread.join(30)

    def once(self) -> bool:
        """Try to deliver one notification; False when none is due. The database is not held meanwhile."""
        now = self._clock()
        with self._store.reading() as books:
            if not Outbox(books.connection).waits(now):
                return False
        with self._store.writing() as books:
            parcel = Outbox(books.connection).lease(now)
        if parcel is not None:
            self._settle(parcel, arrived=self._delivered(parcel))
        return parcel is not None

    def _settle(self, parcel: Parcel, *, arrived: bool) -> None:
        with self._store.writing() as books:
            outbox = Outbox(books.connection)
            if arrived:
                outbox.arrived(parcel)
            elif outbox.failed(parcel):
                at = self._clock().isoformat()
                books.trail.append(at, _DESK, "webhook:failed", parcel.unit, {"attempts": parcel.attempt})

    def _delivered(self, parcel: Parcel) -> bool:
        """Whether the receiver said that it has it."""
        try:
            url = allowed(parcel.hook.url, self._hosts)
            signed = signature(secret(self._secrets / parcel.hook.secret_file), parcel.body, self._clock())
            return 200 <= _post(url, parcel, signed) < 300
        except (SettingsError, OSError, HTTPException) as error:
            LOG.warning('{"event":"webhook","attempt":%d,"kind":"%s"}', parcel.attempt, type(error).__name__)
            return False

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                busy = self.once()
            except Exception as error:  # noqa: BLE001 - the outer edge: whatever it was, the next look is in a while
                LOG.warning('{"event":"webhook","kind":"%s"}', type(error).__name__)
                busy = False
            if not busy:
                self._stop.wait(self._pause)


def allowed(address: str, hosts: frozenset[str]) -> SplitResult:
    """The address, if the owner has named its host: encrypted, or on this machine. Raises SettingsError."""
    try:
        url = urlsplit(address)
        named, local, _ = url.netloc.lower() in hosts, url.hostname in _LOOPBACK, url.port
    except ValueError:
        raise SettingsError("webhooks 的 url 不是有效的网址") from None
    if not named:
        raise SettingsError("webhooks 的主机未列入设置 webhook_hosts；由系统管理员在配置文件中列入")
    if url.scheme != "https" and not (url.scheme == "http" and local):
        raise SettingsError("webhooks 的 url 须以 https:// 开头")
    return url


def secret(path: Path) -> bytes:
    """The secret in a file. Raises OSError, SettingsError when it is too short."""
    found = path.read_bytes().strip()
    if len(found) < _SHORTEST_SECRET:
        raise SettingsError(f"{path.name}: webhooks 的密钥至少 {_SHORTEST_SECRET} 字节")
    return found


def signature(key: bytes, body: str, now: datetime) -> str:
    """The value of X-Xianshen-Signature; the receiver refuses what is older than a few minutes."""
    seconds = str(int(now.timestamp()))
    return f"t={seconds},v1={hmac.digest(key, f'{seconds}.{body}'.encode(), 'sha256').hex()}"


def _post(url: SplitResult, parcel: Parcel, signed: str) -> int:
    """Send one notification; the status of the answer, whose body is not read. Raises OSError, HTTPException."""
    host = url.hostname or ""
    if url.scheme == "https":
        line: HTTPConnection = HTTPSConnection(host, url.port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        line = HTTPConnection(host, url.port, timeout=SECONDS)
    headers = {
        "Content-Type": "application/json", "User-Agent": "xianshen", "X-Xianshen-Signature": signed,
        "X-Xianshen-Delivery": parcel.id,
    }  # fmt: skip
    try:
        line.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), parcel.body, headers)
        return line.getresponse().status
    finally:
        line.close()
