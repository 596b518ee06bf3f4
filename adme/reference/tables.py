"""Bringing one table to what its file says: new, changed, returned rows are written, rows that are gone are retired."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from .loading import Change
from .rows import Problems, Row

Key = Hashable


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row of the file asks for. `fields` includes those of the key."""

    key: Key
    fields: dict[str, Any]
    row: Row


def unique(wanted: Iterable[Wanted], column: str, problems: Problems) -> dict[Key, Wanted]:
    """By key; a second row with the same key is a problem, not a silent winner."""
    found: dict[Key, Wanted] = {}
    for item in wanted:
        first = found.setdefault(item.key, item)
        if first is not item:
            problems.add(item.row, column, f"line {first.row.line} has the same key; keep one of the two")
    return found


def check(
    model: type[models.Model],
    wanted: Mapping[Key, Wanted],
    problems: Problems,
    columns: Mapping[str, str] | None = None,
) -> None:
    """Collect what the model's own rules say against the rows, for a table that is written in several steps."""
    for item in wanted.values():
        _validate(model(**item.fields), item, columns or {}, problems)


def sync(
    table: str,
    model: type[models.Model],
    wanted: Mapping[Key, Wanted],
    existing: Mapping[Key, models.Model],
    problems: Problems,
    columns: Mapping[str, str] | None = None,
    *,
    retire_missing: bool = True,
) -> list[Change]:
    """Write the differences between `wanted` and `existing`; LoadError and nothing written when a problem stands.

    `columns` names the file's column of a field where the two differ, for the messages.
    Rows that have a `from_file` field are retired only when a file brought them; rows a person added stay.
    """
    kept_by_person = any(f.name == "from_file" for f in model._meta.get_fields())
    changes: list[Change] = []
    new: list[models.Model] = []
    altered: list[models.Model] = []
    for key, item in wanted.items():
        instance = existing.get(key)
        fresh = instance is None
        if instance is None:
            instance = model(**item.fields)
        kind, before, after = ("new", {}, _shown(item.fields)) if fresh else _alter(instance, item.fields)
        touched = kind != "unchanged"
        if kept_by_person and not instance.from_file:  # type: ignore[attr-defined]
            instance.from_file = touched = True  # type: ignore[attr-defined]
        if touched:
            _validate(instance, item, columns or {}, problems)
            (new if fresh else altered).append(instance)
        changes.append(Change(table, _text(key), kind, before, after))
    if retire_missing:
        for key, instance in existing.items():
            if key in wanted or instance.retired_at is not None:  # type: ignore[attr-defined]
                continue
            if kept_by_person and not instance.from_file:  # type: ignore[attr-defined]
                continue
            instance.retired_at = timezone.now()  # type: ignore[attr-defined]
            altered.append(instance)
            changes.append(Change(table, _text(key), "retired"))
    problems.raise_if_any()
    _write(model, new, altered)
    return changes


def _alter(instance: models.Model, fields: dict[str, Any]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    for name, value in fields.items():
        old = getattr(instance, name)
        if old != value:
            before[name], after[name] = old, value
            setattr(instance, name, value)
    kind = "changed" if after else "unchanged"
    if instance.retired_at is not None:  # type: ignore[attr-defined]
        instance.retired_at = None  # type: ignore[attr-defined]
        kind = "returned"
    return kind, _shown(before), _shown(after)


def _validate(instance: models.Model, item: Wanted, columns: Mapping[str, str], problems: Problems) -> None:
    relations = {f.name for f in instance._meta.concrete_fields if f.is_relation}
    try:
        instance.clean_fields(exclude=relations)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            problems.add(item.row, columns.get(name, name), " ".join(messages))


def _write(model: type[models.Model], new: list[models.Model], altered: list[models.Model]) -> None:
    manager = model._default_manager
    manager.bulk_create(new, batch_size=200)
    if altered:
        names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        manager.bulk_update(altered, names, batch_size=50)


def _shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, bool | int | None) else str(value) for name, value in fields.items()}


def _text(key: Key) -> str:
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
