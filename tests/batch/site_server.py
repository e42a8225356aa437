"""Serves a generated site on loopback, with traps that have no end: calendars, searches, redirects, huge pages.

As a program, `python -m tests.batch.site_server PAGES ATTACHMENTS LEAKS SLOW`, it says its address and serves until it
is killed.
"""

import contextlib
import gzip
import re
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from tests.batch.site_maker import Answer, Built, build

SLOW = 3.0  # seconds; a scan in a test gives up earlier


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    built: ClassVar[Built]
    slow: ClassVar[float]
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        """Answer from the site, then from the traps."""
        path = self.path
        self.built.hits[path] += 1
        plain = re.sub(r";jsessionid=[^?]*", "", path).partition("?")[0]
        with contextlib.suppress(OSError):
            answer = self.built.answers.get(plain) or self._trap(plain)
            if answer:
                self._say(answer)

    def _say(self, answer: Answer) -> None:
        body = answer.body.replace(b"{host}", f"http://{self.headers['Host']}".encode())
        if self.path.endswith(".gz"):
            body = gzip.compress(body)
        known = dict(answer.headers).get("ETag")
        unchanged = bool(known) and self.headers.get("If-None-Match") == known
        self.send_response(304 if unchanged else answer.status)
        self.send_header("Content-Type", answer.media_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0" if unchanged else str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)

    def _trap(self, path: str) -> Answer | None:
        month = re.fullmatch(r"/rili/(\d+)/(\d+)(?:/(\d+))?\.html", path)
        if month:
            return _calendar(int(month[1]), int(month[2]), month[3])
        if path == "/search":
            page = int((re.search(r"page=(\d+)", self.path) or [0, "1"])[1])
            return _html(f'检索结果第{page}页 <a href="/search?word=x&amp;page={page + 1}">下一页</a>')
        if path.startswith("/jump/"):
            return _to(f"/jump/{int(path[6:]) + 1}")
        if path.startswith("/deep/"):
            return _html('<a href="sub/page.html">下一层</a>')
        if path in _REDIRECTS:
            return _to(_REDIRECTS[path])
        if path == "/error500":
            return Answer(b"", status=500)
        return self._rude(path)

    def _rude(self, path: str) -> Answer | None:
        if path == "/slow.html":
            time.sleep(self.slow)
        elif path == "/huge.pdf":
            self._claim("application/pdf", 10**10, b"%PDF-1.7\n" + b"0" * 100_000)
            return None
        elif path == "/short.txt":
            self._claim("text/plain", 1_000, b"only this")
            return None
        return Answer(b"<p>404</p>", status=404)

    def _claim(self, media_type: str, length: int, body: bytes) -> None:
        """Promise more than is sent."""
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = True


_REDIRECTS = {
    "/loop/a": "/loop/b",
    "/loop/b": "/loop/a",
    "/metadata": "http://169.254.169.254/latest/meta-data/",
    "/go": "/",
}


def _to(address: str) -> Answer:
    return Answer(b"", headers=(("Location", address),), status=302)


def _html(words: str) -> Answer:
    return Answer(f"<!DOCTYPE html><html><meta charset=utf-8><body>{words}</body></html>".encode())


def _calendar(year: int, month: int, day: str | None) -> Answer:
    """A month links to the next, to the one before and to its days; a day links to its neighbours."""
    if day:
        return _html(
            f'{year}-{month}-{day} <a href="{int(day) + 1}.html">后一天</a><a href="../{month:02}.html">本月</a>'
        )
    following = f"/rili/{year + month // 12}/{month % 12 + 1:02}.html"
    previous = f"/rili/{year - (month == 1)}/{(month - 2) % 12 + 1:02}.html"
    days = "".join(f'<a href="/rili/{year}/{month:02}/{number}.html">{number}</a>' for number in range(1, 29))
    return _html(f'{year}年{month}月 <a href="{previous}">上月</a><a href="{following}">下月</a>{days}')


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A visitor who hangs up is no error."""


@contextlib.contextmanager
def serve(built: Built, slow: float = SLOW) -> Iterator[str]:
    """The site's address while the block lasts. slow: seconds that the slow page takes."""
    handler = type("Handler", (_Handler,), {"built": built, "slow": slow})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    size, seconds = map(int, sys.argv[1:4]), float(sys.argv[4])
    with serve(build(*size), seconds) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        threading.Event().wait()
