"""A live site on loopback: everything once, every trap survived, in step with who takes the items."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from screening.batch.item import Fault, Item, Validators
from screening.batch.site import Site, SiteOptions
from screening.batch.url_list import UrlList
from screening.domain.errors import SettingsError
from tests.batch.site_maker import Answer, Built, build
from tests.batch.site_server import serve


def crawled(url: str, **options: object) -> dict[str, Item]:
    """Items by their location below the host."""
    asked = {"delay": 0, "timeout": 1.5, "retries": 1, **options}
    found = [(item.location.removeprefix(url.rstrip("/")), item) for item in Site(SiteOptions((url,), **asked)).items()]  # type: ignore[arg-type]
    assert max(Counter(location for location, _ in found).values()) == 1
    return dict(found)


def small(**pages: str) -> Built:
    """A site of these pages; `index` is the front."""
    answers = {f"/{name}.html" if name != "index" else "/": Answer(words.encode()) for name, words in pages.items()}
    return Built(answers=answers)


@pytest.fixture(scope="module")
def site() -> Built:
    """The small site."""
    return build(200, 20, 12)


@pytest.fixture(scope="module")
def found(site: Built) -> Iterator[dict[str, Item]]:
    """One crawl of it."""
    with serve(site) as url:
        yield crawled(url)


def test_every_page_and_attachment_is_found_once(site: Built, found: dict[str, Item]) -> None:
    """From links, lists, three kinds of sitemaps; each copy of a page only as a duplicate."""
    wanted = {path for path in site.answers if path.startswith(("/zwgk/2", "/xwzx/2", "/gzhd/2"))}
    files = {path.removesuffix(".zip") for path in site.answers if path.startswith("/files/")}
    assert wanted <= set(found)
    assert files <= {location.partition(".zip!/")[0] for location in found}
    copies = [item for item in found.values() if item.duplicate_of]
    assert copies
    assert not any(item.data or item.fault for item in copies)


def test_every_place_of_a_leak_is_reached(site: Built, found: dict[str, Item]) -> None:
    """With its bytes, its column and the page that links it."""
    for planted in site.planted:
        item = found[planted.location]
        original = urlsplit(item.duplicate_of).path  # of two copies the one that came first has the bytes
        assert (found[original] if original else item).data
        assert item.column in ("政务公开", "新闻中心")
        if planted.place == "docx":
            assert item.parent.endswith(planted.page)
            assert item.title
            assert item.etag


def test_pages_come_with_their_charset_title_and_column(site: Built, found: dict[str, Item]) -> None:
    """Three charsets."""
    said = {
        found[path].media_type
        for path in site.answers
        if path.startswith(("/zwgk/2", "/xwzx/2", "/gzhd/2"))
        if found[path].data
    }
    assert said == {"text/html; charset=utf-8", "text/html; charset=gb18030", "text/html; charset=big5hkscs"}
    assert found["/"].title == "云岭市人民政府门户网站"


def test_every_trap_is_survived_and_told(site: Built, found: dict[str, Item]) -> None:
    """Faults by name; calendars and endless lists are cut, and the report says so."""
    assert {path: found[path].fault for path in (*_TOLD, "/private/1.html")} == {
        **_TOLD,
        "/private/1.html": Fault.REFUSED,
    }
    cut = {location for location, item in found.items() if item.fault is Fault.LIMIT}
    assert cut == {"/rili/*/*.html#cut", "/rili/*/*/*.html#cut", "/search?*#cut"}
    assert sum("rili" in location for location in found) < 400
    assert sum("/search" in location for location in found) < 100
    assert sum("/deep/" in location for location in found) == 2
    assert not any("169.254" in path for path in site.hits)
    assert max(count for path, count in site.hits.items() if path.startswith("/files/")) == 1


_TOLD = {
    "/gone.html": Fault.NOT_FOUND,
    "/error500": Fault.SERVER_ERROR,
    "/slow.html": Fault.TIMEOUT,
    "/huge.pdf": Fault.TOO_LARGE,
    "/short.txt": Fault.BROKEN,
    "/loop/a": Fault.TOO_MANY_REDIRECTS,
    "/jump/1": Fault.TOO_MANY_REDIRECTS,
    "/metadata": Fault.REFUSED,
}


def test_what_a_trap_is_called_by_can_be_excluded() -> None:
    """Then the scan sees the whole of the site."""
    with serve(build(10, 2, 2)) as url:
        first = [location for location, item in crawled(url).items() if item.fault is Fault.LIMIT]
        rest = crawled(url, exclude=tuple(url.rstrip("/") + one.removesuffix("#cut") for one in first))
    assert len(first) == 3
    assert not [location for location, item in rest.items() if item.fault is Fault.LIMIT]
    assert any(location.startswith("/zwgk/2") for location in rest)


def test_the_owner_may_read_what_robots_txt_forbids(site: Built) -> None:
    """own=True; patterns keep the scan to one folder."""
    with serve(site) as url:
        found = crawled(url, own=True, include=("*/private/*",))
    assert found["/private/1.html"].data
    assert {location.split("/")[1] for location in found} == {"", "private"}


def test_limits_end_a_scan_and_are_told() -> None:
    """Pages, bytes, depth, file size, excluded patterns."""
    pages = {
        f"p{number}": f'<html>第{"一" * number}页<a href="/p{number + 1}.html">下一页</a>' for number in range(1, 30)
    }
    chain = small(index='<html><a href="/p1.html">x</a><a href="/big.html">x</a>', big="<html>" + "x" * 5_000, **pages)
    with serve(chain) as url:
        few = crawled(url, pages=5)
        light = crawled(url, total_bytes=300)
        shallow = crawled(url, depth=2)
        thin = crawled(url, file_bytes=1_000, exclude=("*/p7.html",))
    assert few["/#limit"].fault is Fault.LIMIT
    assert light["/#limit"].fault is Fault.LIMIT
    assert "/p2.html" in shallow
    assert "/p3.html" not in shallow
    assert shallow["/#depth"].fault is Fault.ASKED
    assert "/#depth" not in thin
    assert thin["/big.html"].fault is Fault.TOO_LARGE
    assert "/p6.html" in thin
    assert "/p7.html" not in thin


def test_a_list_of_many_pages_is_followed_to_its_end() -> None:
    """By "next page" only, far deeper than menus go; a way that is too long is no loss where a shorter one leads."""
    pages = {f"p{at}": f'<html>{chr(0x4E00 + at)}<a href="/p{at + 1}.html">下一页</a>' for at in range(1, 61)}
    pages["p60"] = "<html>end"
    chain = small(index='<html><a href="/p1.html">x</a><a href="/far.html">x</a>', far="<html>far", **pages)
    chain.answers["/p2.html"] = Answer(b'<html><a href="/p3.html">x</a><a href="/far.html">x</a>')
    with serve(chain) as url:
        whole = crawled(url)
        short = crawled(url, depth=2)
    assert {f"/p{at}.html" for at in range(1, 61)} <= set(whole)
    assert not any(item.fault for item in whole.values())
    assert short["/#depth"].fault is Fault.ASKED


def test_a_page_that_is_too_deep_by_one_way_may_be_reached_by_another() -> None:
    """Then nothing was left out."""
    places = "<urlset><url><loc>{host}/p3.html</loc></url></urlset>"
    pages = {f"p{number}": f'<html>{number}<a href="/p{number + 1}.html">下一页</a>' for number in (1, 2)}
    built = small(index='<html><a href="/p1.html">x</a>', p3="<html>3", **pages)
    built.answers["/sitemap.xml"] = Answer(places.encode(), "application/xml")
    with serve(built) as url:
        found = crawled(url, depth=2)
    assert "/p3.html" in found
    assert "/#depth" not in found


def test_what_the_ledger_knows_is_not_sent_again(site: Built) -> None:
    """The server answers 304: an item without bytes, marked unchanged."""
    with serve(site) as url:
        options = SiteOptions((url,), delay=0, timeout=1.5, retries=0)
        first = {item.location: item for item in Site(options).items() if item.location.endswith(".docx")}
        again = Site(options, lambda location: Validators(first[location].etag) if location in first else None)
        second = {item.location: item for item in again.items() if item.location.endswith(".docx")}
    assert first
    assert second.keys() == first.keys()
    assert all(item.unchanged and not item.data for item in second.values())


def test_the_crawler_waits_for_who_takes_the_items() -> None:
    """While nothing is taken, no more than a handful is fetched; a closed iterator ends the crawler."""
    links = "".join(f'<a href="/f{number}.txt">x</a>' for number in range(200))
    answers = {f"/f{number}.txt": Answer(bytes([number]) * 2_000_000, "text/plain") for number in range(200)}
    built = Built(answers={"/": Answer(f"<html>{links}".encode()), **answers})
    with serve(built) as url:
        items = Site(SiteOptions((url,), delay=0, sitemaps=False)).items()
        taken = list(islice(items, 3))
        import time

        time.sleep(3)
        fetched = sum(built.hits.values())
        items.close()  # type: ignore[attr-defined]
    assert len(taken) == 3
    assert fetched < 60


def test_a_list_of_addresses_is_fetched_and_no_link_followed(tmp_path: Path) -> None:
    """Comments and blank lines are left out; what is no address is told."""
    built = small(index="<html>front", a='<html><a href="/b.html">b</a>', b="<html>b")
    with serve(built) as url:
        (tmp_path / "urls.txt").write_text(f"# 名单\n\n{url}a.html\n{url}a.html?utm_source=x\nftp://x/\n{url}none\n")
        source = UrlList(tmp_path / "urls.txt", SiteOptions((), delay=0))
        found = {item.location: item.fault for item in source.items()}
    assert found == {f"{url}a.html": None, "ftp://x/": Fault.REFUSED, f"{url}none": Fault.NOT_FOUND}


def test_a_site_that_is_not_there_is_one_fault() -> None:
    """Nobody listens; nothing hangs."""
    with serve(small(index="x")) as url:
        pass
    (item,) = Site(SiteOptions((url,), delay=0, retries=0, sitemaps=False)).items()
    assert item.fault is Fault.SERVER_ERROR


def test_a_crawler_that_dies_is_told() -> None:
    """Never a silent end."""
    (item,) = Site(SiteOptions(("http://127.0.0.1:9/",)), command=("-c", "raise SystemExit(3)")).items()
    assert item.fault is Fault.LIMIT


def test_without_the_crawler_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is called unread that could be read."""
    monkeypatch.setattr("screening.batch.site.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"xianshen\[site\]"):
        list(Site(SiteOptions(("http://127.0.0.1:9/",))).items())
