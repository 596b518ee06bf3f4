"""Formulas hold for any numbers: bounds, scale, and missing is never zero."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from databases_a.rfmd import formulas

numbers = st.floats(min_value=-1e12, max_value=1e12)
any_finite = st.floats(allow_nan=False, allow_infinity=False)
weights = st.floats(min_value=0, max_value=1e12)
positive = st.floats(min_value=1e-6, max_value=1e12)


def test_sum_of_known_values() -> None:
    assert formulas.total([1.5, 2.5, 0.0]) == 4.0


@given(st.lists(numbers, max_size=20), st.integers(0, 20))
def test_a_missing_value_makes_a_sum_missing_not_smaller(values: list[float], place: int) -> None:
    with_gap: list[float | None] = [*values]
    with_gap.insert(min(place, len(values)), None)
    assert formulas.total(with_gap) is None
    assert formulas.mean(with_gap) is None


def test_nothing_has_no_sum_and_no_mean() -> None:
    assert formulas.total([]) is None
    assert formulas.mean([]) is None
    assert formulas.weighted_mean([]) is None


def test_zeros_stay_zero() -> None:
    assert formulas.identity(0.0) == 0.0
    assert formulas.total([0.0, 0.0]) == 0.0
    assert formulas.mean([0.0, 0.0]) == 0.0
    assert formulas.weighted_mean([(0.0, 5.0), (0.0, 1.0)]) == 0.0
    assert formulas.ratio(0.0, 5.0) == 0.0
    assert formulas.per_100k(0.0, 1000.0) == 0.0
    assert formulas.change_since(3.0, 3.0) == 0.0


@given(st.lists(numbers, min_size=1, max_size=30))
def test_sum_equals_exact_arithmetic(values: list[float]) -> None:
    assert formulas.total(values) == float(sum(Fraction(value) for value in values))


@given(st.lists(any_finite, min_size=1, max_size=30))
def test_a_mean_lies_between_the_smallest_and_the_largest(values: list[float]) -> None:
    result = formulas.mean(values)
    assert result is not None
    assert min(values) <= result <= max(values)


@given(st.lists(st.tuples(any_finite, weights), min_size=1, max_size=30))
def test_a_weighted_mean_lies_between_the_values_that_weigh(pairs: list[tuple[float, float]]) -> None:
    result = formulas.weighted_mean(pairs)
    weighing = [value for value, weight in pairs if weight > 0]
    if not weighing:
        assert result is None
    else:
        assert result is not None
        assert min(value for value, _ in pairs) <= result <= max(value for value, _ in pairs)


@given(st.lists(st.tuples(numbers, positive), min_size=1, max_size=20), st.sampled_from([0.5, 2.0, 1024.0]))
def test_the_unit_of_the_weight_does_not_matter(pairs: list[tuple[float, float]], factor: float) -> None:
    scaled = [(value, weight * factor) for value, weight in pairs]
    assert formulas.weighted_mean(scaled) == formulas.weighted_mean(pairs)


@given(st.lists(st.tuples(numbers, positive), min_size=1, max_size=20))
def test_equal_weights_give_the_plain_mean(pairs: list[tuple[float, float]]) -> None:
    result = formulas.weighted_mean([(value, 7.0) for value, _ in pairs])
    assert result == pytest.approx(formulas.mean([value for value, _ in pairs]), rel=1e-9, abs=1e-3)


def test_weighted_mean_by_hand() -> None:
    assert formulas.weighted_mean([(10.0, 300.0), (20.0, 100.0)]) == 12.5


@pytest.mark.parametrize("pairs", [[(1.0, None)], [(None, 1.0)], [(1.0, -1.0)], [(1.0, 0.0)]])
def test_a_weighted_mean_without_usable_weights_is_missing(pairs: list[tuple[float | None, float | None]]) -> None:
    assert formulas.weighted_mean(pairs) is None


@given(any_finite, any_finite, any_finite)
def test_a_ratio_is_finite_or_missing(numerator: float, denominator: float, scale: float) -> None:
    result = formulas.ratio(numerator, denominator, scale)
    assert result is None or math.isfinite(result)


def test_a_ratio_over_zero_is_missing() -> None:
    assert formulas.ratio(5.0, 0.0) is None
    assert formulas.ratio(None, 5.0) is None
    assert formulas.ratio(5.0, None) is None


def test_ratio_of_sums_differs_from_mean_of_ratios() -> None:
    assert formulas.ratio_of_sums([(1.0, 2.0), (9.0, 10.0)], 100.0) == pytest.approx(1000 / 12)


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=20))
def test_a_ratio_of_sums_lies_between_the_ratios(pairs: list[tuple[float, float]]) -> None:
    result = formulas.ratio_of_sums(pairs)
    ratios = [n / d for n, d in pairs]
    assert result is not None
    assert min(ratios) * (1 - 1e-9) <= result <= max(ratios) * (1 + 1e-9)


def test_per_100k() -> None:
    assert formulas.per_100k(12.0, 2_400_000.0) == 0.5


@given(numbers, numbers)
def test_change_undoes_itself(current: float, base: float) -> None:
    change = formulas.change_since(current, base)
    assert change is not None
    assert base + change == pytest.approx(current, abs=1e-3)


def test_relative_change_keeps_the_sign_for_a_negative_base_and_does_not_exist_from_zero() -> None:
    assert formulas.change_since(-5.0, -10.0, relative=True) == 50.0
    assert formulas.change_since(15.0, 10.0, relative=True) == 50.0
    assert formulas.change_since(15.0, 0.0, relative=True) is None
    assert formulas.change_since(15.0, 0.0) == 15.0
    assert formulas.change_since(None, 1.0) is None


@given(st.dictionaries(st.integers(1990, 2030), numbers), st.integers(1990, 2030), st.integers(0, 10))
def test_latest_within_finds_the_newest_not_after_the_year(by_year: dict[int, float], year: int, n: int) -> None:
    found = formulas.latest_within(by_year, year, n)
    candidates = [known for known in by_year if year - n <= known <= year]
    assert (found[0] if found else None) == max(candidates, default=None)
    if found:
        assert found[1] == by_year[found[0]]


@given(st.lists(numbers, max_size=30), numbers)
def test_satisfying_and_not_satisfying_add_up(values: list[float], threshold: float) -> None:
    yes = formulas.count_satisfying(values, ">=", threshold)
    no = formulas.count_satisfying(values, "<", threshold)
    assert yes + no == len(values)


def test_a_zero_can_satisfy_a_condition() -> None:
    assert formulas.count_satisfying([0.0, 1.0], "<=", 0.0) == 1.0


@given(any_finite, any_finite)
def test_no_formula_returns_infinity(first: float, second: float) -> None:
    assume(first != second)
    for result in (
        formulas.total([first, second]),
        formulas.mean([first, second]),
        formulas.change_since(first, second, relative=True),
        formulas.per_100k(first, second),
    ):
        assert result is None or math.isfinite(result)
