"""How much of a file is read before giving up. Sources: measured budgets, see docs/formats.md."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one draft, with everything inside it."""

    file_bytes: int = 200 * MIB
    members: int = 5_000  # of one archive
    member_bytes: int = 64 * MIB
    total_bytes: int = 256 * MIB  # inflated, over all archives inside the draft
    ratio: int = 200  # inflated : packed, for members over 1 MiB
    depth: int = 3  # files inside files
    pages: int = 2_000
    pixels: int = 50_000_000  # of one picture or rendered page
    ocr_images: int = 200  # pictures and pages recognised in one draft
    blocks: int = 400_000
    chars: int = 30_000_000
