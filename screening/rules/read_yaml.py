"""Read a lexicon file against its shape. Every fault names file, rule or row, field and cure."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from screening.domain.errors import RuleError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Shape = TypeVar("Shape", bound="BaseModel")

_CURES = {
    "missing": "补上这一项",
    "extra_forbidden": "没有这一项，检查拼写或删去",
    "too_short": "至少要有一条",
    "string_too_short": "不能为空",
    "enum": "改为列出的值之一",
    "literal_error": "改为列出的值之一",
    "string_pattern_mismatch": "编号形如 MARK-001，名称用小写字母、数字和下划线",
}


def read_yaml(path: Path, shape: type[Shape]) -> Shape:
    """The file as a checked table. Raises RuleError."""
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import, needed only for new files

    try:
        table = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except OSError as error:
        raise RuleError(f"{path}: 读不到规则文件（{error.strerror}）") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else "文件"
        raise RuleError(f"{path}: {where}不是有效的 YAML；检查缩进、引号和冒号") from None
    try:
        return shape.model_validate(table or {})
    except ValidationError as error:
        raise RuleError(_explained(path, table, error)) from None


def _explained(path: Path, table: Any, error: "ValidationError") -> str:
    lines = []
    for fault in error.errors(include_url=False)[:10]:
        where = ".".join(str(step) for step in fault["loc"])
        cure = _CURES.get(fault["type"], "按 lexicons/README.md 的格式改正")
        lines.append(f"{path}: {_row_name(table, fault['loc'])}字段 {where}：{fault['msg']}；{cure}")
    return "\n".join(lines)


def _row_name(table: Any, location: tuple[int | str, ...]) -> str:
    """The id of the rule or row that a fault lies in."""
    try:
        row = table[location[0]][location[1]]
        return f"规则 {row['id']} "
    except (KeyError, IndexError, TypeError):
        return ""
