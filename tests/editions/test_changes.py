"""Every figure that differs is named once, with the cause that its inputs tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissemination.editions.changes import compare, differs
from dissemination.editions.content import ASEAN, State
from dissemination.editions.states import Cause

from .made import content, contents, figure, leaf, unhurried

IDN, TLS = "IDN", "TLS"


def _causes(before, after, inputs=None):
    return [(one.area, one.cause, one.detail) for one in compare(before, after, lambda ids: inputs or {})]


def _one(old, new, before_inputs=(), after_inputs=(), **given):
    """The one change between two contents of one figure."""
    before = content(*([replace(old, value_id=1)] if old else []), **given)
    after = content(*([replace(new, value_id=2)] if new else []), **given)
    (change,) = compare(before, after, lambda ids: {1: before_inputs, 2: after_inputs})
    return change


def entry(reference, value, *, role="value", area=IDN, period=2025000, weight=None):
    return [role, area, reference, period, value, weight]


FIG = figure(area=IDN, value=50.0)


def test_equal_contents_have_no_change_and_inputs_are_not_asked_for():
    def never(ids):
        raise AssertionError("nothing differs, so nothing is read")

    assert compare(content(FIG), content(FIG), never) == ()


def test_another_version_of_the_recipe_is_a_change_of_method_whatever_else_differs():
    change = _one(FIG, replace(FIG, value=60.0, recipe_version=2), [entry("B:1", 50.0)], [entry("B:2", 60.0)])
    assert change.cause == Cause.METHOD
    assert change.detail == "The recipe is version 2 now; it was version 1. And 1 more thing differs."


def test_a_new_member_is_a_change_of_membership():
    old = figure(value=50.0, states_expected=10, states_reporting=10)
    new = replace(old, value=49.0, states_expected=11, states_reporting=11, value_id=2)
    states = (State("BRN", "Brunei Darussalam", None), State(TLS, "Timor-Leste", date(2025, 10, 26)))
    before = content(replace(old, value_id=1), states=states[:1])
    after = content(new, states=states)
    told = _causes(before, after, {1: [], 2: [entry("B:9", 30.0, area=TLS)]})
    assert told[0][1] == Cause.MEMBERSHIP
    assert "11 states are counted for 2025 now, 10 before: Timor-Leste." in told[0][2]


def test_a_state_that_turned_out_not_to_be_concerned_is_no_change_of_membership():
    old = figure(states_expected=11, states_reporting=9)
    change = _one(old, replace(old, states_expected=10, value=51.0))
    assert change.cause == Cause.OTHER


@pytest.mark.parametrize(
    ("reference", "cause"),
    [("B", Cause.SOURCE_REVISION), ("C", Cause.CORRECTION), ("S", Cause.CORRECTION), ("T1", Cause.CORRECTION)],
)
def test_a_replaced_input_is_a_revision_of_the_source_or_a_correction(reference, cause):
    change = _one(FIG, replace(FIG, value=52.0), [entry(f"{reference}:1", 50.0)], [entry(f"{reference}:2", 52.0)])
    assert change.cause == cause
    assert change.detail.startswith("Indonesia, value of 2025: the")


def test_an_input_that_is_there_now_came_late():
    old = figure(states_reporting=9)
    change = _one(
        old, replace(old, value=51.0, states_reporting=10), [entry("B:1", 50.0, area="BRN")],
        [entry("B:1", 50.0, area="BRN"), entry("B:2", 52.0)],
    )  # fmt: skip
    assert change.cause == Cause.LATE_REPORT
    assert change.detail == "Indonesia, value of 2025: 52 was not there before. And 1 more thing differs."


def test_a_value_that_no_longer_stands_in_for_a_later_period_came_late():
    old = figure(states_carried=1)
    change = _one(
        old, replace(old, value=51.0, states_carried=0), [entry("B:1", 50.0, period=2023000)], [entry("B:2", 52.0)]
    )
    assert change.cause == Cause.LATE_REPORT
    assert change.detail == "Indonesia, value of 2025: 52 came; 50 of 2023 stood in for it."


def test_a_withheld_figure_that_is_shown_now_came_late():
    old = figure(value=None, withheld="Withheld: 3 of 11 states.", states_reporting=3, obs_status="O")
    change = _one(old, figure(value=50.0, states_reporting=9))
    assert (change.cause, change.before, change.after) == (Cause.LATE_REPORT, None, 50.0)


def test_a_count_of_reports_that_grew_with_them_came_late_and_is_no_correction():
    old = figure(value=5.0, coverage_of="bodies", states_reporting=6, states_expected=15)
    counted = [entry("T1:a", 5.0, area=ASEAN)], [entry("T1:b", 7.0, area=ASEAN)]
    assert _one(old, replace(old, value=7.0, states_reporting=8), *counted).cause == Cause.LATE_REPORT
    assert _one(old, replace(old, value=7.0), *counted).cause == Cause.CORRECTION


def test_a_later_period_than_any_before_is_new():
    before, after = content(figure(area=IDN, period=2024000)), content(
        figure(area=IDN, period=2024000), figure(area=IDN, period=2025000, value_id=2)
    )  # fmt: skip
    assert [one[1] for one in _causes(before, after)] == [Cause.NEW_PERIOD]


def test_a_period_that_others_had_already_came_late():
    before = content(figure(area="BRN", period=2025000), figure(area=IDN, period=2024000, value_id=2))
    after = content(*before.figures, figure(area=IDN, period=2025000, value_id=3))
    assert [one[:2] for one in _causes(before, after)] == [(IDN, Cause.LATE_REPORT)]


def test_a_kpi_that_got_a_recipe_is_a_change_of_method():
    before = content(leaves=(leaf(recipe_version=None),))
    assert [one[1] for one in _causes(before, content(FIG))] == [Cause.METHOD]


def test_a_first_figure_under_the_same_recipe_came_late():
    assert [one[1] for one in _causes(content(), content(FIG))] == [Cause.LATE_REPORT]


def test_figures_of_a_state_that_joined_come_by_membership():
    joined = (*content().states, State(TLS, "Timor-Leste", date(2025, 10, 26)))
    told = _causes(content(FIG), content(FIG, figure(area=TLS, value_id=3), states=joined))
    assert [one[:2] for one in told] == [(TLS, Cause.MEMBERSHIP)]


def test_a_figure_that_is_gone_was_withdrawn_and_under_another_recipe_it_is_method():
    assert _one(FIG, None).cause == Cause.WITHDRAWN
    before, after = content(FIG), content(leaves=(leaf(recipe_version=2),))
    assert [one[1] for one in _causes(before, after)] == [Cause.METHOD]


def test_a_figure_that_is_withheld_now_was_withdrawn_with_its_reason():
    old = figure()
    change = _one(old, replace(old, value=None, withheld="Withheld: 4 of 11.", states_reporting=4, obs_status="O"))
    assert (change.cause, change.detail) == (Cause.WITHDRAWN, "Withheld: 4 of 11.")


def test_the_same_inputs_under_another_status_are_other():
    change = _one(FIG, replace(FIG, obs_status="P"), [entry("B:1", 50.0)], [entry("B:1", 50.0)])
    assert (change.cause, change.detail) == (
        Cause.OTHER,
        "The inputs are the same; the status of the figure is P now, A before.",
    )


def test_an_input_entered_again_without_a_change_is_no_cause():
    old = figure(states_reporting=9)
    change = _one(old, replace(old, value=51.0, states_reporting=10), [entry("B:1", 50.0)], [entry("B:2", 50.0)])
    assert change.cause == Cause.LATE_REPORT


def test_a_revised_weight_is_a_revision_of_the_source():
    old = figure(states_reporting=9)
    change = _one(old, replace(old, value=51.0), [entry("B:1", 50.0, weight=100.0)], [entry("B:1", 50.0, weight=110.0)])
    assert change.cause == Cause.SOURCE_REVISION
    assert change.detail == "Indonesia, value of 2025: its weight 100 became 110."


def test_only_the_areas_asked_for_are_compared():
    before, after = content(FIG, figure(area="BRN", value_id=3)), content()
    assert [one.area for one in compare(before, after, lambda ids: {}, areas={IDN})] == [IDN]


# --- whatever comes ---------------------------------------------------------------------------------------------------

_entries = st.lists(
    st.tuples(
        st.sampled_from(["value", "numerator", "weight", "reporting"]), st.sampled_from([IDN, "BRN", ASEAN]),
        st.sampled_from(["B:1", "B:2", "C:1", "S:7", "T1:x"]), st.sampled_from([2023000, 2024000, 2025000]),
        st.none() | st.floats(-1e6, 1e6), st.none() | st.floats(0, 1e6),
    ).map(list),
    max_size=4,
)  # fmt: skip


@unhurried
@given(contents, contents, _entries, _entries)
def test_every_difference_is_told_once_and_nothing_else(before, after, one, two):
    changes = compare(before, after, lambda ids: {key: (one if key % 2 else two) for key in ids})
    old, new = ({figure.key: figure for figure in each.figures} for each in (before, after))
    differing = {key for key in {*old, *new} if differs(old.get(key), new.get(key))}
    assert sorted((each.leaf, each.area, each.period) for each in changes) == sorted(differing)
    for each in changes:
        key = (each.leaf, each.area, each.period)
        assert each.cause in Cause.values
        assert each.detail
        assert each.before == (old[key].value if key in old else None)
        assert each.after == (new[key].value if key in new else None)


@unhurried
@given(contents)
def test_nothing_differs_from_itself(made):
    assert compare(made, made, lambda ids: {}) == ()


@unhurried
@given(contents, contents)
def test_what_came_one_way_goes_the_other(before, after):
    there = {(one.leaf, one.area, one.period): (one.before, one.after) for one in compare(before, after, lambda i: {})}
    back = {(one.leaf, one.area, one.period): (one.after, one.before) for one in compare(after, before, lambda i: {})}
    assert there == back
