"""Content as plain JSON and back, by the types of its dataclasses; its canonical bytes and their SHA-256.

PostgreSQL keeps JSON numbers as decimals: 1e16 comes back as a whole number. Where the type of a field says float it is
made one again; a cell of a table, which may be either, writes a whole float as {"float": "3.0"}.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .content import Cell, Content

PLACES = ("hash", "address", "is_draft")  # of the stamp: not part of what is hashed


def encode(value: Any, kind: Any) -> Any:
    """A value of this type as what JSON holds. Raise ValueError for a number that is none."""
    return _coders(kind)[0](value)


def decode(plain: Any, kind: Any) -> Any:
    return _coders(kind)[1](plain)


def canonical_bytes(content: Content) -> bytes:
    """The same bytes for the same content, whatever the database: JSON, keys sorted, UTF-8, no spaces."""
    plain = encode(content, Content)
    for name in PLACES:
        del plain["stamp"][name]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def hash_of(content: Content) -> str:
    """SHA-256 of the canonical bytes, 64 hexadecimal digits. Independent of where ADME is reached."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def with_hash(content: Content) -> Content:
    return replace(content, stamp=replace(content.stamp, hash=hash_of(content)))


@cache
def _coders(kind: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    if kind == Cell:
        return _encode_cell, _decode_cell
    if is_dataclass(kind):
        return _of_dataclass(kind)  # type: ignore[arg-type]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _of_tuple(inner)
    if origin in (Union, types.UnionType):
        (known,) = (one for one in inner if one is not type(None))
        to, back = _coders(known)
        return (
            lambda value: None if value is None else to(value),
            lambda plain: None if plain is None else back(plain),
        )
    return _SIMPLE[kind]


def _of_dataclass(kind: type) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    hints = get_type_hints(kind)
    coders = {one.name: _coders(hints[one.name]) for one in fields(kind)}  # type: ignore[arg-type]

    def to(value: Any) -> dict[str, Any]:
        return {name: coder[0](getattr(value, name)) for name, coder in coders.items()}

    def back(plain: dict[str, Any]) -> Any:
        return kind(**{name: coder[1](plain[name]) for name, coder in coders.items() if name in plain})

    return to, back


def _of_tuple(inner: tuple[Any, ...]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    if inner[-1] is Ellipsis:
        to, back = _coders(inner[0])
        return lambda value: [to(one) for one in value], lambda plain: tuple(back(one) for one in plain)
    each = [_coders(one) for one in inner]
    return (
        lambda value: [coder[0](one) for coder, one in zip(each, value, strict=True)],
        lambda plain: tuple(coder[1](one) for coder, one in zip(each, plain, strict=True)),
    )


def _float(value: Any) -> float:
    number = float(value) + 0.0  # no negative zero: SQLite and PostgreSQL's JSON do not keep it
    if number - number != 0.0:
        raise ValueError("A figure is not a number (NaN) or infinite; it cannot be kept in an edition.")
    return number


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _encode_cell(value: Cell) -> Any:
    if isinstance(value, float):
        number = _float(value)
        return {"float": repr(number)} if number.is_integer() else number
    return value


def _decode_cell(plain: Any) -> Cell:
    return float(plain["float"]) if isinstance(plain, dict) else plain


def _same(value: Any) -> Any:
    return value


_SIMPLE: dict[Any, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    str: (str, _same),
    int: (int, int),
    bool: (bool, _same),
    float: (_float, float),
    datetime: (_moment, datetime.fromisoformat),
    date: (lambda value: value.isoformat(), date.fromisoformat),
}
