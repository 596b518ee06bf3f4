"""How figures are written: missing is never zero, percent is not percentage points, and thousands stand apart."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adme.common import formatting as f

GAP = f.THIN_SPACE
MINUS = f.MINUS


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, 0, f"1{GAP}234{GAP}567"),
        (1234.5, 1, f"1{GAP}234.5"),
        (999.96, 1, f"1{GAP}000.0"),
        (0, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-12.25, 1, f"{MINUS}12.3"),
        (Decimal("2.675"), 2, "2.68"),
        (0.1 + 0.2, None, "0.3"),
        (5, None, "5"),
        (1e15, 0, GAP.join(["1", "000", "000", "000", "000", "000"])),
    ],
)
def test_numbers_have_thin_spaces_and_the_decimals_asked_for(value, decimals, text):
    assert f.number(value, decimals) == text


@pytest.mark.parametrize("value", [None, "", float("nan"), float("inf"), "not a number", True])
def test_what_is_no_number_is_not_available_and_never_zero(value):
    assert f.number(value, 1) == ".."
    assert f.percent(value, 1) == ".."
    assert f.share(value) == ".."
    assert f.points(value) == ".."


def test_zero_nil_missing_and_not_applicable_are_four_different_signs():
    signs = [f.figure(0, 0), f.figure(0, 0, nil=True), f.figure(None, 0, "O"), f.figure(None, 0, "M")]

    assert signs == ["0", "-", "..", "n.a."]


def test_a_provisional_figure_carries_its_mark_and_a_missing_one_does_not():
    assert f.figure(12.4, 1, "P") == f"12.4{GAP}(p)"
    assert f.figure(None, 1, "P") == ".."


def test_percent_is_not_percentage_points():
    assert f.percent(84, 0) == f"84{GAP}%"
    assert f.share(0.84) == f"84{GAP}%"
    assert f.points(1.25) == "+1.3 percentage points"
    assert f.points(-1, 0) == f"{MINUS}1 percentage point"
    assert f.change(2, "%", 1) == "+2.0 percentage points"
    assert f.change(2, "persons", 0) == "+2 persons"


def test_coverage_names_states_and_population():
    assert f.coverage(9, 11, 0.84) == f"9 of 11 states, 84{GAP}% of population"
    assert f.coverage(9, 11) == "9 of 11 states"
    assert f.coverage(None, 11) == "Coverage not known"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2025", "2025"),
        ("2025-S1", "2025, first half"),
        ("2025-S2", "2025, second half"),
        ("2025-Q3", "2025 Q3"),
        ("2025-07", "Jul 2025"),
        (2025, "2025"),
        (None, ".."),
    ],
)
def test_periods_are_words(value, text):
    assert f.period(value) == text


@pytest.mark.parametrize("text", ["2025", "2025-S1", "2025-S2", "2025-Q1", "2025-Q4", "2025-01", "2025-12"])
def test_the_key_of_a_period_reads_as_the_period_itself(text):
    """formatting may not import observations, so the layout of the key stands in both; this holds them together."""
    from adme.observations.periods import TimePeriod

    period = TimePeriod.parse(text)

    assert f.period(period.key) == f.period(period) == f.period(text)


def test_dates_and_times_are_unmistakable():
    assert f.day(date(2026, 11, 21)) == "21 Nov 2026"
    assert f.day("2026-07-01") == "1 Jul 2026"
    assert f.day("summer 2026") == "summer 2026"
    assert f.day(None) == ".."
    assert f.moment(datetime(2026, 11, 21, 14, 5, tzinfo=UTC)) == "21 Nov 2026, 14:05 UTC"


def test_the_key_below_a_table_names_only_what_occurs():
    assert f.status_key({"A", "P", "E"}) == [("(e)", "estimated"), ("(p)", "provisional")]


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12), st.integers(0, 4))
def test_a_written_number_reads_back_within_half_of_its_last_digit(value, decimals):
    text = f.number(value, decimals).replace(GAP, "").replace(MINUS, "-")

    assert abs(Decimal(text) - Decimal(repr(value))) <= Decimal("0.5").scaleb(-decimals)
