"""Text becomes a number in one way only, or is refused with a reason; nothing is guessed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adme.common.numbers import MISSING_MARKS, NumberError, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5),
        ("-3", -3.0),
        ("+5", 5.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("0", 0.0),
        ("5.22E-05", 5.22e-05),
        ("6.712703514285585", 6.712703514285585),
        (" 7\u00a0", 7.0),
        ("\ufeff7\u200b", 7.0),
        ("\u22125.5", -5.5),
    ],
)
def test_plain_decimals_are_read(text: str, value: float) -> None:
    assert parse_number(text) == value


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1.0, parse_number("-0") or 0.0) == 1.0


@pytest.mark.parametrize("mark", [*sorted(MISSING_MARKS), "  ", " .. ", "N/A"])
def test_declared_marks_mean_missing_and_not_zero(mark: str) -> None:
    assert parse_number(mark) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "not_finite"),
        ("Infinity", "not_finite"),
        ("-inf", "not_finite"),
        ("1e400", "too_large"),
        ("1e-400", "too_small"),
        ("1_000", "underscore"),
        ("\uff11\uff12\uff13", "foreign_digits"),
        ("\u0663", "foreign_digits"),
        ("0x10", "hexadecimal"),
        ("TRUE", "boolean"),
        ("1,234", "thousands_separator"),
        ("1.234,5", "thousands_separator"),
        ("1,234,567.8", "thousands_separator"),
        ("1 234", "thousands_separator"),
        ("1\u00a0234", "thousands_separator"),
        ("1,5", "decimal_comma"),
        ("12.5%", "percent_sign"),
        ("#N/A", "spreadsheet_error"),
        ("#DIV/0!", "spreadsheet_error"),
        ("12.4 e", "flag_in_cell"),
        ("12.4*", "flag_in_cell"),
        ("<1", "flag_in_cell"),
        ("12.41 [10.22-15.19]", "flag_in_cell"),
        ("about 20", "not_a_number"),
        ('"80.2"', "not_a_number"),
        ("2019-20", "not_a_number"),
    ],
)
def test_what_needs_a_guess_is_refused_with_its_name_and_a_remedy(text: str, code: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_number(text)
    assert caught.value.code == code
    assert caught.value.hint.endswith(".")


def test_a_separator_that_may_be_thousands_or_decimals_says_so() -> None:
    with pytest.raises(NumberError, match="not clear whether"):
        parse_number("1,234")


@settings(max_examples=2000, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text(alphabet="0123456789.,-+eE_% nainfty\u00a0\u0663", max_size=15)))
def test_any_text_gives_a_finite_number_or_none_or_a_number_error(text: str) -> None:
    try:
        value = parse_number(text)
    except NumberError:
        return
    assert value is None or math.isfinite(value)


@settings(max_examples=2000, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_comes_back_as_it_was_written(value: float) -> None:
    assert parse_number(repr(value)) == value
