"""Read PDF: text and boxes by pypdfium2, everything that stands on no page by pikepdf.

This package is imported at every start of the program, so its modules load the libraries only when a PDF is read.
"""

from screening.extract import sniff
from screening.extract.base import Reader, Reading


def read(data: bytes, reading: Reading) -> None:
    """Read one PDF into `reading`."""
    from screening.extract.pdf.file import read_file  # noqa: PLC0415 - heavy, only when a PDF is read

    read_file(data, reading)


plugin = Reader(name="pdf", media_types=(sniff.PDF,), suffixes=(".pdf",), read=read)
