"""Frozen dataclasses to plain JSON values and back, by their type hints. For what the store keeps, and nothing else.

Mappings with text keys, tuples, frozensets, enums, numbers, text, None and dataclasses of these. Never pickle.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


def to_json(value: object) -> str:
    """A value as JSON. A frozenset is written sorted, so that equal values give equal text."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def of_json(kind: type[Kind], text: str | bytes) -> Kind:
    """The value of this type that was written. Raises TypeError or KeyError for what is not of it."""
    result: Kind = _rebuilt(kind, json.loads(text))
    return result


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.init}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted((_plain(one) for one in value), key=repr)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    names = {one.name for one in fields(kind) if one.init}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}


def _rebuilt(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _rebuilt(next(one for one in inner if one is not type(None)), value)
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return tuple(_rebuilt(inner[0], one) for one in value)
        return tuple(_rebuilt(part, one) for part, one in zip(inner, value, strict=True))
    if origin is frozenset:
        return frozenset(_rebuilt(inner[0], one) for one in value)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _rebuilt(inner[1], one) for key, one in value.items()}
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _rebuilt(hints[name], one) for name, one in value.items()})  # type: ignore[operator]
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
