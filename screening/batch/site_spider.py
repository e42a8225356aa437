"""The crawler: Scrapy in a process of its own. Options come in as one frame, pages go out as frames, until `done`.

Started by site.py as `python -m screening.batch.site_spider`; Twisted's reactor, settings and memory are its own.
"""

import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import (
    CloseSpider,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response

from screening.batch.canonical import canonical, first_segment, join
from screening.batch.charset import head, labelled, text_of
from screening.batch.frontier import Step
from screening.batch.item import Fault
from screening.batch.markup import Page, facts
from screening.batch.site import DEEPEST, SiteOptions
from screening.batch.site_spider_parts import GuardMiddleware, Parts, PinnedResolver, RefusalError, SendPipeline
from screening.batch.site_wire import Wire
from screening.batch.sitemaps import entries, is_sitemap, named_in_robots
from screening.batch.warc import filename_of, is_page, iso_date
from screening.extract import frames, sniff

_TEXT_LIMIT = 4 * 1024 * 1024  # bytes of a page that are looked through for links
_UNSCREENED = ("video/", "audio/", "font/", "text/css")
_ANSWERS = [304, *range(400, 600)]  # that are told; redirects are followed
_MOST_SITEMAPS = 5_000
_WORDS = {  # what the libraries say, in our words
    "Forbidden by robots.txt": (Fault.REFUSED, "robots.txt 不允许"),
    "max redirections reached": (Fault.TOO_MANY_REDIRECTS, ""),
}


class SiteSpider(scrapy.Spider):
    """Walks a site breadth first. What to ask for is the frontier's to say."""

    name = "xianshen"

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self.options, self.frontier = parts.options, parts.frontier
        self.digests: dict[bytes, str] = {}
        self.pages = self.bytes = self.sitemaps = 0
        self.limit = ""

    async def start(self) -> AsyncIterator[Any]:
        """Start addresses, and the sitemaps of their hosts."""
        for url in self.options.start:
            step = self.frontier.take(url, start=True)
            if step:
                yield self._request(step, start=True)
            elif reason := self.frontier.refusal(url, start=True):
                yield {"location": url, "fault": Fault.REFUSED, "detail": reason}
        if self.options.sitemaps:
            for origin in dict.fromkeys(
                f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in self.options.start
            ):
                yield self._map_request(f"{origin}/robots.txt", self.robots)
                yield self._map_request(f"{origin}/sitemap.xml", self.sitemap)

    def _request(self, step: Step, *, start: bool = False, **meta: Any) -> Request:
        return Request(
            step.url,
            callback=self.parse,
            errback=self.failed,
            meta={"step": step, "start": start, "handle_httpstatus_list": _ANSWERS, **meta},
            dont_filter=True,
            priority=0 if start or not step.attachment else 1,
        )

    def _map_request(self, url: str, callback: Any) -> Request:
        self.sitemaps += 1
        meta = {"dont_obey_robotstxt": True, "depth": 0}
        return Request(url, callback=callback, errback=self.ignored, meta=meta, dont_filter=True, priority=2)

    def ignored(self, failure: Any) -> None:
        """A sitemap that cannot be had is no loss: the links are followed as well."""

    def robots(self, response: Response) -> Iterator[Any]:
        """The sitemaps that robots.txt names."""
        for link in named_in_robots(response.body):
            yield from self._further_map(join(response.url, link))

    def sitemap(self, response: Response) -> Iterator[Any]:
        """Further sitemaps and pages of one sitemap."""
        if not is_sitemap(response.body):
            return
        for link, is_map in entries(response.body):
            url = join(response.url, link)
            if is_map:
                yield from self._further_map(url)
            elif url and (step := self.frontier.take(url)):
                yield self._request(step)

    def _further_map(self, url: str) -> Iterator[Request]:
        if url and self.sitemaps < _MOST_SITEMAPS and self.frontier.first(f"map:{url}"):
            yield self._map_request(url, self.sitemap)

    def parse(self, response: Response) -> Iterator[Any]:
        """One answer: a page, an attachment, or what went wrong."""
        step: Step = response.meta["step"]
        if self.limit:
            return
        location = canonical(self.parts.guard.check(response.url).url)
        if location != step.location and not self.frontier.first(location):
            return  # a redirect to what is read under its own name
        yield from self._answer(response, location, step)
        self._count(response)

    def _answer(self, response: Response, location: str, step: Step) -> Iterator[Any]:
        base = self._base(response, location)
        if response.status == 304:
            yield {**base, "unchanged": True}
        elif response.status != 200:
            yield {**base, "fault": _fault_of(response.status), "detail": f"HTTP {response.status}"}
        elif not response.body:
            yield {**base, "fault": Fault.BROKEN, "detail": "服务器的回答是空的"}
        elif is_sitemap(response.body):
            yield from self.sitemap(response)
        elif is_page(response.body, base["media_type"]):
            yield from self._page(response, base, step)
        elif base["media_type"].startswith(_UNSCREENED):
            yield {**base, "fault": Fault.REFUSED, "detail": "不是文字、图片或文档"}
        else:
            yield self._unless_twin(base, response.body)

    def _base(self, response: Response, location: str) -> dict[str, Any]:
        modified = _header(response, "Last-Modified")
        url = response.url
        return {
            "location": location,
            "filename": filename_of(url, _header(response, "Content-Disposition")) or "index.html",
            "media_type": _header(response, "Content-Type"),
            "parent": response.meta.get("parent", ""),
            "column": response.meta.get("column", "") or first_segment(location),
            "title": response.meta.get("words", ""),
            "modified": iso_date(modified),
            "etag": _header(response, "ETag"),
            "last_modified": modified,
        }

    def _page(self, response: Response, base: dict[str, Any], step: Step) -> Iterator[Any]:
        text, charset = text_of(head(response.body, _TEXT_LIMIT), base["media_type"])
        page = facts(text)
        column = page.column or base["column"] or first_segment(base["location"])
        item = {
            **base,
            "media_type": labelled(base["media_type"] or sniff.HTML, charset),
            "column": column,
            "title": page.title or base["title"],
            "modified": page.published or base["modified"],
        }
        self.frontier.read(base["location"], text)
        twin = self._unless_twin(item, response.body)
        yield twin
        if "duplicate_of" not in twin and self.options.follow:
            yield from self._links(response, page, item, charset, step)

    def _unless_twin(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The item with its bytes, or only where they were read already."""
        digest = hashlib.sha256(body)
        first = self.digests.setdefault(digest.digest(), item["location"])
        if first == item["location"]:
            return {**item, "data": body}
        same = {"duplicate_of": first, "sha256": digest.hexdigest(), "detail": "与另一网址内容相同"}
        return {**item, **same}

    def _links(
        self, response: Response, page: Page, item: dict[str, Any], charset: str, step: Step
    ) -> Iterator[Request]:
        deeper = response.meta.get("depth", 0) < self.options.depth
        base = join(response.url, page.base) if page.base else response.url
        trail = step.trail | {self.frontier.shape_of(item["location"])}
        for link, words in [*page.links, *([(page.canonical, "")] if page.canonical else [])]:
            url = join(base, link, charset or "gb18030")
            if url and not deeper and not self.frontier.is_attachment(url):
                self.frontier.leave(url)
            elif url and (taken := self.frontier.take(url, trail)):
                yield self._request(taken, parent=item["location"], column=item["column"], words=words)

    def _count(self, response: Response) -> None:
        """Raises CloseSpider at the limits of the scan."""
        self.pages += 1
        self.bytes += len(response.body)
        if self.pages >= self.options.pages:
            self.limit = f"达到页数上限 {self.options.pages}，其余未抓取"
        elif self.bytes >= self.options.total_bytes:
            self.limit = "达到总量上限，其余未抓取"
        if self.limit:
            raise CloseSpider("limit")

    def failed(self, failure: Any) -> Iterator[Any]:
        """A request without an answer: an item with a fault."""
        request = failure.request
        step: Step = request.meta["step"]
        fault, detail = _fault_of_error(failure.value)
        if request.url != step.url:
            detail = f"{detail}，跳转之后" if detail else "跳转之后"
        meta = request.meta
        yield {
            "location": step.location,
            "filename": filename_of(step.url),
            "parent": meta.get("parent", ""),
            "column": meta.get("column", "") or first_segment(step.location),
            "title": meta.get("words", ""),
            "fault": fault,
            "detail": detail,
        }

    def closed(self, reason: str) -> None:
        """Say what was left out: traps, and everything behind a limit."""
        start, depth = canonical(self.options.start[0]), self.options.depth
        for location in self.frontier.cut:
            self._tell(f"{location}#cut", Fault.LIMIT, "疑似日历或循环：同一模板的网页过多而内容雷同，其余未抓取")
        if self.frontier.left():
            fault = Fault.ASKED if depth < DEEPEST else Fault.LIMIT
            self._tell(f"{start}#depth", fault, f"离起始网址太远的链接未抓取（层数上限 {depth}）")
        if reason != "finished":
            self._tell(f"{start}#limit", Fault.LIMIT, self.limit or "达到时间上限，其余未抓取")

    def _tell(self, location: str, fault: Fault, detail: str) -> None:
        self.parts.wire.send_now({"location": location, "fault": fault, "detail": detail})


def _header(response: Response, name: str) -> str:
    """A header as text; names in raw GB18030 bytes are understood."""
    raw: bytes = response.headers.get(name) or b""
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _fault_of(status: int) -> Fault:
    if status in (404, 410):
        return Fault.NOT_FOUND
    return Fault.SERVER_ERROR if status >= 500 or status == 429 else Fault.REFUSED


def _fault_of_error(error: BaseException) -> tuple[Fault, str]:
    if isinstance(error, RefusalError):
        return Fault.REFUSED, str(error)
    if isinstance(error, IgnoreRequest):
        return _WORDS.get(str(error), (Fault.TOO_LARGE, "解压后超过大小上限"))
    if isinstance(error, DownloadTimeoutError):
        return Fault.TIMEOUT, ""
    if isinstance(error, DownloadCancelledError):
        return Fault.TOO_LARGE, ""
    if isinstance(error, ResponseDataLossError):
        return Fault.BROKEN, "传输不完整"
    return Fault.SERVER_ERROR, f"连不上服务器（{type(error).__name__}）"


def settings(parts: Parts) -> dict[str, Any]:
    """Scrapy's settings: everything that could reach further than the site is off."""
    options = parts.options
    return {
        "XIANSHEN_PARTS": parts,
        "USER_AGENT": options.agent,
        "ROBOTSTXT_OBEY": not options.own,
        "ROBOTSTXT_USER_AGENT": "xianshen",
        "TWISTED_DNS_RESOLVER": PinnedResolver,
        "DOWNLOADER_MIDDLEWARES": {
            GuardMiddleware: 10,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        },
        "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "data": None, "s3": None},
        "ITEM_PIPELINES": {SendPipeline: 100},
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": options.redirects,
        "RETRY_TIMES": options.retries,
        "DOWNLOAD_TIMEOUT": options.timeout,
        "DOWNLOAD_MAXSIZE": options.file_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_DELAY": options.delay,
        "AUTOTHROTTLE_ENABLED": options.delay > 0,
        "AUTOTHROTTLE_START_DELAY": options.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 2.0,
        "CONCURRENT_REQUESTS": max(16, options.parallel),
        "CONCURRENT_REQUESTS_PER_DOMAIN": options.parallel,
        "CLOSESPIDER_TIMEOUT": options.seconds,
        "DEPTH_PRIORITY": 1,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleFifoDiskQueue",
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
    }


def main() -> None:
    """Options from the standard input, items to the standard output."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints gets among the frames
    source = sys.stdin.buffer
    told = json.loads(frames.receive(source) or b"{}")
    known = told.pop("known", False)
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    options = SiteOptions(**fields)
    wire = Wire(source, sink)
    wire.listen()
    parts = Parts(options, wire, known=known)
    process = CrawlerProcess(settings(parts), install_root_handler=False)
    process.crawl(SiteSpider, parts=parts)
    process.start()
    wire.send_now({"done": True})
    os._exit(0)


if __name__ == "__main__":
    main()
