"""Loader of the register of providers and datasets, fixtures/datasets.csv. Part of `manage.py load_reference`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.models import Model

from adme.reference.loading import Change
from adme.reference.rows import Problems, Row, read_rows

from .models import Dataset, Provider

FILE = "datasets.csv"
_PROVIDER = {"name": "provider_name", "url": "provider_url", "licence": "provider_licence",
             "licence_url": "provider_licence_url"}  # fmt: skip
_DATASET = ("name", "description", "url", "licence")


def load_datasets(directory: Path, apply: bool) -> list[Change]:
    """The register stands beside the folder of reference files. Datasets that only an import opened are left alone."""
    path = directory.parent / FILE
    if not path.exists():
        return []
    problems = Problems()
    rows = read_rows(path, ["code", "provider", *_DATASET, *_PROVIDER.values()], problems)
    for row in rows:
        if not row["code"] or not row["provider"]:
            problems.add(row, "code", "give the code of the dataset and of its provider")
    problems.raise_if_any()
    changes = [_bring(Provider, row["provider"], {name: row[column] for name, column in _PROVIDER.items()})
               for row in _first_of_each_provider(rows)]  # fmt: skip
    providers = {provider.code: provider for provider in Provider.objects.all()}
    for row in rows:
        fields = {**{name: row[name] for name in _DATASET}, "provider": providers[row["provider"]]}
        changes.append(_bring(Dataset, row["code"], fields))
    return changes


def _first_of_each_provider(rows: list[Row]) -> list[Row]:
    return list({row["provider"]: row for row in reversed(rows)}.values())[::-1]


def _bring(model: type[Model], code: str, fields: dict[str, Any]) -> Change:
    """One row to what the file says."""
    table = str(model._meta.verbose_name)
    manager = model._default_manager
    row = manager.filter(code=code).first()
    if row is None:
        manager.create(code=code, **fields)
        return Change(table, code, "new", {}, {name: str(value) for name, value in fields.items()})
    before = {name: getattr(row, name) for name, value in fields.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, fields[name])
    if before:
        row.save()
    after = {name: str(fields[name]) for name in before}
    return Change(table, code, "changed" if before else "unchanged", {n: str(v) for n, v in before.items()}, after)
