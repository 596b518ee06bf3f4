"""Contradictions one by one, each beside the case that is none; blockers and checks across fields."""

from __future__ import annotations

import pytest

from databases_a.tool2 import checks
from databases_a.tool2.checks import Told

END = "2025-12-31"
SOUND = {"status": "ongoing", "action_type": "law_policy", "starts_on": "2024-01-01", "achieved": "A draft."}
PAPER = [{"kind": "policy", "title": "The law", "link": ""}]


def codes(values, previous=None) -> set[str]:
    told = Told({**SOUND, **values})
    told.evidence = values.get("pieces", 0)
    return {one.code for one in checks.contradictions(told, previous, period_end=END)}


def before(same_text: int = 1, **values) -> Told:
    told = Told({**SOUND, **values})
    told.same_text = same_text
    return told


def test_a_sound_action_contradicts_nothing():
    assert codes({}) == set()
    assert codes({}, before(achieved="Another text.")) == set()


@pytest.mark.parametrize(
    ("code", "bad", "good"),
    [
        ("completed_without_evidence", {"status": "completed"}, {"status": "completed", "outputs": PAPER}),
        ("completed_without_evidence", {"status": "completed"}, {"status": "completed", "pieces": 1}),
        ("in_force_in_the_future", {"in_force_since": "2026-01-01"}, {"in_force_since": END}),
        (
            "policy_kind_of_another_type",
            {"policy_kinds": ["rights_instruments"], "action_type": "campaign"},
            {"policy_kinds": ["rights_instruments"], "action_type": "law_policy"},
        ),
        (
            "policy_kind_of_another_type",
            {"policy_kinds": ["rights_instruments"], "action_type": "programme"},
            {"policy_kinds": [], "action_type": "programme"},
        ),
        ("ongoing_after_its_end", {"ends_on": "2025-06-30"}, {"ends_on": END}),
        ("ongoing_after_its_end", {"ends_on": "2025-06-30"}, {"ends_on": "2025-06-30", "status": "delayed"}),
        (
            "completed_before_its_end",
            {"status": "completed", "outputs": PAPER, "ends_on": "2026-06-30"},
            {"status": "completed", "outputs": PAPER, "ends_on": END},
        ),
    ],
)
def test_a_contradiction_is_found_and_its_opposite_is_not(code, bad, good):
    assert code in codes(bad)
    assert code not in codes(good)


def test_back_from_completed_is_a_contradiction_and_still_completed_is_not():
    assert "back_from_completed" in codes({}, before(status="completed"))
    assert "back_from_completed" not in codes({"status": "completed"}, before(status="completed"))
    assert "back_from_completed" not in codes({"status": ""}, before(status="completed"))


def test_the_same_text_for_three_periods_is_a_contradiction_and_for_two_is_not():
    assert "same_text_three_periods" in codes({}, before(same_text=2))
    assert "same_text_three_periods" not in codes({}, before(same_text=1))
    assert "same_text_three_periods" not in codes({"achieved": "News."}, before(same_text=2))
    assert "same_text_three_periods" not in codes({"achieved": ""}, before(same_text=2, achieved=""))


@pytest.mark.parametrize("status", ["delayed", "postponed", "cancelled"])
def test_what_does_not_go_as_planned_is_explained(status):
    assert [one.field for one in checks.blockers({"status": status})] == ["explanation"]
    assert checks.blockers({"status": status, "explanation": "Why."}) == []


def test_a_completed_policy_says_since_when_it_is_in_force():
    completed = {"status": "completed", "policy_kinds": ["rights_instruments"]}
    assert [one.field for one in checks.blockers(completed)] == ["in_force_since"]
    assert checks.blockers({**completed, "in_force_since": "2025-01-01"}) == []
    assert checks.blockers({**completed, "policy_kinds": []}) == []


def test_an_end_before_the_start_is_refused():
    assert [one.field for one in checks.cross_checks({"starts_on": "2025-02-01", "ends_on": "2025-01-31"})] == [
        "ends_on"
    ]
    assert checks.cross_checks({"starts_on": "2025-02-01", "ends_on": "2025-02-01"}) == []
    assert checks.cross_checks({"starts_on": "", "ends_on": "2025-02-01"}) == []
