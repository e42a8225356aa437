"""Screener: all that a check needs, and no database. Settings to engine, policy and readers."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from screening.detect.engine import Engine
from screening.domain.document import BlockKind, Document, Provenance, Unread, UnreadReason
from screening.domain.errors import SettingsError
from screening.domain.rule import Ruleset
from screening.domain.run import Run
from screening.extract.base import Content, ReadOptions
from screening.extract.isolate import ReaderPool
from screening.extract.read import read, read_all, read_file
from screening.extract.sniff import UNKNOWN
from screening.pipeline import screen_all
from screening.report.base import Result
from screening.rules.load import LexiconFiles, load
from screening.rules.policy import Policy
from screening.secret_file import SECRET_BYTES, make_secret
from screening.settings import Settings
from screening.weights import models_version

_BASIS = re.compile(
    r"https?://[^\s/]+\.[^\s]+|[〔（(\[【]\s*\d{4}\s*[〕）)\]】].{0,12}号|第?\s*[\dA-Za-z〇一二三四五六七八九十-]+\s*号"
)


class Screener:
    """Checks drafts. Thread-safe; holds a reading process that close() ends (or leaving a `with` block).

    >>> run = Screener().check("稿件.docx", channel="website")
    >>> run.decision.disposition, run.findings, run.coverage
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings.load()

    @cached_property
    def _data(self) -> tuple[Ruleset, Policy]:
        local = self.settings.local_lexicons
        if local is not None and not local.is_dir():
            raise SettingsError(f"{local}: 本单位规则目录不存在；检查设置 local_lexicons（XIANSHEN_LOCAL_LEXICONS）")
        files = LexiconFiles(self.settings.lexicons, local)
        return load(files, self.settings.cache)

    @property
    def ruleset(self) -> Ruleset:
        """The rules in force. Raises RuleError."""
        return self._data[0]

    @property
    def policy(self) -> Policy:
        """The policy in force. Raises RuleError."""
        return self._data[1]

    @cached_property
    def key(self) -> bytes:
        """The key of the fingerprints, made at first use. Raises SettingsError when it cannot be read."""
        return load_key(self.settings.key_file)

    @cached_property
    def engine(self) -> Engine:
        """The compiled rules. Raises RuleError."""
        return Engine(self.ruleset, self.key, self.settings.models, self.settings.cache)

    @cached_property
    def model_version(self) -> str:
        """Digest of the models in force."""
        return models_version(self.settings.models)

    @cached_property
    def pool(self) -> ReaderPool:
        """The reading processes; started with the first document."""
        return ReaderPool(self.settings.workers)

    def read(self, source: str | Path | bytes, filename: str = "") -> Document:
        """What a draft holds, block by block. Faults of the file become Unread.

        source: a path, or the bytes of a draft; `filename` is the name it is shown by, that of the path if none.
        """
        options = ReadOptions(ocr=self.settings.ocr)
        if isinstance(source, bytes):
            return read(source, filename, options, self.pool)
        path = Path(source)
        try:
            document = read_file(path, options, self.pool)
            return replace(document, filename=filename) if filename else document
        except OSError as error:
            missing = Unread("", UnreadReason.MISSING, error.strerror or type(error).__name__)
            return Document(hashlib.sha256(b"").hexdigest(), UNKNOWN, path.name, (), (missing,))

    def read_all(self, drafts: Sequence[tuple[bytes, str]], *, repeats: bool = False) -> list[Content]:
        """What each of several drafts holds; bytes and the name that each is shown by. repeats: many pages of one site
        follow each other (ReadOptions)."""
        return read_all(drafts, ReadOptions(ocr=self.settings.ocr, repeats=repeats), self.pool)

    def examine(
        self,
        source: str | Path | bytes,
        channel: str | None = None,
        *,
        filename: str = "",
        accepted: Collection[str] = (),
        release_basis: str = "",
    ) -> Result:
        """Run and document together, for reports. Raises SettingsError for an unknown channel."""
        return self.judge(self.read(source, filename), channel, accepted=accepted, release_basis=release_basis)

    def check(
        self, source: str | Path | bytes, channel: str | None = None, *, filename: str = "", release_basis: str = ""
    ) -> Run:
        """The run of a draft for a channel.

        release_basis: address or document number of the authoritative release of what the draft tells.
        """
        return self.examine(source, channel, filename=filename, release_basis=release_basis).run

    def check_text(self, text: str, channel: str | None = None, *, release_basis: str = "") -> Run:
        """The run of a plain text; offsets are code points of this text."""
        return self.judge(document_of_text(text), channel, release_basis=release_basis).run

    def judge(
        self,
        document: Document,
        channel: str | None = None,
        *,
        accepted: Collection[str] = (),
        release_basis: str = "",
    ) -> Result:
        """Screen a document that has been read."""
        return self.judge_all([document], channel, accepted=accepted, release_basis=release_basis)[0]

    def judge_all(
        self,
        documents: Sequence[Document],
        channel: str | None = None,
        *,
        accepted: Collection[str] = (),
        release_basis: str = "",
    ) -> list[Result]:
        """Screen documents that have been read, each by itself; many small ones in less time."""
        runs = screen_all(
            documents,
            self.engine,
            self.policy,
            self.policy.channel(channel or self.settings.channel).id,
            accepted=accepted,
            model_version=self.model_version,
            release_basis=checked_basis(release_basis),
        )
        return [Result(run, document) for run, document in zip(runs, documents, strict=True)]

    def close(self) -> None:
        """End the reading processes."""
        if "pool" in self.__dict__:
            self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def checked_basis(words: str) -> str:
    """A declared release basis in one line. Raises SettingsError for words that no release could be looked up by."""
    basis = " ".join(words.split())
    if basis and not _BASIS.search(basis):
        raise SettingsError(
            f"发布依据“{basis}”查不到出处：写权威发布的网址（https://…）或文号、公告号（如 云政发〔2031〕6号）"
        )
    return basis


def document_of_text(text: str, filename: str = "") -> Document:
    """A text as one block, so that Document.text is exactly this text."""
    return Document.of_pieces(
        [(BlockKind.PARAGRAPH, text, Provenance())],
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        media_type="text/plain",
        filename=filename,
    )


def load_key(path: Path) -> bytes:
    """The key in this file; a new random one is written there when the file is missing.

    Raises SettingsError naming the file and the cure.
    """
    try:
        return _existing_key(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise SettingsError(f"{path}: 读不到指纹密钥（{error.strerror}）；检查权限或设置 key_file") from None
    try:
        make_secret(path)
    except OSError as error:
        cure = "用环境变量 XIANSHEN_KEY_FILE 指定可写位置"
        raise SettingsError(f"{path}: 写不了指纹密钥（{error.strerror}）；{cure}") from None
    return _existing_key(path)


def _existing_key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) < SECRET_BYTES:
        raise SettingsError(f"{path}: 指纹密钥太短；删去此文件，下次运行会生成新的")
    return key
