"""The parent's side: warm children that read drafts, watched by the clock, replaced when they die.

A child that hangs, crashes or answers nonsense costs its own draft only, and that becomes an Unread.
"""

import contextlib
import hashlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from screening.domain.document import Unread, UnreadReason
from screening.extract import frames, ocr, sniff
from screening.extract.base import Content, Drawing, ReadOptions
from screening.extract.limits import MIB

_WORKER = ("-m", "screening.extract.worker")
_OUT_OF_MEMORY = 13  # the worker's own exit code for it
_START_SECONDS = 30.0
_BASE_SECONDS = 8.0  # with the rest, small hostile files end within 12
_SECONDS_PER_MIB = 2.0
_SECONDS_PER_PICTURE = 20.0
_PASSES_PER_PICTURE = 3  # a picture may be turned twice
_RECYCLE_AFTER = 100  # documents
_PAGE = 0.02  # of a document: what a page of a site that is read with others counts for
_FITS = 48 * 1024  # bytes that an empty pipe takes at once on Linux, so that no thread has to wait for it
_MEMORY, _MEMORY_WITH_OCR = 2048 * MIB, 4096 * MIB
_LARGEST_PICTURE = 20 * MIB
_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")

Kind = TypeVar("Kind")


class _Failure(Exception):  # noqa: N818 - not an error of the program: the outcome of one read
    """Why a child gave no document."""

    def __init__(self, reason: UnreadReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class ReaderPool:
    """Warm children that read drafts. Use it as a context manager; safe to share between threads."""

    def __init__(
        self,
        size: int = 1,
        options: ReadOptions | None = None,
        command: tuple[str, ...] = _WORKER,
    ) -> None:
        """`command`: arguments of the Python that reads, for tests; the memory limit is added."""
        self.options = options or ReadOptions()
        memory = _MEMORY_WITH_OCR if self.options.ocr and ocr.available() else _MEMORY
        self._command = (*command, str(memory))
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._size = size
        self._protection: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all children that are not at work; call it when nothing is being read."""
        for _ in range(self._size):
            with contextlib.suppress(queue.Empty):
                child = self._idle.get_nowait()
                if child:
                    child.end()
                self._idle.put(None)

    @property
    def protection(self) -> tuple[str, ...]:
        """What the children are locked with, and what is lacking; starts one to find out."""
        if not self._protection:
            child = self._idle.get()
            try:
                child = child or self._start()
            except _Failure as failure:
                return (f"缺：读取进程（{failure.detail}）",)
            finally:
                self._idle.put(child)
        return self._protection

    def _read(self, data: bytes, filename: str, wanted: ReadOptions) -> Content:
        try:
            return self._read_once(data, filename, wanted)
        except _Failure as failure:
            if failure.reason is not UnreadReason.CRASHED:
                return _nothing_read(data, filename, failure)
        try:  # a child may have died of the drafts before this one: once more, in a fresh one
            return self._read_once(data, filename, wanted, fresh=True)
        except _Failure as failure:
            return _nothing_read(data, filename, failure)

    def read_all(self, drafts: Sequence[tuple[bytes, str]], options: ReadOptions) -> list[Content]:
        """Read drafts, bytes and name each, in one child in one go; when that fails, each by itself. Never raises for a
        fault of a file: it becomes an Unread."""
        if len(drafts) > 1:
            with contextlib.suppress(_Failure):
                return self._with_child(lambda child: child.read(drafts, options))
        return [self._read(data, filename, options) for data, filename in drafts]

    def draw(self, data: bytes, page: int) -> Drawing | None:
        """The sizes of a PDF's pages and the picture of one (from 1; 0 for none); None when it cannot be drawn."""
        try:
            return self._with_child(lambda child: child.draw(data, page))
        except _Failure:
            return None

    def _read_once(self, data: bytes, filename: str, options: ReadOptions, *, fresh: bool = False) -> Content:
        return self._with_child(lambda child: child.read([(data, filename)], options), fresh=fresh)[0]

    def _with_child(self, work: Callable[["_Child"], Kind], *, fresh: bool = False) -> Kind:
        """Let a child do something; one that failed is replaced."""
        child = self._idle.get()
        try:
            if child and (fresh or child.worn >= _RECYCLE_AFTER):
                child.end()
                child = None
            child = child or self._start()
            return work(child)
        except BaseException:
            if child:
                child.end()
            child = None
            raise
        finally:
            self._idle.put(child)

    def _start(self) -> "_Child":
        child = _Child(self._command)
        self._protection = child.protection
        return child


class _Child:
    """One worker process and the thread that listens to it."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.worn = 0.0  # documents
        self._parts = frames.Parts()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-X", "utf8", "-W", "ignore", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
        )
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        ready = self._next(time.monotonic() + _START_SECONDS)
        if ready.get("is") != "ready":
            self.end()
            raise _Failure(UnreadReason.CRASHED, "读取进程未就绪")
        self.protection = tuple(str(word) for word in ready.get("protection", ()))

    def read(self, drafts: Sequence[tuple[bytes, str]], options: ReadOptions) -> list[Content]:
        self.worn += (_PAGE if options.repeats else 1) * len(drafts)
        data = drafts[0][0] if len(drafts) == 1 else b"".join(data for data, _ in drafts)
        seconds = _BASE_SECONDS + _SECONDS_PER_MIB * len(data) / MIB
        deadline = time.monotonic() + seconds
        about = [(name, len(one)) for one, name in drafts]
        self._begin(frames.pack_request(about, options, int(seconds) + 1), data)
        signs_of_life = _PASSES_PER_PICTURE * options.limits.ocr_images * len(drafts)
        while (answer := self._next(deadline)).get("is") == "progress" and signs_of_life:
            signs_of_life -= 1
            deadline = max(deadline, time.monotonic() + _SECONDS_PER_PICTURE)
        try:
            return frames.unpack_documents(answer, drafts, options.limits, self._parts)
        except ValueError as error:
            raise _Failure(UnreadReason.CRASHED, "读取进程的回答无效") from error

    def draw(self, data: bytes, page: int) -> Drawing:
        self.worn += 1
        seconds = _BASE_SECONDS + _SECONDS_PER_MIB * len(data) / MIB
        self._begin(frames.pack_drawing(page, int(seconds) + 1), data)
        try:
            return frames.unpack_picture(self._next(time.monotonic() + seconds), _LARGEST_PICTURE)
        except ValueError as error:
            raise _Failure(UnreadReason.CRASHED, "读取进程的回答无效") from error

    def end(self) -> None:
        """Kill it with all that it may have started."""
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if stream and stream is not self._process.stdout:
                    stream.close()

    def _begin(self, header: bytes, data: bytes) -> None:
        """Ask, without ever waiting for a child that does not listen."""
        if sys.platform == "linux" and len(header) + len(data) < _FITS:
            self._ask(header, data)
        else:
            threading.Thread(target=self._ask, args=(header, data), daemon=True).start()

    def _ask(self, header: bytes, data: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # it died: the listener says so
            if self._process.stdin:
                frames.send(self._process.stdin, header)
                frames.send(self._process.stdin, data)

    def _listen(self) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        with contextlib.suppress(OSError, ValueError), stream:
            while (answer := frames.receive(stream)) is not None:
                self._answers.put(answer)
        self._answers.put(None)

    def _next(self, deadline: float) -> dict[str, Any]:
        try:
            answer = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise _Failure(UnreadReason.TIMEOUT, "超过时限，已中止") from None
        if answer is None:
            raise self._death()
        try:
            message = json.loads(answer)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise _Failure(UnreadReason.CRASHED, "读取进程的回答无效")
        return message

    def _death(self) -> _Failure:
        """Why it is gone: out of memory and out of processor time are answers, anything else is a crash."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        code = self._process.returncode
        if code == _OUT_OF_MEMORY:
            return _Failure(UnreadReason.OVER_LIMIT, "内存超出上限")
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            return _Failure(UnreadReason.TIMEOUT, "处理器时间超出上限")
        return _Failure(UnreadReason.CRASHED, f"退出码 {code}")


def environment() -> dict[str, str]:
    """Little of our own environment: a reader has no use for secrets. One thread for each library."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    roots = [str(Path(__file__).parents[2]), *filter(None, [kept.get("PYTHONPATH")])]
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return {**kept, **threads, "PYTHONPATH": os.pathsep.join(roots), "PYTHONDONTWRITEBYTECODE": "1"}


def _nothing_read(data: bytes, filename: str, failure: _Failure) -> Content:
    unread = (Unread("", failure.reason, failure.detail),)
    return Content(hashlib.sha256(data).hexdigest(), sniff.sniff(data, filename), filename, unread=unread)
