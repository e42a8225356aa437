"""Excel files: .xlsx, .xlsm, .xltx."""

from screening.extract import sniff
from screening.extract.base import Reader, Reading


def read(data: bytes, reading: Reading) -> None:
    """Read every place of an Excel package."""
    from screening.extract.office.workbook import read_workbook  # noqa: PLC0415 - lxml only when needed

    read_workbook(data, reading)


plugin = Reader(name="sheet", media_types=(sniff.XLSX,), suffixes=(".xlsx", ".xlsm", ".xltx"), read=read)
