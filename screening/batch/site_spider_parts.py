"""What the crawler puts into Scrapy: the guard before every request and connection, and the way out for items."""

import asyncio
import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

from screening.batch.frontier import Frontier, Step
from screening.batch.guard import Guard, RefusedError, host_of
from screening.batch.site import SiteOptions
from screening.batch.site_wire import Wire


class RefusalError(IgnoreRequest):
    """Ours: an address that the guard or the patterns do not allow."""


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to cancel: it is answered at once."""


@implementer(IHostnameResolver)
class PinnedResolver:
    """The reactor's only way from a name to an address: the guard's table. What it does not hold gets no connection."""

    def __init__(self, guard: Guard, reactor: Any) -> None:
        self._guard, self._reactor = guard, reactor

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "PinnedResolver":
        """As Scrapy makes its parts."""
        return cls(crawler.settings["XIANSHEN_PARTS"].guard, reactor)

    def install_on_reactor(self) -> None:
        """Take the place of the system's resolver, for names and for literal addresses."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[Any] | None = None,  # noqa: ARG002, N803
        transportSemantics: Any = "TCP",  # noqa: N803
    ) -> Any:
        """Hand out the pinned addresses."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        with contextlib.suppress(RefusedError):
            for address in self._guard.addresses(host_of(hostName)):
                kind = IPv6Address if ":" in address else IPv4Address
                resolutionReceiver.addressResolved(kind(transportSemantics, address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution


class Parts:
    """What spider, middleware and resolver share."""

    def __init__(self, options: SiteOptions, wire: Wire, *, known: bool) -> None:
        self.options, self.wire, self.known = options, wire, known
        self.guard = Guard([*options.start, *options.hosts], allow_private=options.allow_private)
        self.frontier = Frontier(options, self.guard)
        self.names = ThreadPoolExecutor(4)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Parts":
        """Settings are copied by Scrapy; there is one of these."""
        return self


class GuardMiddleware:
    """Judges every request just before it is made, each hop of a redirect included; adds the ledger's validators."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @classmethod
    def from_crawler(cls, crawler: Any) -> "GuardMiddleware":
        """As Scrapy makes its parts."""
        return cls(crawler.settings["XIANSHEN_PARTS"])

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest with the reason."""
        parts = self._parts
        step: Step | None = request.meta.get("step")
        always = step is None or bool(request.meta.get("start"))
        if reason := parts.frontier.refusal(request.url, start=always):
            raise RefusalError(reason)
        try:
            host = parts.guard.check(request.url).host
            await asyncio.get_running_loop().run_in_executor(parts.names, parts.guard.addresses, host)
        except RefusedError as error:
            raise RefusalError(str(error)) from None
        if parts.known and step and step.attachment and "asked" not in request.meta:
            request.meta["asked"] = True
            known = await parts.wire.ask(step.location)
            for header, field in (("If-None-Match", "etag"), ("If-Modified-Since", "last_modified")):
                if known.get(field):
                    request.headers[header] = known[field]


class SendPipeline:
    """Items leave by the wire; until the parent takes them, Scrapy asks for no more pages."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @classmethod
    def from_crawler(cls, crawler: Any) -> "SendPipeline":
        """As Scrapy makes its parts."""
        return cls(crawler.settings["XIANSHEN_PARTS"].wire)

    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Send one."""
        data = item.pop("data", b"")
        await self._wire.send(item, data)
        return item
