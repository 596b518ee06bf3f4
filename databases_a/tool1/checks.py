"""What the statements of one activity must satisfy, and where they contradict one another. Pure functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adme.reporting.fields import Values, is_empty
from adme.reporting.tools import Blocker, Contradiction

TO_EXPLAIN = {"delayed": "delayed", "postponed": "postponed", "cancelled": "cancelled"}
STOPPED = frozenset({"postponed", "cancelled"})
ENDED = frozenset({"completed", "cancelled"})
PERIODS_WITHOUT_CHANGE = 3
PARTICIPANTS = ("participants_female", "participants_male", "participants_unknown")


class Told(dict[str, Any]):
    """Values with what stands beside them: count of evidence, and (status, percent) of still earlier reports."""

    evidence: int = 0
    earlier: tuple[tuple[str, int | None], ...] = ()


def cross_checks(values: Values) -> list[Blocker]:
    found = []
    if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
        found.append(
            Blocker(
                "end_before_start",
                f"The activity ends on {values['ends_on']}, before it starts on {values['starts_on']}; "
                "correct one of the two days.",
                "ends_on",
            )
        )
    if values.get("funding_amount") and not values.get("funding_currency"):
        found.append(
            Blocker("amount_without_currency", "A funding amount is given; choose its currency.", "funding_currency")
        )
    if values.get("funding_currency") and not values.get("funding_amount"):
        found.append(
            Blocker(
                "currency_without_amount",
                "A currency is chosen, but no amount; write the amount or clear the currency.",
                "funding_amount",
            )
        )
    return found


def blockers(values: Values) -> list[Blocker]:
    word = TO_EXPLAIN.get(values.get("status") or "")
    if word and is_empty(values.get("explanation")):
        return [
            Blocker(
                "explanation_missing", f"The activity is {word}; explain why, and what happens next.", "explanation"
            )
        ]
    return []


@dataclass(frozen=True, slots=True)
class Seen:
    """One activity in one period: what is said, what was said before, and the last day of the period."""

    values: Values
    previous: Values
    period_end: str

    @property
    def status(self) -> str:
        return self.values.get("status") or ""

    @property
    def percent(self) -> int | None:
        return self.values.get("percent_complete")

    @property
    def ends_on(self) -> str:
        return self.values.get("ends_on") or ""


Check = Callable[[Seen], Contradiction | None]


def participants(values: Values) -> int | None:
    """Sum of what was counted; None where nothing was."""
    given = [values[name] for name in PARTICIPANTS if values.get(name) is not None]
    return sum(given) if given else None


def _completed_but_ends_later(seen: Seen) -> Contradiction | None:
    if seen.status != "completed" or not seen.ends_on > seen.period_end:
        return None
    return Contradiction(
        "completed_but_ends_later",
        f"It is completed, yet it ends on {seen.ends_on}, after the period's last day {seen.period_end}.",
        ("status", "ends_on"),
    )


def _completed_below_100(seen: Seen) -> Contradiction | None:
    if seen.status != "completed" or seen.percent is None or seen.percent >= 100:
        return None
    return Contradiction(
        "completed_below_100", f"It is completed, yet {seen.percent} % complete.", ("status", "percent_complete")
    )


def _full_but_not_completed(seen: Seen) -> Contradiction | None:
    if seen.percent != 100 or seen.status in {"completed", ""}:
        return None
    return Contradiction(
        "full_but_not_completed",
        "It is 100 % complete, yet its status is not completed.",
        ("status", "percent_complete"),
    )


def _not_started_with_results(seen: Seen) -> Contradiction | None:
    if seen.status != "not_started":
        return None
    told = []
    if seen.percent:
        told.append(f"{seen.percent} % complete")
    if seen.values.get("outputs") or seen.values.get("achieved"):
        told.append("outputs")
    if participants(seen.values):
        told.append(f"{participants(seen.values)} participants")
    if not told:
        return None
    return Contradiction(
        "not_started_with_results",
        f"It is not started, yet it has {' and '.join(told)}.",
        ("status", "percent_complete", "achieved", "outputs", *PARTICIPANTS),
    )


def _ongoing_without_change(seen: Seen) -> Contradiction | None:
    if seen.status != "ongoing" or seen.percent is None or not seen.previous:
        return None
    last = (seen.previous.get("status") or "", seen.previous.get("percent_complete"))
    before = (last, *(seen.previous.earlier if isinstance(seen.previous, Told) else ()))[: PERIODS_WITHOUT_CHANGE - 1]
    if len(before) < PERIODS_WITHOUT_CHANGE - 1 or any(one != ("ongoing", seen.percent) for one in before):
        return None
    return Contradiction(
        "ongoing_without_change",
        f"It is on-going at {seen.percent} % for the {PERIODS_WITHOUT_CHANGE}rd period without change.",
        ("status", "percent_complete"),
    )


def _ongoing_after_its_end(seen: Seen) -> Contradiction | None:
    if seen.status != "ongoing" or not seen.ends_on or not seen.ends_on < seen.period_end:
        return None
    return Contradiction(
        "ongoing_after_its_end",
        f"It is on-going on {seen.period_end}, yet it ended on {seen.ends_on}.",
        ("status", "ends_on"),
    )


def _stopped_but_participants_rise(seen: Seen) -> Contradiction | None:
    now, before = participants(seen.values), participants(seen.previous)
    if seen.status not in STOPPED or now is None or before is None or now <= before:
        return None
    return Contradiction(
        "stopped_but_participants_rise",
        f"It is {seen.status}, yet participants rose from {before} to {now}.",
        ("status", *PARTICIPANTS),
    )


def _percent_falls(seen: Seen) -> Contradiction | None:
    before = seen.previous.get("percent_complete")
    if seen.percent is None or before is None or seen.percent >= before:
        return None
    return Contradiction(
        "percent_falls", f"It fell from {before} % in the last report to {seen.percent} %.", ("percent_complete",)
    )


def _no_longer_completed(seen: Seen) -> Contradiction | None:
    if seen.previous.get("status") != "completed" or seen.status in {"completed", ""}:
        return None
    return Contradiction("no_longer_completed", "It was completed in the last report and is not any more.", ("status",))


def _completed_without_result(seen: Seen) -> Contradiction | None:
    if seen.status != "completed" or (isinstance(seen.values, Told) and seen.values.evidence):
        return None
    if seen.values.get("achieved") or seen.values.get("outputs"):
        return None
    return Contradiction(
        "completed_without_result",
        "It is completed, yet it names no output, no document and no evidence.",
        ("status", "achieved", "outputs"),
    )


CHECKS: tuple[Check, ...] = (
    _completed_but_ends_later,
    _completed_below_100,
    _full_but_not_completed,
    _not_started_with_results,
    _ongoing_without_change,
    _ongoing_after_its_end,
    _stopped_but_participants_rise,
    _percent_falls,
    _no_longer_completed,
    _completed_without_result,
)


def contradictions(values: Values, previous: Values | None, *, period_end: str) -> list[Contradiction]:
    seen = Seen(values, previous or {}, period_end)
    return [found for check in CHECKS if (found := check(seen)) is not None]
