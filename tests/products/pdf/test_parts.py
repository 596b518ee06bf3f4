"""What the brief says, before any format lays it out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adme.exports.charts import SmallMultiples, has_values, marks_in
from dissemination.editions.content import ASEAN, ReplyMark
from dissemination.products import words
from dissemination.products.brief import brief_of
from dissemination.products.brief_charts import PANELS, trend
from dissemination.products.profiles import body_of, same_body, state_of

from ..made import empty, figure, rich
from .large import large


def test_a_change_between_unlike_groups_says_so() -> None:
    plain = rich()
    leaf = plain.leaves[0]
    figures = (figure(leaf.code, ASEAN, 2016, 40.0, states_reporting=5), figure(leaf.code, ASEAN, 2024, 44.0))
    found = words.movement(replace(plain, figures=figures), leaf)
    assert found is not None
    assert (found.difference, found.is_sought, found.same_reach) == (4.0, True, False)
    assert words.reach(found).startswith("5 states in 2016, 9 states in 2024".replace("9 states", "9"))
    assert words.difference(leaf, found) == "+4.0\u00a0pp"


def test_figures_of_two_recipes_are_not_compared() -> None:
    plain = rich()
    leaf = plain.leaves[0]
    figures = (figure(leaf.code, ASEAN, 2016, 40.0, recipe_version=1), figure(leaf.code, ASEAN, 2024, 44.0))
    assert words.movement(replace(plain, figures=figures), leaf) is None


def test_a_change_smaller_than_the_decimals_is_none() -> None:
    plain = rich()
    leaf = plain.leaves[0]
    figures = (figure(leaf.code, ASEAN, 2016, 40.01), figure(leaf.code, ASEAN, 2024, 40.02))
    found = words.movement(replace(plain, figures=figures), leaf)
    assert found is not None
    assert found.words == "unchanged"


@pytest.mark.parametrize(
    ("share", "shown"), [(0.9999, "over 99\u00a0%"), (1.0, "100\u00a0%"), (0.001, "under 1\u00a0%")]
)
def test_coverage_is_never_all_when_something_is_missing(share: float, shown: str) -> None:
    assert shown in words.coverage(figure("5a", ASEAN, 2024, 1.0, population_share=share))


def test_needs_that_leaves_share_are_told_once() -> None:
    groups = brief_of(large()).gaps.groups
    assert groups
    for group in groups:
        assert group.needed == "A series. It has to be found."
        assert group.own == ("",) * len(group.leaves)
    plain = large()
    without = [leaf for leaf in plain.leaves if leaf.state_of_data == "none"]
    told = tuple(
        replace(leaf, needed=f"A series. Candidate {leaf.code}.") if leaf in without else leaf for leaf in plain.leaves
    )
    for group in brief_of(replace(plain, leaves=told)).gaps.groups:
        if len(group.leaves) > 1:
            assert group.needed == "A series."
            assert group.own == tuple(f"Candidate {leaf.code}." for leaf in group.leaves)


def test_silence_is_not_consent() -> None:
    plain = replace(rich(), replies=(ReplyMark("THA", "5a", 0, "silent", "", None, "", "", "", None),))
    replies = brief_of(plain).replies
    assert "no reply came" in replies.sentence
    assert "silence is not consent" in replies.sentence
    assert replies.rows == ()
    assert "No Member State was asked" in brief_of(replace(plain, replies=())).replies.sentence


def test_texts_of_analysts_are_taken_paragraph_by_paragraph() -> None:
    plain = rich()
    texts = tuple(replace(one, text="One.\n\n\nTwo.\nStill two.", is_automatic=False) for one in plain.texts)
    brief = brief_of(replace(plain, texts=texts))
    assert brief.cover.foreword == ("One.", "Two.\nStill two.")
    assert brief.movements == ("One.", "Two.\nStill two.")
    assert brief_of(rich()).movements == (), "what is made from the figures stands in the table"


def test_a_characteristic_shows_at_most_six_trends_and_says_how_many_more() -> None:
    part = next(one for one in brief_of(large()).characteristics if one.letter == "E")
    chart = next(one for one in part.charts if isinstance(one, SmallMultiples))
    assert len(chart.panels) == PANELS
    assert "more leaves with a trend" in chart.head.note


def test_a_trend_leaves_gaps_and_carries_marks() -> None:
    plain = rich()
    leaf = plain.leaves[0]
    figures = (
        figure(leaf.code, ASEAN, 2016, 40.0, states_carried=0),
        figure(leaf.code, ASEAN, 2017, None, withheld="Too few."),
        figure(leaf.code, ASEAN, 2018, 41.0, states_carried=3),
        figure(leaf.code, ASEAN, 2019, 42.0, obs_status="E", states_carried=0),
    )
    chart = trend(replace(plain, figures=figures, ratings=()), leaf)
    assert chart.years == (2016, 2017, 2018, 2019)
    assert chart.series[0].values == (40.0, None, 41.0, 42.0)
    assert [str(mark) for mark in marks_in(chart)] == ["estimated", "carried"]


def test_nothing_is_drawn_of_nothing() -> None:
    for part in brief_of(empty()).characteristics:
        assert part.charts == ()
    assert not has_values(trend(empty(), empty().leaves[0]))


@pytest.mark.parametrize(
    ("name", "asked", "same"), [("COM to AATHP", "COM-AATHP", True), ("ACW", "ACWC", False), ("SOM-ED", "SOM-ED", True)]
)
def test_bodies_are_known_by_code_and_by_acronym(name: str, asked: str, same: bool) -> None:
    assert same_body(name, asked) is same


def test_a_body_without_a_report_has_no_number() -> None:
    report = body_of(large(), "SOMY")
    assert report.figures[0].value == ".."
    assert "not zero activity" in report.sentence
    assert report.charts == ()


def test_a_state_without_reports_is_silent_and_not_idle() -> None:
    plain = large()
    matrix = plain.table("tool2.matrix")
    assert matrix is not None
    place = matrix.columns.index("Viet Nam")
    rows = tuple((*row[:place], "not reported", *row[place + 1 :]) for row in matrix.rows)
    tables = tuple(replace(matrix, rows=rows) if one is matrix else one for one in plain.tables)
    told = next(one for one in state_of(replace(plain, tables=tables), "VNM").tables if "actions of" in one.title)
    assert told.rows == ()
    assert "that is not inaction" in told.note
