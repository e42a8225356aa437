"""Trained weights on disk: plain files with a manifest of their digests; nothing is unpickled, nothing else is used.

models/manifest.json names, for each kind of model, its folder and the SHA-256 of every file in it.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from screening.domain.errors import ModelError


@cache
def weights(models: Path, kind: str) -> Mapping[str, bytes]:
    """The files of one model, by name. Raises ModelError for a file that is missing or not the one in the manifest."""
    entry = _manifest(models).get(kind)
    if entry is None:
        raise ModelError(
            f"{models / 'manifest.json'}: 没有名为 {kind} 的模型；重新安装，或用 xianshen model train 训练"
        )
    found = {}
    for name, digest in entry["files"].items():
        path = models / entry["folder"] / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: 读不到模型文件（{error.strerror}）；重新安装") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise ModelError(f"{path}: 模型文件与清单 manifest.json 的摘要不符，已拒绝使用；重新安装或重新训练")
        found[name] = content
    return found


def models_version(models: Path) -> str:
    """Digest of the manifest, and so of every model named in it; empty where there is none."""
    path = models / "manifest.json"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def keep(models: Path, kind: str, folder: str, files: Mapping[str, bytes]) -> None:
    """Write the files of a model and enter them in the manifest."""
    (models / folder).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (models / folder / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {**_manifest(models), kind: {"folder": folder, "files": digests}}
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    (models / "manifest.json").write_text(text, encoding="utf-8")


def _manifest(models: Path) -> dict[str, dict[str, Any]]:
    path = models / "manifest.json"
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise ModelError(f"{path}: 模型清单读不了；重新安装") from None
    return found
