"""Each check of an activity's statements, beside statements that it must leave alone."""

from __future__ import annotations

from typing import Any

import pytest

from databases_a.tool1.checks import CHECKS, Told, blockers, contradictions, cross_checks

PERIOD_END = "2025-12-31"
FINE: dict[str, Any] = {
    "status": "completed",
    "percent_complete": 100,
    "ends_on": "2025-11-30",
    "achieved": "The training was held.",
}


def _codes(values: dict[str, Any], previous: dict[str, Any] | None = None) -> list[str]:
    return [one.code for one in contradictions(values, previous, period_end=PERIOD_END)]


def _told(values: dict[str, Any], *earlier: tuple[str, int | None], evidence: int = 0) -> Told:
    told = Told(values)
    told.earlier, told.evidence = earlier, evidence
    return told


ONGOING = {"status": "ongoing", "percent_complete": 40, "ends_on": "2026-12-31"}
# code, statements that contradict, and the nearest ones that do not: (values, previous values)
CASES: list[tuple[str, tuple[Any, Any], tuple[Any, Any]]] = [
    (
        "completed_but_ends_later",
        ({**FINE, "ends_on": "2026-01-01"}, None),
        ({**FINE, "ends_on": PERIOD_END}, None),
    ),
    ("completed_below_100", ({**FINE, "percent_complete": 99}, None), ({**FINE, "percent_complete": None}, None)),
    (
        "full_but_not_completed",
        ({**ONGOING, "percent_complete": 100}, None),
        ({**ONGOING, "percent_complete": 99}, None),
    ),
    (
        "not_started_with_results",
        ({"status": "not_started", "percent_complete": 5}, None),
        ({"status": "not_started", "percent_complete": 0, "participants_female": 0}, None),
    ),
    (
        "not_started_with_results",
        ({"status": "not_started", "outputs": [{"kind": "other", "title": "x", "link": ""}]}, None),
        ({"status": "not_started", "outputs": []}, None),
    ),
    (
        "not_started_with_results",
        ({"status": "not_started", "participants_unknown": 12}, None),
        ({"status": "not_started", "participants_unknown": None}, None),
    ),
    (
        "ongoing_without_change",
        (ONGOING, _told(ONGOING, ("ongoing", 40))),
        (ONGOING, _told(ONGOING, ("ongoing", 30))),
    ),
    ("ongoing_without_change", (ONGOING, _told(ONGOING, ("ongoing", 40), ("ongoing", 10))), (ONGOING, _told(ONGOING))),
    (
        "ongoing_after_its_end",
        ({**ONGOING, "ends_on": "2025-12-30"}, None),
        ({**ONGOING, "ends_on": PERIOD_END}, None),
    ),
    (
        "stopped_but_participants_rise",
        ({"status": "cancelled", "participants_female": 9}, {"participants_male": 8}),
        ({"status": "cancelled", "participants_female": 8}, {"participants_male": 8}),
    ),
    (
        "stopped_but_participants_rise",
        ({"status": "postponed", "participants_female": 9}, {"participants_male": 8}),
        ({"status": "postponed", "participants_female": 9}, {"participants_male": None}),
    ),
    (
        "percent_falls",
        (ONGOING, {"status": "ongoing", "percent_complete": 41}),
        (ONGOING, {"status": "ongoing", "percent_complete": None}),
    ),
    ("no_longer_completed", (ONGOING, {"status": "completed"}), (FINE, {"status": "completed"})),
    ("completed_without_result", ({**FINE, "achieved": ""}, None), (_told({**FINE, "achieved": ""}, evidence=1), None)),
    (
        "completed_without_result",
        ({**FINE, "achieved": ""}, None),
        ({**FINE, "achieved": "", "outputs": [{"kind": "outcome_document", "title": "x", "link": ""}]}, None),
    ),
]


@pytest.mark.parametrize(("code", "wrong", "right"), CASES)
def test_a_contradiction_is_seen_and_its_neighbour_is_left_alone(code, wrong, right):
    assert code in _codes(*wrong)
    assert code not in _codes(*right)


def test_every_check_has_a_case():
    assert len({code for code, _, _ in CASES}) == len(CHECKS)


def test_statements_that_agree_give_no_contradiction():
    assert _codes(FINE) == []
    assert _codes(FINE, FINE) == []
    assert _codes({}) == []
    assert _codes(ONGOING, {"status": "ongoing", "percent_complete": 20}) == []


def test_a_sentence_names_what_was_said():
    [one] = contradictions({**FINE, "percent_complete": 80}, None, period_end=PERIOD_END)
    assert one.sentence == "It is completed, yet 80 % complete."
    assert one.fields == ("status", "percent_complete")


@pytest.mark.parametrize("status", ["delayed", "postponed", "cancelled"])
def test_a_delay_needs_an_explanation(status):
    assert [one.field for one in blockers({"status": status, "explanation": ""})] == ["explanation"]
    assert blockers({"status": status, "explanation": "No venue."}) == []


@pytest.mark.parametrize("status", ["completed", "ongoing", "not_started", ""])
def test_other_statuses_need_no_explanation(status):
    assert blockers({"status": status, "explanation": ""}) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"starts_on": "2025-02-01", "ends_on": "2025-01-31"}, ["end_before_start"]),
        ({"starts_on": "2025-02-01", "ends_on": "2025-02-01"}, []),
        ({"starts_on": "2025-02-01", "ends_on": ""}, []),
        ({"funding_amount": "10.00"}, ["amount_without_currency"]),
        ({"funding_currency": "USD"}, ["currency_without_amount"]),
        ({"funding_amount": "0.00", "funding_currency": "USD"}, []),
        ({}, []),
    ],
)
def test_what_cannot_be_saved_is_named(values, found):
    assert [one.code for one in cross_checks(values)] == found
