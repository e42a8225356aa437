"""A list of addresses in a text file: fetched by the same crawler as a site, but no link is followed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from screening.batch.guard import RefusedError, target_of
from screening.batch.item import Fault, Item
from screening.batch.names import shown
from screening.batch.site import Known, Site, SiteOptions
from screening.domain.errors import ExtractionError
from screening.extract.plain import decode


@dataclass(frozen=True, slots=True)
class UrlList:
    """Addresses, one a line; empty lines and lines with `#` are left out. options: as for a site, but for `start`."""

    path: Path
    options: SiteOptions = field(default_factory=lambda: SiteOptions(()))
    known: Known | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return shown(self.path.name)

    def items(self) -> Iterator[Item]:
        """What every address gives; an address that is none is an item with a fault."""
        good: list[str] = []
        for line in self._lines():
            try:
                good.append(target_of(line).url)
            except RefusedError as error:
                yield Item(shown(line)[:2000], "", b"", fault=Fault.REFUSED, detail=str(error))
        if good:
            options = replace(self.options, start=tuple(dict.fromkeys(good)), follow=False, sitemaps=False)
            yield from Site(options, self.known).items()

    def _lines(self) -> Iterator[str]:
        try:
            words = decode(self.path.read_bytes())
        except ExtractionError:
            words = self.path.read_bytes().decode("utf-8", "backslashreplace")
        for line in words.splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                yield line.strip()
