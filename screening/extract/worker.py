"""The child that reads drafts: `python -m screening.extract.worker MEMORY`. Frames in, frames out, locked.

It sees the drafts of one request at a time, has no file, no network and no other program, and says nothing but its
answer. Of pages that are read for a scan it remembers the parts they share.
"""

import os
import sys
from collections.abc import Iterator

from screening.extract import frames, ocr, sandbox, sniff
from screening.extract.base import Reading, ReadOptions
from screening.extract.dispatch import readers, reading_here
from screening.extract.pdf.draw import draw
from screening.extract.repeats import Repeats

OUT_OF_MEMORY = 13  # exit code
_SECONDS_PER_PICTURE = 60  # of processor time, two threads
_REPEATS = Repeats()
_TOLD: set[int] = set()  # the numbers of the parts that the parent knows


def main() -> None:
    """Lock, report what holds, then answer requests until the parent hangs up."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _silence()
    memory = int(sys.argv[1])
    readers()
    holds = sandbox.lock(memory)
    frames.send(answers, frames.pack({"is": "ready", "protection": holds}))

    def more_time() -> None:
        sandbox.allow_cpu(_SECONDS_PER_PICTURE)
        frames.send(answers, frames.pack({"is": "progress"}))

    ocr.progress.tell = more_time
    while (header := frames.receive(requests)) is not None:
        data = frames.receive(requests)
        if data is None:
            return
        try:
            answer = _answer(header, data)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        frames.send(answers, answer)
        del header, data, answer


def _answer(header: bytes, data: bytes) -> bytes:
    """What was asked for: drafts read, or a page drawn."""
    drawing = frames.unpack_drawing(header)
    if drawing:
        page, seconds = drawing
        sandbox.allow_cpu(seconds)
        return frames.pack_picture(draw(data, page))
    drafts, options, seconds = frames.unpack_request(header)
    sandbox.allow_cpu(seconds)
    return frames.pack_readings(_readings(data, drafts, options), _TOLD)


def _readings(data: bytes, drafts: list[tuple[str, int]], options: ReadOptions) -> Iterator[tuple[Reading, str]]:
    """Draft by draft, with its media type."""
    at = 0
    for name, size in drafts:
        one = data[at : at + size] if len(drafts) > 1 else data
        at += size
        yield reading_here(one, name, options, _REPEATS if options.repeats else None), sniff.sniff(one, name)


def _silence() -> None:
    """Whatever a library prints could hold text of a draft: it goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


if __name__ == "__main__":
    main()
