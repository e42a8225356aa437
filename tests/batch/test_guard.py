"""The address guard: what an attacker writes into a page never leads the scan to another host."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from screening.batch.guard import Guard, Reach, RefusedError, host_of, reach
from screening.batch.item import Fault
from screening.batch.site import Site, SiteOptions

LOOPBACK = (  # all of them are 127.0.0.1 to some library
    *("http://127.1/", "http://127.0.1/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://2130706433/"),
    *(
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://0177.1/",
        "http://127.0.0.1./",
        "http://１２７．０．０．１/",
    ),
    *("http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://0/", "http://0.0.0.0/", "http://localhost/"),
    *(
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
    ),
    *(
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[0:0:0:0:0:0:0:1]/",
    ),
)
TRICKS = (
    *LOOPBACK,
    *("http://169.254.169.254/latest/", "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/"),
    *(
        "http://10.0.0.1/",
        "http://192.0.0.8/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://100.100.100.200/",
    ),
    "http://yunling.example@127.0.0.1/",
    "http://127.0.0.1@yunling.example/",
    "http://yunling.example:80@127.0.0.1/",
    "http://yunling.example\\@127.0.0.1/",
    "http://127.0.0.1#@yunling.example/",
    "http://127.0.0.1\t.yunling.example/",
    "http://yunling.example\n.other.example/",
    "http://yunling.example.other.example/",
    "http://other-yunling.example/",
    "http://уunling.example/",  # a Cyrillic letter
    "http://yunlıng.example/",  # a Turkish one
    "http://%79unling.example/",
    "http://yunling.example:22/",
    "http://yunling.example:8080/",
    "http://yunling.example:99999/",
    "http://yunling.example:80:22/",
    "ftp://yunling.example/",
    "file:///etc/passwd",
    "gopher://yunling.example:80/",
    "http:///etc/passwd",
    "//yunling.example/",
)


@pytest.fixture
def guard() -> Guard:
    """A site with a public address."""
    return Guard(["http://yunling.example/"], resolve=lambda _: ["93.184.215.14"])


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_is_refused(guard: Guard, url: str) -> None:
    """None of them is asked, whatever library reads it."""
    with pytest.raises(RefusedError):
        guard.check(url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://yunling.example/",
            "https://yunling.example/a?b=c",
            "HTTP://YUNLING.example:80/",
            "http://yunling.example./",
        ),
        *(
            "http://ｙunling.example/",
            "http://yunling。example/",
            "https://yunling.example:443/",
            "http://yunling.example:443/",
        ),
        "http://yunling.example/?next=http://127.0.0.1/",
    ],
)
def test_its_harmless_twin_passes(guard: Guard, url: str) -> None:
    """The named host, however it is written, at its pinned address."""
    assert guard.check(url).host == "yunling.example"
    assert guard.addresses("yunling.example") == ("93.184.215.14",)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", Reach.PUBLIC),
        ("2400:3200::1", Reach.PUBLIC),
        ("64:ff9b::808:808", Reach.PUBLIC),
        ("2002:808:808::", Reach.PUBLIC),
        ("::ffff:8.8.8.8", Reach.PUBLIC),
        *((address, Reach.PRIVATE) for address in ("10.1.2.3", "127.9.9.9", "100.64.0.1", "::1", "fd12::1")),
        *((address, Reach.PRIVATE) for address in ("64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:10.0.0.1")),
        *((address, Reach.PRIVATE) for address in ("::ffff:0:127.0.0.1", "2001:db9::5efe:7f00:1", "64:ff9b:1::1")),
        *(
            (address, Reach.LINK)
            for address in ("169.254.169.254", "fe80::1", "2002:a9fe:a9fe::", "64:ff9b::a9fe:a9fe")
        ),
        *((address, Reach.NEVER) for address in ("192.0.0.8", "224.0.0.1", "0.0.0.1", "::", "ff02::1", "240.0.0.1")),
        *((address, Reach.NEVER) for address in ("2001:db8::1", "fec0::1", "100::1", "203.0.113.7", "2001:0:7f00:1::")),
    ],
)
def test_an_address_is_as_near_as_what_is_packed_in_it(address: str, kind: Reach) -> None:
    """Mapped, translated, tunnelled: the strictest of all readings counts."""
    assert reach(address) is kind


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_a_name_may_not_stand_for_an_inner_address(address: str) -> None:
    """Also when only one of several addresses is such a one."""
    guard = Guard(["yunling.example"], resolve=lambda _: ["93.184.215.14", address])
    with pytest.raises(RefusedError):
        guard.addresses("yunling.example")


def test_the_user_may_allow_private_addresses_but_no_link_local_ones() -> None:
    """--allow-private is for the unit's own network; the metadata service must be named by its address."""
    assert Guard(["a.example"], allow_private=True, resolve=lambda _: ["10.0.0.1"]).addresses("a.example") == (
        "10.0.0.1",
    )
    with pytest.raises(RefusedError):
        Guard(["a.example"], allow_private=True, resolve=lambda _: ["169.254.169.254"]).addresses("a.example")
    assert Guard(["http://10.0.0.1:8080/"]).addresses("10.0.0.1") == ("10.0.0.1",)
    with pytest.raises(RefusedError):
        Guard(["http://224.0.0.1/"]).addresses("224.0.0.1")


