"""Rows become cells: each measure, dimension and rule of a recipe, on rows small enough to check by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adme.observations.periods import TimePeriod
from databases_c.compiling import CannotCompile, Cell, Compiled, DenominatorValue, compile_records
from databases_c.layout import read_layout
from databases_c.recipes import read_recipe

LAYOUT = read_layout({
    "columns": [
        {"name": "id", "label": "Person", "type": "text"},
        {"name": "sex", "label": "Sex", "type": "code", "codes": [["F", "Female"], ["M", "Male"], ["_T", "Total"]]},
        {"name": "age", "label": "Age", "type": "integer"},
        {"name": "place", "label": "Place", "type": "code", "codes": [["U", "Urban"], ["R", "Rural"]]},
        {"name": "amount", "label": "Amount", "type": "number"},
        {"name": "day", "label": "Day", "type": "day"},
    ]
})  # fmt: skip
SEX = {"column": "sex", "concept": "SEX", "label": "Sex"}
PLACE = {"column": "place", "concept": "URBANISATION", "label": "Place"}
AGE = {"column": "age", "concept": "AGE", "label": "Age", "bands": [[0, 14, "Y0T14"], [15, None, "Y_GE15"]]}
ROWS = [
    ["1", "F", "10", "U", "2.5", "2025-01-01"],
    ["2", "F", "30", "R", "0.1", "2025-12-31"],
    ["3", "M", "15", "U", "", "2026-01-01"],
    ["3", "", "", "U", "0.2", ""],
]


def compiled(
    recipe: Mapping[str, Any], rows: Sequence[Sequence[str]] = ROWS, period: str = "2025", **options: Any
) -> Compiled:
    whole = {"numerator": {"measure": "count"}, "minimum_cell": 0, **recipe}
    return compile_records(
        rows, layout=LAYOUT, recipe=read_recipe(whole, LAYOUT), period=TimePeriod.parse(period), **options
    )


def values(recipe: Mapping[str, Any], rows: Sequence[Sequence[str]] = ROWS, **options: Any) -> dict[str, Any]:
    return {one.dimensions: one.value for one in compiled(recipe, rows, **options).cells}


def many(*groups: tuple[int, str, str]) -> list[list[str]]:
    """So many persons of this sex and place."""
    return [
        [f"{sex}{place}{number}", sex, "20", place, "1.5", "2025-05-05"]
        for times, sex, place in groups
        for number in range(times)
    ]


def test_records_are_counted_in_total_and_by_each_code_and_a_blank_is_a_code_of_its_own():
    assert values({"dimensions": [SEX]}) == {"": 4.0, "SEX=F": 2.0, "SEX=M": 1.0, "SEX=_U": 1.0}


def test_combinations_without_records_are_nought_and_dimensions_are_named_in_order():
    found = values({"dimensions": [SEX, PLACE]}, many((6, "F", "U"), (7, "M", "R")))
    assert found == {
        "": 13, "SEX=F": 6, "SEX=M": 7, "URBANISATION=R": 7, "URBANISATION=U": 6, "SEX=F;URBANISATION=R": 0,
        "SEX=F;URBANISATION=U": 6, "SEX=M;URBANISATION=R": 7, "SEX=M;URBANISATION=U": 0,
    }  # fmt: skip
    assert list(found) == sorted(found)


def test_only_the_published_combinations_come_out_and_the_total_always():
    found = values({"dimensions": [SEX, PLACE], "published": [["URBANISATION"]]})
    assert set(found) == {"", "URBANISATION=R", "URBANISATION=U"}


def test_sums_are_exact_and_a_blank_adds_nothing():
    found = values({"numerator": {"measure": "sum", "column": "amount"}, "dimensions": [SEX]})
    assert found == {"": 2.8, "SEX=F": 2.6, "SEX=M": 0.0, "SEX=_U": 0.2}


def test_different_values_are_told_apart_in_each_table():
    found = values({"numerator": {"measure": "distinct", "column": "id"}, "dimensions": [SEX]})
    assert found == {"": 3.0, "SEX=F": 2.0, "SEX=M": 1.0, "SEX=_U": 1.0}


def test_a_mean_is_of_the_filled_values_and_cannot_exist_without_any():
    found = compiled({"numerator": {"measure": "mean", "column": "amount"}, "dimensions": [SEX]}).cells
    assert found[0].value == pytest.approx(2.8 / 3)
    assert found[1:3] == [Cell("SEX=F", 1.3), Cell("SEX=M", None, "M")]


@pytest.mark.parametrize(("filters", "left"), [
    ([{"column": "sex", "test": "is", "values": ["F"]}], 2),
    ([{"column": "sex", "test": "is_not", "values": ["F"]}], 2),
    ([{"column": "age", "test": "at_least", "values": ["15"]}], 2),
    ([{"column": "age", "test": "at_most", "values": ["15.0"]}], 2),
    ([{"column": "age", "test": "is", "values": ["10.0"]}], 1),
    ([{"column": "amount", "test": "is_not", "values": ["0.10"]}], 3),
    ([{"column": "amount", "test": "blank"}], 1),
    ([{"column": "amount", "test": "filled"}], 3),
    ([{"column": "day", "test": "at_least", "values": ["2025-12-31"]}], 2),
    ([{"column": "sex", "test": "is", "values": ["F"]}, {"column": "place", "test": "is", "values": ["U"]}], 1),
])  # fmt: skip
def test_filters_leave_records_out_and_count_them(filters, left):
    found = compiled({"filters": filters})
    assert found.cells[0].value == left
    assert found.counts["filtered"] == 4 - left
    assert found.counts["used"] == left


def test_a_number_filter_on_a_text_is_refused_with_a_sentence():
    with pytest.raises(CannotCompile, match="compares with 'old', which is no number"):
        compiled({"filters": [{"column": "age", "test": "at_least", "values": ["old"]}]})


@pytest.mark.parametrize(("period", "left"), [("2025", 2), ("2026", 1), ("2025-Q1", 1), ("2025-12", 1), ("2025-S2", 1)])
def test_records_of_another_day_are_left_out_and_counted(period, left):
    found = compiled({"period_rule": "day_within", "period_column": "day"}, period=period)
    assert (found.cells[0].value, found.counts["outside_period"]) == (left, 4 - left)


def test_of_records_with_the_same_key_the_first_counts():
    found = compiled({"distinct_by": ["id"], "dimensions": [SEX]})
    assert found.counts["duplicates"] == 1
    assert {one.dimensions for one in found.cells} == {"", "SEX=F", "SEX=M"}


def test_bands_and_mappings_make_codes():
    mapping = {**PLACE, "mapping": [["U", "CITY"]]}
    found = values({"dimensions": [AGE, mapping], "published": [["AGE"], ["URBANISATION"]]})
    assert found == {
        "": 4, "AGE=Y0T14": 1, "AGE=Y_GE15": 2, "AGE=_U": 1, "URBANISATION=CITY": 3, "URBANISATION=R": 1
    }  # fmt: skip
    gap = {**AGE, "bands": [[0, 14, "Y0T14"]]}
    assert values({"dimensions": [gap]})["AGE=_O"] == 2  # given, but in no band


def test_rows_that_are_totals_do_not_count_twice():
    rows = many((6, "F", "U"), (7, "M", "U"), (13, "_T", "U"))
    found = compiled({"dimensions": [SEX]}, rows)
    assert {one.dimensions: one.value for one in found.cells} == {"": 13, "SEX=F": 6, "SEX=M": 7}
    assert found.counts["total_rows"] == 13


def test_a_state_that_gives_totals_only_says_nothing_about_the_parts():
    assert values({"dimensions": [SEX]}, many((13, "_T", "U"))) == {"": 13, "SEX=_U": 13}


def test_without_records_there_is_a_nought_and_nothing_to_break_down():
    assert values({"dimensions": [SEX, PLACE]}, []) == {"": 0.0}


def test_codes_that_are_known_are_shown_as_nought():
    assert values({"dimensions": [PLACE]}, [], codes={"URBANISATION": ("R", "U")}) == {
        "": 0, "URBANISATION=R": 0, "URBANISATION=U": 0
    }  # fmt: skip


def test_a_share_of_the_same_records():
    part = {"measure": "count", "filters": [{"column": "place", "test": "is", "values": ["U"]}]}
    recipe = {
        "numerator": part, "denominator": {"part": {"measure": "count"}}, "multiplier": 100, "dimensions": [SEX],
        "round_to": 0.1,
    }  # fmt: skip
    assert values(recipe, ROWS[:3]) == {"": 66.7, "SEX=F": 50.0, "SEX=M": 100.0}


def test_a_ratio_to_a_series_takes_the_total_or_the_same_dimensions():
    known = {"": DenominatorValue(1000.0), "SEX=F": DenominatorValue(500.0, "E"), "SEX=M": DenominatorValue(0.0)}
    recipe = {"denominator": {"series": "X:Y"}, "multiplier": 1000, "dimensions": [SEX]}
    assert values(recipe, denominators=known) == {"": 4.0, "SEX=F": 2.0, "SEX=M": 1.0, "SEX=_U": 1.0}
    recipe["denominator"] = {"series": "X:Y", "by_dimensions": True}
    found = compiled(recipe, denominators=known)
    assert found.cells == [
        Cell("", 4.0), Cell("SEX=F", 4.0, "E"), Cell("SEX=M", None, "M"), Cell("SEX=_U", None, "O")
    ]  # fmt: skip
    assert found.counts["without_denominator"] == 1


def test_values_are_rounded_to_multiples_halves_up():
    assert values({"round_to": 5}, many((12, "F", "U")))[""] == 10
    assert values({"round_to": 5}, many((13, "F", "U")))[""] == 15
    amounts = {"numerator": {"measure": "sum", "column": "amount"}, "round_to": 0.5}
    assert values(amounts, [["1", "F", "1", "U", "0.75", ""]])[""] == 1.0
    assert values(amounts, [["1", "F", "1", "U", "-0.75", ""]])[""] == -1.0


def test_small_cells_are_suppressed_and_others_to_protect_them():
    found = compiled(
        {"dimensions": [SEX, PLACE], "minimum_cell": 5},
        many((3, "F", "U"), (20, "F", "R"), (30, "M", "U"), (40, "M", "R")),
    )
    inner = {one.dimensions: one for one in found.cells if ";" in one.dimensions}
    assert inner["SEX=F;URBANISATION=U"] == Cell("SEX=F;URBANISATION=U", None, "Q", "C")
    assert [one.conf_status for one in inner.values()].count("D") == 3
    assert all(one.value is not None and one.conf_status == "F" for one in found.cells if ";" not in one.dimensions)
    assert (found.counts["suppressed"], found.counts["also_suppressed"]) == (1, 3)


def test_nought_is_published_where_it_protects_nothing():
    found = compiled({"dimensions": [SEX, PLACE], "minimum_cell": 5}, many((9, "F", "U"), (9, "M", "R")))
    assert {one.value for one in found.cells if ";" in one.dimensions} == {0.0, 9.0}


def test_a_sum_of_few_records_is_suppressed_however_large():
    rows = [["1", "F", "1", "U", "1000000", ""], *many((9, "M", "U"), (9, "_U", "U"))]
    found = compiled(
        {"numerator": {"measure": "sum", "column": "amount"}, "dimensions": [SEX], "minimum_cell": 5}, rows
    )
    by = {one.dimensions: one for one in found.cells}
    assert by["SEX=F"].conf_status == "C"
    assert sorted(by[name].conf_status for name in ("SEX=M", "SEX=_U")) == ["D", "F"]


def test_a_count_made_by_the_state_is_small_by_what_it_counts_not_by_its_rows():
    rows = [["", "F", "3", "", "", ""], ["", "M", "40", "", "", ""], ["", "_U", "50", "", "", ""]]
    recipe = {"numerator": {"measure": "sum", "column": "age"}, "dimensions": [SEX], "minimum_cell": 5}
    by = {one.dimensions: one for one in compiled(recipe, rows, rows_are_counts=True).cells}
    assert by["SEX=F"].conf_status == "C"
    assert by[""].value == 93
    assert [one.conf_status for one in compiled(recipe, rows).cells] == ["C"] * 4  # three records are few


def test_few_records_in_the_denominator_suppress_a_share_even_of_nought():
    urban = {"measure": "count", "filters": [{"column": "place", "test": "is", "values": ["U"]}]}
    recipe = {"numerator": urban, "denominator": {"part": {"measure": "count"}}, "dimensions": [SEX], "minimum_cell": 5}
    rows = many((3, "F", "R"), (9, "M", "U"), (9, "M", "R"), (8, "_U", "U"), (20, "_U", "R"))
    by = {one.dimensions: one for one in compiled(recipe, rows).cells}
    assert by["SEX=F"].conf_status == "C"
    assert sorted(by[name].conf_status for name in ("SEX=M", "SEX=_U")) == ["D", "F"]


@pytest.mark.parametrize("numerator", [
    {"measure": "count"}, {"measure": "sum", "column": "age"}, {"measure": "distinct", "column": "id"},
    {"measure": "mean", "column": "age"},
])  # fmt: skip
def test_a_figure_without_dimensions_is_suppressed_or_shown_as_a_whole(numerator):
    for rows_are_counts in (False, True):
        few = compiled({"numerator": numerator, "minimum_cell": 50}, many((4, "F", "U")), rows_are_counts=False)
        assert [one.conf_status for one in few.cells] == ["C"]
        enough = compiled(
            {"numerator": numerator, "minimum_cell": 5}, many((9, "F", "U")), rows_are_counts=rows_are_counts
        )
        assert [one.conf_status for one in enough.cells] == ["F"]


def test_suppression_is_off_below_a_minimum_of_two():
    assert not compiled({"dimensions": [SEX, PLACE], "minimum_cell": 1}).counts["suppressed"]


def test_a_code_that_would_break_the_name_of_a_series_is_refused():
    bad = {**PLACE, "mapping": [["U", "A=1;B"]]}
    with pytest.raises(CannotCompile, match="Map it to another code"):
        compiled({"dimensions": [bad]})


def test_too_many_cells_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr("databases_c.compiling.cells.MOST_CELLS", 3)
    with pytest.raises(CannotCompile, match="Group by fewer dimensions"):
        compiled({"dimensions": [SEX, PLACE]})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "F", "M"]), st.sampled_from(["", "U", "R"]), st.sampled_from(["", "0.1", "2.25", "7"])
        ),
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_parts_add_up_to_their_total_and_the_order_of_rows_does_not_matter(told, random):
    rows = [["1", sex, "1", place, amount, ""] for sex, place, amount in told]
    recipe = {"numerator": {"measure": "sum", "column": "amount"}, "dimensions": [SEX, PLACE]}
    found = values(recipe, rows)
    for concept in ("SEX", "URBANISATION"):
        parts = [value for name, value in found.items() if name.startswith(concept) and ";" not in name]
        assert not parts or sum(parts) == pytest.approx(found[""])
    random.shuffle(rows)
    assert values(recipe, rows) == found
    protected = {"numerator": {"measure": "count"}, "dimensions": [SEX, PLACE], "minimum_cell": 5}
    assert compiled(protected, rows) == compiled(protected, rows[::-1])
