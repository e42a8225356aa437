"""A live site as a source: a crawler in a process of its own, which fetches no faster than its items are taken."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from screening.batch.canonical import canonical
from screening.batch.guard import RefusedError, target_of
from screening.batch.item import Fault, Item, Validators
from screening.batch.opened import opened
from screening.domain.errors import SettingsError
from screening.extract import frames
from screening.extract.limits import MIB

_CRAWLER = ("-m", "screening.batch.site_spider")
_ATTACHMENTS = (
    *(
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".ppt",
        ".pptx",
        ".wps",
        ".et",
        ".dps",
        ".ofd",
        ".pdf",
        ".rtf",
        ".xml",
        ".json",
    ),
    *(".zip", ".rar", ".7z", ".gz", ".tar", ".txt", ".csv", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".eml"),
)
DEEPEST = 250  # lists whose pages are linked by "next page" only make a site deep; traps are known by their shape
Known = Callable[[str], Validators | None]


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What is fetched, and how politely.

    hosts: further hosts, `host:port` or `*.host`; include, exclude: globs over the whole address (`*/gongkai/*`); own:
    the owner says it is his own site, robots.txt is not asked; allow_private: names may stand for private addresses;
    delay: seconds between two requests to one host, adapted to how quickly it answers; same_shape: pages that are
    reached from pages of the same template only (calendars); alike: pages of one template that differ in digits only;
    attachments: suffixes of what is not a page.
    """

    start: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    attachments: tuple[str, ...] = _ATTACHMENTS
    own: bool = False
    allow_private: bool = False
    follow: bool = True
    sitemaps: bool = True
    depth: int = DEEPEST
    same_shape: int = 200
    alike: int = 50
    pages: int = 200_000
    file_bytes: int = 64 * MIB
    total_bytes: int = 50 * 1024 * MIB
    seconds: int = 12 * 3600
    delay: float = 0.25
    parallel: int = 8
    timeout: float = 30.0
    retries: int = 2
    redirects: int = 5
    agent: str = "xianshen (confidentiality screening; asked for by the owner of the site)"


@dataclass(frozen=True, slots=True)
class Site:
    """A live site. known: what the ledger has of an attachment, so that the server sends it only when it changed.

    Pages are always asked for anew, since their links are the way to everything else.
    """

    options: SiteOptions
    known: Known | None = None
    command: tuple[str, ...] = field(default=_CRAWLER, repr=False)

    @property
    def name(self) -> str:
        """The hosts of the start addresses."""
        hosts = dict.fromkeys(urlsplit(url).netloc for url in self.options.start)
        return "、".join(list(hosts)[:3]) + ("…" if len(hosts) > 3 else "")

    def items(self) -> Iterator[Item]:
        """Every page and attachment once. The crawler ends when the iterator is closed. Raises SettingsError where the
        crawler is not installed."""
        if find_spec("scrapy") is None:
            raise SettingsError("抓取网站需要组件 scrapy：pip install 'xianshen[site]'")
        crawler = _Crawler(self.command, {**asdict(self.options), "known": self.known is not None})
        try:
            for header, data in crawler.messages():
                if "ask" in header:
                    crawler.answer(header["ask"], self.known(header["ask"]) if self.known else None)
                else:
                    yield from opened(_item(header, data))
            if not crawler.complete:
                yield Item(self.options.start[0], "", b"", fault=Fault.LIMIT, detail="抓取进程意外结束，其余未读")
        finally:
            crawler.end()


def refused(start: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Start addresses that could never be asked, with the reason."""
    for url in start:
        try:
            target_of(url)
        except RefusedError as error:
            yield url, str(error)


class _Crawler:
    """The child process: messages come out of it one by one; while none is taken, it waits."""

    def __init__(self, command: tuple[str, ...], options: dict[str, Any]) -> None:
        self.complete = False
        # -P: a folder that is scanned may be the working folder, and must not lend its files as modules
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-P", "-X", "utf8", "-W", "ignore", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        self._send(frames.pack(options))

    def _pipe(self, stream: IO[bytes] | None) -> IO[bytes]:
        if stream is None:
            raise OSError("no pipe")
        return stream

    def _send(self, payload: bytes) -> None:
        with contextlib.suppress(OSError):  # it died: messages() ends
            frames.send(self._pipe(self._process.stdin), payload)

    def messages(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Headers and bytes until the crawler says that it is done, or is gone."""
        stream = self._pipe(self._process.stdout)
        while (head := frames.receive(stream, MIB)) is not None:
            header = json.loads(head)
            if header.get("done"):
                self.complete = True
                return
            data = frames.receive(stream) if header.get("size") else b""
            if data is None:
                return
            yield header, data

    def answer(self, location: str, validators: Validators | None) -> None:
        """What the ledger knows of a location."""
        self._send(frames.pack({"of": location, **(asdict(validators) if validators else {})}))

    def end(self) -> None:
        """Kill it with all that it may have started."""
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                self._pipe(stream).close()


def _environment() -> dict[str, str]:
    """Nothing of our own environment: no secrets, and no proxy that would choose another address."""
    return {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}


def _item(header: dict[str, Any], data: bytes) -> Item:
    fields: dict[str, Any] = {name: str(value) for name, value in header.items() if name in _WORDS}
    fields.setdefault("filename", "")
    fault = Fault(header["fault"]) if header.get("fault") else None
    return Item(**fields, data=data, fault=fault, unchanged=bool(header.get("unchanged")))


_WORDS = frozenset(
    (
        *("location", "filename", "media_type", "parent", "column", "title", "modified", "detail", "duplicate_of"),
        *("sha256", "etag", "last_modified"),
    )
)


def location_of(url: str) -> str:
    """The location under which a scan knows this address."""
    return canonical(target_of(url).url)
