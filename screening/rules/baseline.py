"""The baseline file: accepted findings as JSON, bound to the key that made their fingerprints."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from screening.domain.baseline import Acceptance
from screening.domain.errors import BaselineError

_VERSION = 1


def key_mark(key: bytes) -> str:
    """A mark by which a baseline knows its key, and which tells nothing about it."""
    return hmac.new(key, b"xianshen baseline", hashlib.sha256).hexdigest()[:16]


def read_baseline(path: Path, key: bytes) -> tuple[Acceptance, ...]:
    """The acceptances of a file. Raises BaselineError naming the file, the row and the cure."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"{path}: 读不到基线文件（{error.strerror}）") from None
    except ValueError:
        raise BaselineError(f"{path}: 不是有效的 JSON（UTF-8）；用 xianshen baseline 重新生成") from None
    if not isinstance(table, dict) or table.get("version") != _VERSION or not isinstance(table.get("accepted"), list):
        raise BaselineError(f"{path}: 不是第{_VERSION}版基线文件；用 xianshen baseline 重新生成")
    if table.get("key") != key_mark(key):
        raise BaselineError(f"{path}: 指纹密钥不符，基线无法对上；用生成基线时的密钥文件（设置 key_file）")
    return tuple(_acceptance(path, number, row) for number, row in enumerate(table["accepted"], 1))


def _acceptance(path: Path, number: int, row: Any) -> Acceptance:
    try:
        return Acceptance(
            str(row["fingerprint"]),
            str(row["rule_id"]),
            str(row.get("place", "")),
            str(row["reason"]),
            str(row["name"]),
            dt.date.fromisoformat(row["expires"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        cure = "每条要有 fingerprint、rule_id、reason（理由）、name（姓名）、expires（年-月-日）"
        raise BaselineError(f"{path}: 第{number}条不完整；{cure}") from None


def baseline_text(acceptances: Sequence[Acceptance], key: bytes) -> str:
    """The file for these acceptances, one row a fingerprint, ordered by rule and place."""
    rows = {one.fingerprint: one for one in acceptances}.values()
    accepted = [
        {
            "fingerprint": one.fingerprint,
            "rule_id": one.rule_id,
            "place": one.place,
            "reason": one.reason,
            "name": one.name,
            "expires": one.expires.isoformat(),
        }
        for one in sorted(rows, key=lambda one: (one.rule_id, one.place, one.fingerprint))
    ]
    return json.dumps({"version": _VERSION, "key": key_mark(key), "accepted": accepted}, ensure_ascii=False, indent=1)
