"""What a new version of approved records would tell to those who kept the figures published before.

Each publication is protected for itself. Two of the same report can be subtracted from one another, so a correction of
a few records may tell of just these records. Nothing is forbidden here: the person who approves is told.
"""

from __future__ import annotations

from collections import Counter

from adme.reporting.models import Obligation

from .. import holding
from ..models import RecordSet, Submission
from ..target import RowsGone, read_rows
from .publish import recipes_in_force, standing

MOST_COMPARED = 20_000  # records of a version that are compared one by one; of more, only their numbers


def few_changed(obligation: Obligation) -> tuple[int, int] | None:
    """(records that differ from the published version, smallest number behind a published cell), where the first is
    the smaller one. None where nothing is published, nothing differs, much does, or it cannot be told."""
    held, published = holding.current(obligation), standing(obligation).submission
    if held is None or published is None or held.rows_sha256 == published.rows_sha256:
        return None
    recipes = recipes_in_force(obligation)
    smallest = max((int(one.recipe.get("minimum_cell", 5)) for one in recipes), default=0)
    if smallest <= 1 or held.version.record_set.kind == RecordSet.Kind.AGGREGATE:
        return None
    number = _changed(published, held)
    return (number, smallest) if number is not None and 0 < number < smallest else None


def _changed(before: Submission, after: Submission) -> int | None:
    """How many records were added, taken out or written otherwise (that is one record, not two)."""
    numbers = [int(one.counts.get("accepted", 0)) for one in (before, after)]
    if max(numbers) > MOST_COMPARED or before.version_id != after.version_id:
        return abs(numbers[0] - numbers[1])
    try:
        earlier, later = (Counter(map(tuple, read_rows(one))) for one in (before, after))
    except RowsGone:
        return abs(numbers[0] - numbers[1])
    return max((earlier - later).total(), (later - earlier).total())
