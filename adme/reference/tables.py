"""Bringing one table to what its file says: new, changed, returned rows are written, rows that are gone are retired."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from .loading import Change, Kind
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
    wanted: Mapping[Any, Wanted],
    existing: Mapping[Any, models.Model],
    problems: Problems,
    columns: Mapping[str, str] | None = None,
    *,
    retire_missing: bool = True,
) -> list[Change]:
    """Write the differences between `wanted` and `existing`; LoadError and nothing written when a problem stands.

    `columns` names the file's column of a field where the two differ, for the messages. Rows that have a `from_file`
    field are retired only when a file brought them; rows a person added stay.
    """
    changes: list[Change] = []
    new: list[models.Model] = []
    altered: list[models.Model] = []
    for key, item in wanted.items():
        instance = existing.get(key)
        if instance is None:
            created = model(**item.fields)
            _take_over(created)
            _validate(created, item, columns or {}, problems)
            new.append(created)
            changes.append(Change(table, _text(key), "new", {}, _shown(item.fields)))
            continue
        kind, before, after = _alter(instance, item.fields)
        if _take_over(instance) or kind != "unchanged":
            _validate(instance, item, columns or {}, problems)
            altered.append(instance)
        changes.append(Change(table, _text(key), kind, before, after))
    if retire_missing:
        gone = {key: one for key, one in existing.items() if key not in wanted and _is_ours_and_in_use(one)}
        altered += _retired(gone.values())
        changes += [Change(table, _text(key), "retired") for key in gone]
    problems.raise_if_any()
    _write(model, new, altered)
    return changes


def _take_over(instance: models.Model) -> bool:
    """Mark the row as kept by the files; true when it was not."""
    if getattr(instance, "from_file", True):
        return False
    instance.from_file = True  # type: ignore[attr-defined]
    return True


def _is_ours_and_in_use(instance: models.Model) -> bool:
    return getattr(instance, "from_file", True) and instance.retired_at is None  # type: ignore[attr-defined]


def _retired(instances: Iterable[models.Model]) -> list[models.Model]:
    found = list(instances)
    for instance in found:
        instance.retired_at = timezone.now()  # type: ignore[attr-defined]
    return found


def _alter(instance: models.Model, fields: dict[str, Any]) -> tuple[Kind, dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    for name, value in fields.items():
        old = getattr(instance, name)
        if old != value:
            before[name], after[name] = old, value
            setattr(instance, name, value)
    kind: Kind = "changed" if after else "unchanged"
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
