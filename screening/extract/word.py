"""Word files: .docx, .docm, .dotx."""

from screening.extract import sniff
from screening.extract.base import Reader, Reading


def read(data: bytes, reading: Reading) -> None:
    """Read every place of a Word package."""
    from screening.extract.office.word_document import read_word  # noqa: PLC0415 - lxml only when needed

    read_word(data, reading)


plugin = Reader(name="word", media_types=(sniff.DOCX,), suffixes=(".docx", ".docm", ".dotx"), read=read)
