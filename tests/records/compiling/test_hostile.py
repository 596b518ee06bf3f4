"""Figures at the edge of what there is: a sentence or a suppressed cell, never a broken job and never a number that
tells more than it should."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from adme.observations.periods import TimePeriod
from databases_c.compiling import CannotCompile, Compiled, DenominatorValue, compile_records
from databases_c.layout import LARGEST, read_layout
from databases_c.recipes import read_recipe

LAYOUT = read_layout({
    "columns": [
        {"name": "sex", "label": "Sex", "type": "code", "codes": [["F", "Female"], ["M", "Male"]]},
        {"name": "persons", "label": "Persons", "type": "integer"},
        {"name": "amount", "label": "Amount", "type": "number"},
    ]
})  # fmt: skip
SEX = {"column": "sex", "concept": "SEX", "label": "Sex"}
PERSONS: dict[str, Any] = {"numerator": {"measure": "sum", "column": "persons"}, "dimensions": [SEX]}
LARGE = str(int(LARGEST))


def compiled(recipe: dict[str, Any], rows: list[list[str]], **options: Any) -> Compiled:
    found = read_recipe(recipe, LAYOUT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a logarithm of less than nothing would leave the search without a cost
        return compile_records(rows, layout=LAYOUT, recipe=found, period=TimePeriod.parse("2025"), **options)


@pytest.mark.parametrize(
    "rows",
    [
        [["F", "-3", ""], ["M", "10", ""]],
        [["F", "-300", ""], ["M", "3", ""]],
        [["F", f"-{LARGE}", ""]] * 10_000 + [["M", "3", ""]],
    ],
)
def test_sums_below_zero_are_no_numbers_of_persons_so_the_rows_behind_them_decide(rows: list[list[str]]) -> None:
    """One row stands behind women or men: neither is told, nor would the total tell it."""
    cells = {one.dimensions: one for one in compiled(PERSONS, rows, rows_are_counts=True).cells}
    assert cells["SEX=M"].value is None
    assert cells["SEX=F"].value is None
    many = [["F", "-3", ""]] * 6 + [["M", "10", ""]] * 6
    shown = {one.dimensions: one.value for one in compiled(PERSONS, many, rows_are_counts=True).cells}
    assert shown == {"": 42.0, "SEX=F": -18.0, "SEX=M": 60.0}


def test_sums_beyond_what_is_told_apart_are_shown_and_small_ones_beside_them_hidden() -> None:
    cells = {
        one.dimensions: one
        for one in compiled(PERSONS, [["F", LARGE, ""]] * 10_000 + [["M", "3", ""]], rows_are_counts=True).cells
    }
    assert cells[""].value == 1e19
    assert [cells[one].value for one in ("SEX=F", "SEX=M")] == [None, None]


@pytest.mark.parametrize(
    ("denominator", "found"),
    [
        ({"part": {"measure": "sum", "column": "amount"}}, {}),
        ({"series": "WB_WDI:SP.POP.TOTL"}, {"": DenominatorValue(5e-324)}),
    ],
)
def test_a_figure_too_large_to_be_kept_is_a_sentence(denominator: dict[str, Any], found: dict[str, Any]) -> None:
    recipe = {"numerator": {"measure": "sum", "column": "persons"}, "denominator": denominator, "multiplier": 1e9}
    rows = [["F", LARGE, "1e-305"]] * 9
    with pytest.raises(CannotCompile, match="larger than any that can be kept"):
        compiled(recipe, rows, denominators=found)
    usual = compiled(recipe, [["F", "10", "5"]] * 9, denominators=dict.fromkeys(found, DenominatorValue(45.0)))
    assert usual.cells[0].value == pytest.approx(2e9)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-inf", "", "x"])
@pytest.mark.parametrize("test", ["is", "is_not", "at_least", "at_most"])
def test_a_recipe_that_compares_with_no_number_is_a_sentence(value: str, test: str) -> None:
    condition = {"column": "persons", "test": test, "values": [value]}
    for recipe in (
        {**PERSONS, "filters": [condition]},
        {"numerator": {"measure": "count", "filters": [condition]}},
        {"numerator": {"measure": "count"}, "denominator": {"part": {"measure": "count", "filters": [condition]}}},
    ):
        with pytest.raises(CannotCompile, match="which is no number"):
            compiled(recipe, [["F", "999", ""]])
    good = {**PERSONS, "filters": [{**condition, "test": "at_least", "values": ["1e3"]}], "minimum_cell": 0}
    assert compiled(good, [["F", "999", ""], ["M", "1000", ""]]).cells[0].value == 1000.0
