"""Ranges by median and MAD: suggested where history allows, never on short or zero-heavy series, adopted by choice."""

from __future__ import annotations

import pytest

from adme.accounts.models import Role
from databases_c.expected import suggest
from databases_c.layout import RuleKind
from databases_c.models import SetVersion
from databases_c.refusals import Refused
from databases_c.services import expected, sets
from tests.records.factories import make_report, make_set, send


def one(values):
    return suggest({"": values})[0]


def test_the_range_is_three_spreads_around_the_median():
    found = one([90, 100, 110, 100, 95, 105])
    assert (found.middle, found.mad) == (100, 5)
    assert found.least == pytest.approx(100 - 3 * 1.4826 * 5, abs=0.1)
    assert found.most == pytest.approx(100 + 3 * 1.4826 * 5, abs=1)
    assert (found.outside, found.why_not) == (0, "")


def test_one_wild_value_does_not_widen_the_range():
    found = one([90, 100, 110, 100, 95, 105, 9000])
    assert found.most < 200
    assert found.outside == 1


def test_counts_have_no_negative_least():
    assert one([1, 50, 2, 80, 60]).least == 0


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "no value yet"),
        ([1, 2, 3], "only 3 values"),
        ([0, 0, 5, 9, 7], "too many zeros"),
        ([4, 4, 4, 4, 4], "do not vary"),
    ],
)
def test_no_range_where_history_does_not_carry_one(values, why):
    found = one(values)
    assert (found.least, found.most) == (None, None)
    assert why in found.why_not


@pytest.fixture
def history(reference_data):
    """Four approved reports, and one that is not."""
    held = make_set()
    for period, persons in (("2021", 10), ("2022", 12), ("2023", 11), ("2024", 14)):
        send(make_report(held, period=period, state="VNM"), [["N", "F", str(persons)], ["N", "M", "0"]])
    for report in held_reports(held):
        report.state = "approved"
        report.save()
    send(make_report(held, period="2025"), [["N", "F", "99999"]])
    return held


def held_reports(held):
    from adme.reporting.models import Obligation

    return Obligation.objects.filter(round__tool=held.tool)


pages = pytest.mark.django_db


@pages
def test_history_is_what_approved_reports_hold(history):
    found = {one.group: one for one in expected.suggestions(history, column="persons", by=["sex"])}
    assert found["F"].number == 4
    assert found["F"].most < 100
    assert found["M"].why_not == "too many zeros"


@pages
def test_chosen_ranges_become_a_rule_of_the_draft_and_replace_the_last(history, user_with):
    analyst = user_with(Role.ANALYST)
    for _ in range(2):
        draft = expected.adopt_ranges(
            record_set=history, column="persons", by_columns=["sex"], chosen=["F", "M", "nobody"], by=analyst
        )
    rules = draft.read_layout().rules
    assert [(one.kind, list(one.params["bounds"])) for one in rules] == [(RuleKind.EXPECTED, ["F"])]
    assert sets.draft_of(history) == draft
    assert history.versions.get(state=SetVersion.State.IN_FORCE).layout["rules"] == []


@pages
def test_no_choice_writes_nothing(history, user_with):
    with pytest.raises(Refused, match="Choose at least one"):
        expected.adopt_ranges(
            record_set=history, column="persons", by_columns=["sex"], chosen=["M"], by=user_with(Role.ANALYST)
        )
    assert sets.draft_of(history) is None


@pytest.mark.parametrize("is_personal", [True, False])
def test_of_persons_no_range_rests_on_sums_of_few_records(reference_data, is_personal):
    """A range of four reports with one woman each would tell about these women; a range of things may."""
    held = make_set(is_personal=is_personal, kind="records")
    for period, days in (("2021", 10), ("2022", 12), ("2023", 11), ("2024", 14)):
        rows = [["N", "F", str(days)], *([["N", "M", str(days + n)] for n in range(5)])]
        send(make_report(held, period=period), rows)
    held_reports(held).update(state="approved")
    found = {one.group: one.most is not None for one in expected.suggestions(held, column="persons", by=["sex"])}
    assert found == ({"M": True} if is_personal else {"F": True, "M": True})
