"""A recipe carried out over one report: what comes out, with the checksum that says from what.

`compute` reads and calculates and changes nothing, so that no transaction is open while it reads a large file; keeping
and publishing the result is in `storing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from django.db import transaction

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.jobs import services as jobs
from adme.observations.periods import TimePeriod
from adme.observations.services import current_data_version
from adme.observations.status import ObsStatus
from adme.reporting.models import Obligation

from ..compiling import COMPILER, CannotCompile, Cell, Compiled, compile_records
from ..layout import BadLayout, Layout
from ..models import Compilation, RecipeVersion, RecordSet, Statistic, StatisticObservation, Submission
from ..recipes import TOTAL, Measure, Recipe, read_recipe
from .denominators import Found, look_up

if TYPE_CHECKING:
    from adme.jobs.models import Job

RECOMPILE = "records.recompile"
MOST_NOUGHTS = 40  # codes of one column that are shown as nought without any record


@dataclass(frozen=True)
class Plan:
    """Everything that decides what comes out. `known`: dimensions already shown for these rows by an earlier recipe.
    `codes`: what may be shown as nought. No submission: certified nil."""

    obligation: Obligation
    submission: Submission | None
    version: RecipeVersion
    recipe: Recipe
    layout: Layout
    period: TimePeriod
    rows_are_counts: bool
    denominators: Found
    known: tuple[str, ...]
    codes: dict[str, tuple[str, ...]]

    @property
    def sha256(self) -> str:
        told = [
            COMPILER, self.recipe.as_json(), self.submission.rows_sha256 if self.submission else "", self.period.key,
            self.rows_are_counts, self.denominators.inputs, self.known, sorted(self.codes.items()),
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True)
class Computed:
    plan: Plan
    compiled: Compiled


def compile_report(
    obligation: Obligation,
    submission: Submission | None,
    recipe: RecipeVersion,
    *,
    preview: bool,
    by: User | str,
) -> Compilation:
    """Carry out a recipe over what a report holds. A preview is kept for people to look at and publishes nothing.

    The same recipe over the same rows and inputs gives the compilation that is already there. Raises CannotCompile with
    a sentence; PermissionDenied where a person may not do so.
    """
    from . import storing

    if isinstance(by, User):
        require(by, Permission.RECORD_SET_MANAGE)
    actor = by.email if isinstance(by, User) else by
    planned = plan(obligation, submission, recipe)
    if not preview:
        held = storing.replayed(planned)
        if held is not None:
            return held
    computed = Computed(planned, carry_out(planned))
    with transaction.atomic():
        if preview:
            return storing.keep(computed, by=actor, is_preview=True)
        compilation = storing.publish(computed, by=actor)
        storing.announce([recipe.statistic], trigger=f"compilation {compilation.pk}", actor=actor)
    return compilation


def recompile(statistic: Statistic, *, by: User | None = None) -> Job:
    """Queue the compilation of every report that stands, by the recipe now in force. The job commits with the caller's
    transaction."""
    key = f"{RECOMPILE}:{statistic.pk}:{statistic.current_id}:{current_data_version().number}"
    return jobs.enqueue(
        RECOMPILE,
        args={"statistic": statistic.pk},
        title=f"Compile {statistic.title} anew"[:200],
        by=by,
        idempotency_key=key,
    )


def replay(compilation: Compilation) -> bool:
    """Do the kept rows give the very same result once more? CannotCompile where they were discarded."""
    planned = plan(compilation.obligation, compilation.submission, compilation.recipe)
    if planned.sha256 != compilation.sha256:
        return False
    return as_result(carry_out(planned).cells) == [tuple(one) for one in compilation.result]


def plan(obligation: Obligation, submission: Submission | None, version: RecipeVersion) -> Plan:
    """What a compilation would start from; no row is read."""
    record_set = version.statistic.record_set
    layout = (submission.version if submission else version.layout).read_layout()
    period = TimePeriod.from_key(obligation.round.period)
    try:
        recipe = read_recipe(version.recipe, layout)
    except BadLayout as error:
        raise CannotCompile(
            f"Recipe {version.number} of {version.statistic.code} does not fit the records, which have another layout: "
            f"{error.faults[0]}. Send the records in the current layout, or change the recipe."
        ) from error
    area = obligation.state_area
    if area is None:
        raise CannotCompile("This report is of a body; records are sent by Member States.")
    return Plan(
        obligation=obligation,
        submission=submission,
        version=version,
        recipe=recipe,
        layout=layout,
        period=period,
        rows_are_counts=record_set.kind == RecordSet.Kind.AGGREGATE,
        denominators=look_up(recipe.denominator, area=area.code, period=period) if submission else Found(),
        known=_shown_before(submission, version),
        codes=_noughts(recipe, layout) if submission else {},
    )


def carry_out(planned: Plan) -> Compiled:
    """Reads every row once."""
    if planned.submission is None:
        return _nothing(planned.recipe)
    return compile_records(
        _rows(planned.submission),
        layout=planned.layout,
        recipe=planned.recipe,
        period=planned.period,
        denominators=planned.denominators.values,
        codes=planned.codes,
        rows_are_counts=planned.rows_are_counts,
        already_public=planned.known,
    )


def as_result(cells: list[Cell]) -> list[tuple[str, float | None, str, str]]:
    return [(one.dimensions, one.value, one.obs_status, one.conf_status) for one in cells]


def _rows(submission: Submission) -> Iterator[list[str]]:
    from ..target import read_rows

    if submission.rows_discarded_at is not None or not submission.rows_file:
        raise CannotCompile(
            "The rows of this submission were discarded after they had been compiled, as the record set says. What was "
            "published stays; to compile by another recipe, the ministry sends the records again."
        )
    return read_rows(submission)


def _nothing(recipe: Recipe) -> Compiled:
    """Certified that there is nothing: counts and sums are nought, ratios and means cannot exist."""
    is_number = recipe.denominator is None and recipe.numerator.measure != Measure.MEAN
    cell = Cell("", 0.0) if is_number else Cell("", None, ObsStatus.NOT_APPLICABLE.value)
    return Compiled([cell], {"records": 0, "used": 0, "cells": 1, "suppressed": 0, "also_suppressed": 0})


def _shown_before(submission: Submission | None, version: RecipeVersion) -> tuple[str, ...]:
    """What earlier recipes have shown of these rows: who kept that could subtract, so suppression must know it."""
    if submission is None:
        return ()
    shown = StatisticObservation.objects.filter(
        opened_by__submission=submission,
        opened_by__recipe__statistic=version.statistic_id,
        opened_by__recipe__number__lt=version.number,
        value__isnull=False,
    )
    return tuple(sorted(set(shown.order_by().values_list("series__dimensions", flat=True))))


def _noughts(recipe: Recipe, layout: Layout) -> dict[str, tuple[str, ...]]:
    """Where a column must be filled and has few codes of its own, a code without a record is a true nought."""
    found = {}
    for dimension in recipe.dimensions:
        column = layout.by_name[dimension.column]
        mapping = dict(dimension.mapping)
        codes = {mapping.get(code, code) for code, _ in column.codes} | {code for _, _, code in dimension.bands}
        if column.required and len(codes) <= MOST_NOUGHTS:
            found[dimension.concept] = tuple(sorted(codes - {TOTAL}))
    return found
