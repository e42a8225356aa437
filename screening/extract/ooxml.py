"""Office packages of an unknown kind, such as Visio or XPS: every member is swept for words."""

from screening.extract import sniff
from screening.extract.base import Reader, Reading


def read(data: bytes, reading: Reading) -> None:
    """Read properties and every other member of a package."""
    from screening.extract.office.package import Package  # noqa: PLC0415 - lxml only when needed
    from screening.extract.office.properties import properties  # noqa: PLC0415
    from screening.extract.office.sweep import sweep  # noqa: PLC0415

    package = Package(data, reading)
    properties(package)
    sweep(package)


plugin = Reader(name="ooxml", media_types=(sniff.OOXML,), suffixes=(".vsdx",), read=read)
