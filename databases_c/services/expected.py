"""Expected ranges: what approved reports held so far, by group, and the chosen suggestions written into the draft."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.reporting.states import State

from ..expected import Suggestion, suggest
from ..layout import RuleKind
from ..models import RecordSet, SetVersion, Submission
from ..refusals import Refused
from ..selectors.sets import held_submissions
from ..target import RowsGone, read_rows
from . import sets

MOST_SUBMISSIONS, MOST_RECORDS = 120, 300_000
FEWEST_OF_PERSONS = 5  # records about persons behind a sum: a range ends in the layout, which everybody reads


def suggestions(record_set: RecordSet, *, column: str, by: Sequence[str]) -> list[Suggestion]:
    """From the sums by group of every approved report whose records are still there, all states together. Of a set
    about persons, sums of few records are no history."""
    history: dict[str, list[float]] = defaultdict(list)
    budget = MOST_RECORDS
    approved = (
        held_submissions(record_set)
        .filter(obligation__state=State.APPROVED, rows_discarded_at__isnull=True)
        .exclude(rows_file="")
    )
    for submission in approved[:MOST_SUBMISSIONS]:
        budget -= int(submission.counts.get("accepted", 0))
        if budget < 0:
            break
        try:
            sums = _sums(submission, column, by, fewest=FEWEST_OF_PERSONS if record_set.is_personal else 1)
        except RowsGone:
            continue
        for group, total in sums.items():
            history[group].append(total)
    return suggest(history)


def _sums(submission: Submission, column: str, by: Sequence[str], *, fewest: int) -> dict[str, float]:
    names = [one.name for one in submission.version.read_layout().columns]
    if not {column, *by} <= set(names):
        return {}  # sent under a layout without them
    value, groups = names.index(column), [names.index(one) for one in by]
    found: dict[str, float] = defaultdict(float)
    records: Counter[str] = Counter()
    for row in read_rows(submission):
        if row[value]:
            group = "|".join(row[place] for place in groups)
            found[group] += float(row[value])
            records[group] += 1
    return {group: total for group, total in found.items() if records[group] >= fewest}


@transaction.atomic
def adopt_ranges(
    *, record_set: RecordSet, column: str, by_columns: Sequence[str], chosen: Sequence[str], by: User
) -> SetVersion:
    """Write the suggested ranges of the chosen groups into the draft as one rule of level warning; makes the draft."""
    require(by, Permission.RECORD_SET_MANAGE)
    found = {one.group: one for one in suggestions(record_set, column=column, by=by_columns) if one.most is not None}
    bounds = {group: [found[group].least, found[group].most] for group in chosen if group in found}
    if not bounds:
        raise Refused("Choose at least one group that has a suggested range.")
    draft = sets.draft_version(record_set=record_set, by=by)
    layout = {**draft.layout, "rules": [*_without(draft.layout["rules"], column, by_columns)]}
    layout["rules"].append(
        {
            "code": _code(layout["rules"], column),
            "kind": str(RuleKind.EXPECTED),
            "level": "warning",
            "instruction": "Check the number: it lies outside what approved reports held so far.",
            "params": {"column": column, "by": list(by_columns), "bounds": bounds},
        }
    )
    return sets.change_version(version=draft, layout=layout, seen=sets.fingerprint(draft), by=by)


def _without(rules: list[dict[str, Any]], column: str, by: Sequence[str]) -> list[dict[str, Any]]:
    """The rules but an expected range of the same sums, which the new one replaces."""

    def is_same(rule: dict[str, Any]) -> bool:
        params = rule["params"]
        same = params.get("column") == column and list(params.get("by") or []) == list(by)
        return rule["kind"] == RuleKind.EXPECTED and same

    return [rule for rule in rules if not is_same(rule)]


def _code(rules: list[dict[str, Any]], column: str) -> str:
    taken = {rule["code"] for rule in rules}
    wanted = f"expected_{column}"[:37]
    return next(name for name in (wanted, *(f"{wanted}_{n}" for n in range(2, 99))) if name not in taken)
