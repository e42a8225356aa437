"""OLE files: legacy Office, encrypted Office, and the objects that Office packs into its own files."""

from screening.extract import sniff
from screening.extract.base import Reader, Reading


def read(data: bytes, reading: Reading) -> None:
    """Read what an OLE file packs; say what stays unread."""
    from screening.extract.office.compound import read_compound  # noqa: PLC0415 - olefile only when needed

    read_compound(data, reading)


plugin = Reader(name="ole", media_types=(sniff.OLE,), suffixes=(), read=read)
