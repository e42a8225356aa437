"""The author's file with comments, made in a locked process of its own: libraries parse what a stranger has written.

`python -m screening.annotate MEMORY` is that process: it gets the file and the result through a pipe, hands back the
annotated file, and has no file, no network and no other program. One process, one file.
"""

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass

from screening.domain.document import UnreadReason
from screening.domain.errors import ExtractionError
from screening.extract import frames, sandbox
from screening.extract.isolate import environment
from screening.extract.limits import MIB
from screening.extract.sniff import DOCX, PDF
from screening.report.base import Result
from screening.store.codec import of_json, to_json

SUFFIXES = {DOCX: ".docx", PDF: ".pdf"}
_WORKER = ("-m", "screening.annotate")
_MEMORY = 2048 * MIB
_LARGEST = 512 * MIB  # bytes of an answer
_SECONDS, _SECONDS_PER_MIB = 30.0, 2.0
_OUT_OF_MEMORY = 13
_FAILED = "生成批注稿超出时间或内存上限，或程序中止：请拆分文件，或用原程序另存后再试"


@dataclass(frozen=True, slots=True)
class Annotated:
    """The file with comments. exact: how many stand at the flagged passages themselves."""

    content: bytes
    exact: int


def annotate(
    data: bytes, result: Result, *, show: bool = False, seconds: float = 0, command: tuple[str, ...] = _WORKER
) -> Annotated:
    """The file with comments, by its media type, which must be one of SUFFIXES. Values are masked unless `show`.

    seconds: how long it may take, by size if 0; command: the process, for tests. Raises ExtractionError with the cure.
    """
    if result.document.media_type not in SUFFIXES:
        raise ExtractionError(UnreadReason.UNKNOWN_TYPE, "只有 Word（.docx、.docm）和 PDF 稿件可以生成批注稿")
    seconds = seconds or _SECONDS + _SECONDS_PER_MIB * len(data) / MIB
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-X", "utf8", "-W", "ignore", *command, str(_MEMORY)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    alarm = threading.Timer(seconds, process.kill)
    alarm.start()
    asked = threading.Thread(target=_ask, args=(process, data, result, show, int(seconds)), daemon=True)
    asked.start()
    try:
        return _answer(process)
    finally:
        alarm.cancel()
        process.kill()
        process.wait()
        asked.join()


def _ask(process: "subprocess.Popen[bytes]", data: bytes, result: Result, show: bool, seconds: int) -> None:
    with suppress(OSError, ValueError):  # it died: whoever waits for the answer says so
        if process.stdin:
            with process.stdin as pipe:
                frames.send(pipe, frames.pack({"show": show, "seconds": seconds}))
                frames.send(pipe, to_json(result).encode("utf-8", "surrogatepass"))
                frames.send(pipe, data)


def _answer(process: "subprocess.Popen[bytes]") -> Annotated:
    """What the process said; nothing in it is trusted but the bytes of the file. Raises ExtractionError."""
    head = content = None
    if process.stdout:
        with suppress(OSError, ValueError), process.stdout as pipe:
            head = frames.receive(pipe, MIB)
            content = frames.receive(pipe, _LARGEST)
    if head is None or content is None:
        raise ExtractionError(UnreadReason.CRASHED, _FAILED)
    try:
        said = json.loads(head)
        if "cure" in said:
            raise ExtractionError(UnreadReason(said["reason"]), str(said["cure"])[:200])
        return Annotated(content, int(said["exact"]))
    except (ValueError, TypeError, KeyError) as error:
        raise ExtractionError(UnreadReason.CRASHED, _FAILED) from error


def annotate_here(data: bytes, result: Result, *, show: bool) -> Annotated:
    """The same in this process, for the locked one. Raises ExtractionError."""
    if result.document.media_type == PDF:
        from screening.report import pdf_notes  # noqa: PLC0415 - each process needs one of the two

        return Annotated(*pdf_notes.annotate(data, result, show))
    from screening.report import word_notes  # noqa: PLC0415

    return Annotated(*word_notes.annotate(data, result, show))


def main() -> None:
    """Lock, take one file, hand it back with comments."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _silence()
    sandbox.lock(int(sys.argv[1]))
    head, packed, data = (frames.receive(requests) for _ in range(3))
    if head is None or packed is None or data is None:
        return
    asked = json.loads(head)
    sandbox.allow_cpu(asked["seconds"])
    said: dict[str, object]
    try:
        made = annotate_here(data, of_json(Result, packed.decode("utf-8", "surrogatepass")), show=asked["show"])
        said, content = {"exact": made.exact}, made.content
    except ExtractionError as error:
        said, content = {"reason": error.reason, "cure": error.detail}, b""
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    frames.send(answers, frames.pack(said))
    frames.send(answers, content)


def _silence() -> None:
    """Whatever a library prints could hold text of a draft: it goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


if __name__ == "__main__":
    main()
