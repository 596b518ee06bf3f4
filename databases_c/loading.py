"""Loader of the starting catalogue from fixtures/records/sets.json, run by `load_reference`.

Facts of a set or a statistic follow the file, like other reference data. A version in force is never edited: a layout
or recipe that differs from what the file said last becomes a new version, and one that a person adopted is not undone
by loading the same file again. Sets that only a person made are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from adme.observations.periods import PeriodError, TimePeriod
from adme.reference.loading import Change, LoadError, LoadProblem
from adme.reference.models import SectoralBody
from adme.reference.rows import Problems
from adme.reference.tables import Wanted, sync

from .catalogue import SetEntry, StatisticEntry, read_catalogue
from .layout import BadLayout
from .models import RecipeVersion, RecordSet, SetVersion, Statistic
from .recipes import read_recipe
from .shared_lists import known_lists
from .tool import FAMILY, schedule

FROM_FILE = "With the reference data."  # note of the versions that the file brought


def load_record_sets(directory: Path, apply: bool) -> list[Change]:
    path = directory.parent / "records" / "sets.json"
    if not path.exists():
        return []  # another folder of reference files need not bring record sets
    entries = read_catalogue(path, known_lists())
    changes = _sync_sets(entries)
    stored = {one.code: one for one in RecordSet.objects.select_related("current")}
    brought = {entry.fields["code"]: _bring_layout(stored[entry.fields["code"]], entry) for entry in entries}
    changes += [change for change in brought.values() if change is not None]
    changes += _sync_statistics(entries, stored)
    changes += _bring_recipes(entries, stored, {code for code, change in brought.items() if change is not None})
    FAMILY.forget()
    transaction.on_commit(FAMILY.forget)
    return changes


def _sync_sets(entries: list[SetEntry]) -> list[Change]:
    problems = Problems()
    bodies = {one.code: one for one in SectoralBody.objects.filter(retired_at__isnull=True)}
    wanted: dict[str, Wanted] = {}
    for entry in entries:
        if entry.body not in bodies:
            problems.add(entry.row, "body", "sectoral_bodies.csv has no body with this code")
        if not _is_period(entry.fields["first_period"], entry.fields["periodicity"]):
            remedy = f"{entry.fields['first_period']} is no period of this periodicity; write 2026, 2026-S1 or 2026-Q1"
            problems.add(entry.row, "code", remedy)
        wanted[entry.fields["code"]] = Wanted(
            entry.fields["code"], {**entry.fields, "body": bodies.get(entry.body)}, entry.row
        )
    problems.raise_if_any()
    existing = {one.code: one for one in RecordSet.objects.select_related("body", "current")}
    return sync("record set", RecordSet, wanted, existing, problems)


def _is_period(text: object, periodicity: object) -> bool:
    try:
        return TimePeriod.parse(str(text)).frequency == periodicity
    except PeriodError:
        return False


def _bring_layout(record_set: RecordSet, entry: SetEntry) -> Change | None:
    """The change that a new version is; None when the file says what it said last."""
    layout = entry.layout.as_json()
    last = record_set.versions.filter(note=FROM_FILE, adopted_by__isnull=True, adopted_at__isnull=False).first()
    change = None
    if record_set.current is None or last is None or last.layout != layout:
        before = {"version": record_set.current.number} if record_set.current else {}
        record_set.versions.filter(state=SetVersion.State.IN_FORCE).update(state=SetVersion.State.SUPERSEDED)
        record_set.current = SetVersion.objects.create(
            record_set=record_set, number=_next(record_set.versions), state=SetVersion.State.IN_FORCE, layout=layout,
            note=FROM_FILE, adopted_at=timezone.now(),
        )  # fmt: skip
        record_set.save(update_fields=["current"])
        kind: Any = "changed" if before else "new"
        change = Change("layout of a record set", record_set.code, kind, before, {"version": record_set.current.number})
    schedule(record_set)
    return change


def _sync_statistics(entries: list[SetEntry], stored: Mapping[str, RecordSet]) -> list[Change]:
    wanted = {
        one.fields["code"]: Wanted(
            one.fields["code"], {**one.fields, "record_set": stored[entry.fields["code"]]}, one.row
        )
        for entry in entries
        for one in entry.statistics
    }
    existing = {one.code: one for one in Statistic.objects.select_related("record_set", "current")}
    return sync("statistic of records", Statistic, wanted, existing, Problems())


def _bring_recipes(entries: list[SetEntry], stored: Mapping[str, RecordSet], relaid: set[str]) -> list[Change]:
    """`relaid`: sets that have a new layout, whose recipes get a version for it."""
    statistics = {one.code: one for one in Statistic.objects.select_related("current")}
    problems: list[LoadProblem] = []
    changes: list[Change] = []
    for entry in entries:
        layout = stored[entry.fields["code"]].current
        for one in entry.statistics:
            statistic = statistics[one.fields["code"]]
            if layout is None or (entry.fields["code"] not in relaid and _holds(statistic, one)):
                continue
            if fault := _misfit(one, layout):
                problems.append(LoadProblem(one.row.file, 0, "recipe", statistic.code, fault))
                continue
            changes.append(_bring_recipe(statistic, one, layout))
    if problems:
        raise LoadError(problems)
    return changes


def _holds(statistic: Statistic, entry: StatisticEntry) -> bool:
    last = statistic.versions.filter(note=FROM_FILE, adopted_by__isnull=True, adopted_at__isnull=False).first()
    return statistic.current_id is not None and last is not None and last.recipe == entry.recipe.as_json()


def _misfit(entry: StatisticEntry, version: SetVersion) -> str:
    """Why the recipe of the file cannot be used on the layout in force, which a person may have adopted; else ''."""
    try:
        read_recipe(entry.recipe.as_json(), version.read_layout())
    except BadLayout as error:
        return f"version {version.number} of the record set, adopted by a person, does not fit: {error}"
    return ""


def _bring_recipe(statistic: Statistic, entry: StatisticEntry, layout: SetVersion) -> Change:
    before = {"version": statistic.current.number} if statistic.current else {}
    statistic.versions.filter(state=RecipeVersion.State.IN_FORCE).update(state=RecipeVersion.State.SUPERSEDED)
    statistic.current = RecipeVersion.objects.create(
        statistic=statistic, number=_next(statistic.versions), state=RecipeVersion.State.IN_FORCE,
        recipe=entry.recipe.as_json(), layout=layout, note=FROM_FILE, adopted_at=timezone.now(),
    )  # fmt: skip
    statistic.save(update_fields=["current"])
    kind: Any = "changed" if before else "new"
    return Change("recipe of a statistic", statistic.code, kind, before, {"version": statistic.current.number})


def _next(versions: Any) -> int:
    return (versions.aggregate(Max("number"))["number__max"] or 0) + 1