def test_a_name_is_asked_for_once() -> None:
    """A name server that changes its mind is not heard."""
    answers: Iterator[list[str]] = iter([["93.184.215.14"], ["127.0.0.1"]])
    guard = Guard(["yunling.example"], resolve=lambda _: next(answers))
    assert [guard.addresses("yunling.example") for _ in range(3)] == [("93.184.215.14",)] * 3
    assert list(answers) == [["127.0.0.1"]]


def test_hosts_below_a_named_one_are_asked_when_the_star_says_so() -> None:
    """`*.yunling.example` holds its parts and nothing that only ends alike."""
    guard = Guard(["*.yunling.example"])
    assert guard.check("http://www.yunling.example/").host == "www.yunling.example"
    for url in ("http://yunling.example/", "http://evilyunling.example/"):
        with pytest.raises(RefusedError):
            guard.check(url)


def test_a_name_in_chinese_is_one_host_however_it_is_written() -> None:
    """Its ASCII form is the host."""
    assert host_of("云岭.example") == host_of("xn--9kqv75a.example") == "xn--9kqv75a.example"


class _Page(http.server.BaseHTTPRequestHandler):
    body = b""
    redirect = ""
    hits: list[str]

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        """One page, or a redirect for /go."""
        self.hits.append(self.path)
        self.send_response(302 if self.path == "/go" else 200)
        if self.path == "/go":
            self.send_header("Location", self.redirect)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.body)


def _server(address: str, port: int = 0, body: str = "", redirect: str = "") -> http.server.ThreadingHTTPServer:
    about = {"body": body.encode(), "redirect": redirect, "hits": []}
    server = http.server.ThreadingHTTPServer((address, port), type("Page", (_Page,), about))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def _hits(server: http.server.ThreadingHTTPServer) -> list[str]:
    found: list[str] = server.RequestHandlerClass.hits  # type: ignore[attr-defined]
    return found


def test_tricks_on_a_page_and_redirects_reach_no_other_server() -> None:
    """Real servers: the scan of one leaves the other alone, and every refusal is told."""
    other = _server("127.0.0.1")
    port = other.server_port
    words = [
        f"127.1:{port}",
        f"0x7f000001:{port}",
        f"2130706433:{port}",
        f"[::ffff:127.0.0.1]:{port}",
        f"localhost:{port}",
    ]
    links = "".join(f'<a href="http://{host}/">x</a>' for host in words)
    site = _server(
        "127.0.0.1", 0, f'<html>{links}<a href="/go">go</a></html>', "http://169.254.169.254/latest/meta-data/"
    )
    try:
        options = SiteOptions((f"http://127.0.0.1:{site.server_port}/",), delay=0, sitemaps=False)
        items = {item.location.rpartition("/")[2]: item for item in Site(options).items()}
    finally:
        site.shutdown(), site.server_close(), other.shutdown(), other.server_close()
    assert _hits(other) == []
    assert items["go"].fault is Fault.REFUSED
    assert not items[""].fault


_REBINDING = """
import screening.batch.guard as guard
answers = iter(["127.0.0.1"] + ["127.0.0.2"] * 99)
guard.Guard.__init__.__kwdefaults__["resolve"] = lambda name: [next(answers)]
from screening.batch.site_spider import main
main()
"""


def test_a_rebinding_name_server_leads_nowhere() -> None:
    """The first answer is kept: the second server, to which the name points afterwards, is never asked."""
    good = _server("127.0.0.1", 0, '<html><a href="/two.html">x</a></html>')
    bad = _server("127.0.0.2", good.server_port, "<html>secret</html>")
    crawler = ("-c", _REBINDING)
    try:
        start = f"http://yunling.example:{good.server_port}/"
        options = SiteOptions((start,), delay=0, allow_private=True, sitemaps=False)
        items = list(Site(options, command=crawler).items())
    finally:
        good.shutdown(), good.server_close(), bad.shutdown(), bad.server_close()
    assert "/two.html" in _hits(good)
    assert _hits(bad) == []
    assert {item.location for item in items} == {start, f"{start}two.html"}
