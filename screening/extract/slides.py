"""PowerPoint files: .pptx, .pptm, .potx, .ppsx."""

from screening.extract import sniff
from screening.extract.base import Reader, Reading


def read(data: bytes, reading: Reading) -> None:
    """Read every place of a PowerPoint package."""
    from screening.extract.office.slide_show import read_slides  # noqa: PLC0415 - lxml only when needed

    read_slides(data, reading)


plugin = Reader(name="slides", media_types=(sniff.PPTX,), suffixes=(".pptx", ".pptm", ".potx", ".ppsx"), read=read)
