"""Loader of recipes from fixtures/rfmd/recipes.json, run by `load_reference`.

An adopted recipe is never edited: one that differs from what the file said last becomes a new version. A version that
a person adopted is not undone by loading the same file again. Leaves whose recipe changed are computed anew by a job.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from adme.reference.loading import Change, LoadError, LoadProblem

from .models import KpiLeaf, Recipe
from .recipes import DEFINITION, faults_of_many

FROM_FILE = "load_reference"


@dataclass(slots=True)
class _Known:
    """What is stored for a leaf."""

    leaf: KpiLeaf
    version: int = 0
    adopted: Recipe | None = None
    from_file: Recipe | None = None

    def holds(self, definition: dict[str, Any]) -> bool:
        last = self.from_file
        return (
            last is not None
            and self.adopted is not None
            and all(getattr(last, name) == wanted for name, wanted in definition.items())
        )


def load_recipes(directory: Path, apply: bool) -> list[Change]:
    path = directory.parent / "rfmd" / "recipes.json"
    if not path.exists():
        return []  # another folder of reference files need not bring recipes
    known = _known()
    wanted = {entry["leaf"]: {name: entry[name] for name in DEFINITION} for entry in _checked(path, set(known))}
    changes = [_bring(known[code], definition) for code, definition in wanted.items()]
    changes += [
        _withdraw(leaf)
        for code, leaf in known.items()
        if code not in wanted and leaf.adopted is not None and leaf.adopted.adopted_by == FROM_FILE
    ]
    _recompute_after_commit([change for change in changes if change.kind in {"changed", "retired"}])
    return changes


def _known() -> dict[str, _Known]:
    found = {leaf.pk: _Known(leaf) for leaf in KpiLeaf.objects.filter(retired_at__isnull=True)}
    for recipe in Recipe.objects.filter(leaf__in=list(found)).order_by("version"):
        known = found[recipe.leaf_id]
        known.version = recipe.version
        if recipe.state == Recipe.State.ADOPTED:
            known.adopted = recipe
        if recipe.adopted_by == FROM_FILE:
            known.from_file = recipe
    return {known.leaf.code: known for known in found.values()}


def _checked(path: Path, codes: set[str]) -> list[dict[str, Any]]:
    """Entries of the file; LoadError with every fault found."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LoadError([LoadProblem(path.name, 0, "", "", f"the file is not JSON ({error})")]) from error
    problems: list[LoadProblem] = []
    seen: set[str] = set()
    for entry, found in zip(entries, faults_of_many(entries), strict=True):
        code = str(entry.get("leaf", ""))
        if code not in codes:
            problems.append(LoadProblem(path.name, 0, "leaf", code, "there is no leaf with this code; see kpis.csv"))
        if code in seen:
            problems.append(LoadProblem(path.name, 0, "leaf", code, "the leaf stands twice; keep one recipe"))
        seen.add(code)
        problems += [LoadProblem(path.name, 0, "recipe", code, fault) for fault in found]
    if problems:
        raise LoadError(problems)
    return entries


def _bring(known: _Known, definition: dict[str, Any]) -> Change:
    code = known.leaf.code
    if known.holds(definition):
        return Change("recipe", code, "unchanged")
    replaced = known.adopted
    if replaced is not None:
        _retire(replaced)
    version = known.version + 1
    Recipe.objects.create(
        leaf=known.leaf,
        version=version,
        state=Recipe.State.ADOPTED,
        adopted_at=timezone.now(),
        adopted_by=FROM_FILE,
        **definition,
    )
    if replaced is None:
        return Change("recipe", code, "new", {}, {"version": version})
    return Change("recipe", code, "changed", {"version": replaced.version}, {"version": version})


def _withdraw(known: _Known) -> Change:
    assert known.adopted is not None  # noqa: S101 - the caller chose it by this
    _retire(known.adopted)
    return Change("recipe", known.leaf.code, "retired", {"version": known.adopted.version}, {})


def _retire(recipe: Recipe) -> None:
    recipe.state = Recipe.State.RETIRED
    recipe.save(update_fields=["state", "updated_at"])


def _recompute_after_commit(changes: list[Change]) -> None:
    """A dry run is taken back, and these callbacks with it."""
    from .services import enqueue_aggregation

    if changes:
        codes = [change.key for change in changes]
        versions = ", ".join(f"{change.key} v{change.after.get('version', '-')}" for change in changes)
        queue = partial(enqueue_aggregation, leaf_codes=codes, trigger=f"changed recipes: {versions}", actor=FROM_FILE)
        transaction.on_commit(queue)
