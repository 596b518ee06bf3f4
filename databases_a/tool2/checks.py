"""What can be wrong with an action as it is told: errors across fields, what is still missing, and contradictions.

Pure functions of canonical values; days compare as their ISO texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adme.reporting.fields import Values
from adme.reporting.tools import Blocker, Contradiction

NEEDS_EXPLANATION = {"delayed": "delayed", "postponed": "postponed", "cancelled": "cancelled"}
NARRATIVE = ("achieved", "explanation", "remarks")
NO_POLICY = {"programme": "programme", "campaign": "campaign"}
SAME_TEXT_PERIODS = 3


class Told(dict[str, Any]):
    """Values with what stands beside them: how many pieces of evidence, and (of an earlier report) how many reports in
    a row, itself included, tell the same text."""

    evidence: int = 0
    same_text: int = 1


def narrative(values: Values) -> tuple[str, ...]:
    return tuple(str(values.get(name) or "") for name in NARRATIVE)


def cross_checks(values: Values) -> list[Blocker]:
    starts, ends = values.get("starts_on") or "", values.get("ends_on") or ""
    if starts and ends and ends < starts:
        return [Blocker("ends_before_it_starts", "The action ends before it starts; check the two days.", "ends_on")]
    return []


def blockers(values: Values) -> list[Blocker]:
    found = []
    status = values.get("status") or ""
    if status in NEEDS_EXPLANATION and not values.get("explanation"):
        found.append(
            Blocker(
                "explanation_missing",
                f"The action is {NEEDS_EXPLANATION[status]}: write why, and what happens next.",
                "explanation",
            )
        )
    if values.get("policy_kinds") and status == "completed" and not values.get("in_force_since"):
        found.append(
            Blocker(
                "in_force_since_missing",
                "The law, policy or plan is completed: write the day since which it is in force.",
                "in_force_since",
            )
        )
    return found


def contradictions(values: Values, previous: Values | None, *, period_end: str) -> list[Contradiction]:
    found = [check(values, period_end) for check in _CHECKS]
    if previous is not None:
        found += [check(values, previous) for check in _CHECKS_WITH_PREVIOUS]
    return [one for one in found if one is not None]


def _completed_without_evidence(values: Values, period_end: str) -> Contradiction | None:
    if values.get("status") != "completed" or values.get("outputs") or getattr(values, "evidence", 0):
        return None
    return Contradiction(
        "completed_without_evidence",
        "The action is completed, but neither evidence nor a document shows it.",
        ("status", "outputs"),
    )


def _in_force_in_the_future(values: Values, period_end: str) -> Contradiction | None:
    if (values.get("in_force_since") or "") <= period_end:
        return None
    return Contradiction(
        "in_force_in_the_future",
        "The day since which it is in force lies after the end of the period.",
        ("in_force_since",),
    )


def _kind_of_policy_on_another_type(values: Values, period_end: str) -> Contradiction | None:
    kind = str(values.get("action_type") or "")
    if not values.get("policy_kinds") or kind not in NO_POLICY:
        return None
    return Contradiction(
        "policy_kind_of_another_type",
        f"A kind of policy is given, but the action is a {NO_POLICY[kind]}.",
        ("policy_kinds", "action_type"),
    )


def _ongoing_after_its_end(values: Values, period_end: str) -> Contradiction | None:
    ends = values.get("ends_on") or ""
    if not ends or ends >= period_end or values.get("status") not in {"ongoing", "not_started"}:
        return None
    return Contradiction(
        "ongoing_after_its_end",
        "The end of the action has passed, but its status says that it still goes on.",
        ("status", "ends_on"),
    )


def _completed_before_its_end(values: Values, period_end: str) -> Contradiction | None:
    if values.get("status") != "completed" or (values.get("ends_on") or "") <= period_end:
        return None
    return Contradiction(
        "completed_before_its_end",
        "The action is completed, but it ends after the period.",
        ("status", "ends_on"),
    )


def _back_from_completed(values: Values, previous: Values) -> Contradiction | None:
    status = values.get("status") or ""
    if previous.get("status") != "completed" or status in {"", "completed"}:
        return None
    return Contradiction(
        "back_from_completed", "The last report said that the action was completed; now it is not.", ("status",)
    )


def _same_text(values: Values, previous: Values) -> Contradiction | None:
    told = narrative(values)
    before = getattr(previous, "same_text", 1)
    if not any(told) or told != narrative(previous) or before + 1 < SAME_TEXT_PERIODS:
        return None
    if values.get("status") in {"completed", "cancelled"} and previous.get("status") == values.get("status"):
        return None  # what is over does not change any more
    return Contradiction(
        "same_text_three_periods",
        f"The text is the same as in the {before} reports before.",
        NARRATIVE,
    )


_CHECKS: tuple[Callable[[Values, str], Contradiction | None], ...] = (
    _completed_without_evidence,
    _in_force_in_the_future,
    _kind_of_policy_on_another_type,
    _ongoing_after_its_end,
    _completed_before_its_end,
)
_CHECKS_WITH_PREVIOUS: tuple[Callable[[Values, Values], Contradiction | None], ...] = (
    _back_from_completed,
    _same_text,
)
