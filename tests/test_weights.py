"""Weights: used only when they are the ones of the manifest."""

from pathlib import Path

import pytest

from screening.domain.errors import ModelError
from screening.settings import shipped
from screening.weights import keep, models_version, weights


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """By kind and by name."""
    keep(tmp_path, "one", "one-1", {"a.bin": b"12", "b.json": b"{}"})
    keep(tmp_path, "two", "two-1", {"c.bin": b"3"})
    assert weights(tmp_path, "one") == {"a.bin": b"12", "b.json": b"{}"}
    assert weights(tmp_path, "two") == {"c.bin": b"3"}


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    """One byte is enough; the message names the file and the cure."""
    keep(tmp_path, "one", "one-1", {"a.bin": b"12"})
    (tmp_path / "one-1" / "a.bin").write_bytes(b"13")
    with pytest.raises(ModelError, match=r"a\.bin.*摘要不符.*重新安装"):
        weights(tmp_path, "one")


def test_a_missing_file_or_model_is_told(tmp_path: Path) -> None:
    """With the cure."""
    with pytest.raises(ModelError, match="没有名为 one 的模型"):
        weights(tmp_path, "one")
    keep(tmp_path, "two", "two-1", {"a.bin": b"12"})
    (tmp_path / "two-1" / "a.bin").unlink()
    with pytest.raises(ModelError, match=r"a\.bin.*读不到"):
        weights(tmp_path, "two")


def test_the_version_changes_with_any_model(tmp_path: Path) -> None:
    """So that equal runs name equal models."""
    assert models_version(tmp_path) == ""
    keep(tmp_path, "one", "one-1", {"a.bin": b"12"})
    first = models_version(tmp_path)
    keep(tmp_path, "one", "one-1", {"a.bin": b"13"})
    assert models_version(tmp_path) not in ("", first)


def test_the_shipped_models_are_whole() -> None:
    """Every file of the manifest is there and right, and none of them is a pickle."""
    for kind in ("names", "passages"):
        for name, content in weights(shipped("models"), kind).items():
            assert content
            assert not name.endswith((".pkl", ".joblib"))
