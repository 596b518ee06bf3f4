"""Words and statistics of the pages."""

from __future__ import annotations

import pytest

from adme.common.formatting import THIN_SPACE
from dashboards import statistics, text
from databases_a.rfmd.progress import Progress, Rating
from databases_a.rfmd.selectors import LeafInfo, Series, Standing, ValueRow


def _row(area: str, year: int, value: float | None, reporting: int | None = None) -> ValueRow:
    return ValueRow(1, area, year * 1000, value, "A", "", reporting, 11 if reporting else None, None)


def _leaf(direction: str = "decrease") -> LeafInfo:
    return LeafInfo(
        1, "31c", "NEET", "% of youth", direction, "B", "", 2016, "topic-known", "", "E.3", "", "E", "", None
    )


def _standing(series: dict[str, dict[int, float]], direction: str = "decrease") -> Standing:
    made = {area: Series(area, tuple(_row(area, y, v, 9) for y, v in years.items())) for area, years in series.items()}
    return Standing(_leaf(direction), made, None, False, None, Progress(Rating.NONE, ""))


def test_percentages_differ_by_percentage_points() -> None:
    assert text.change(-1.04, 1, "% of youth") == "\u22121.0 percentage points"
    assert text.change(3, 0, "persons") == "+3 persons"


@pytest.mark.parametrize(
    ("share", "told"), [(0.84, "84"), (0.998, "over 99"), (1.0, "100"), (0.001, "under 1"), (0.0, "0")]
)
def test_coverage_never_rounds_to_all_or_nothing(share: float, told: str) -> None:
    row = ValueRow(1, "ASEAN", 2023000, 1.0, "A", "", 9, 11, share)
    assert text.coverage(row) == f"9 of 11 states, {told}{THIN_SPACE}% of population"


def test_direction_decides_whether_a_change_is_as_sought() -> None:
    assert text.moved(_leaf("decrease"), -1) == "as sought"
    assert text.moved(_leaf("increase"), -1) == "against what is sought"
    assert text.moved(_leaf(), 0) == "unchanged"


def test_only_states_with_the_base_year_and_a_later_figure_count_as_moved() -> None:
    standing = _standing({"IDN": {2016: 20, 2020: 18}, "LAO": {2016: 20}, "VNM": {2020: 1}, "THA": {2016: 5, 2020: 9}})
    assert statistics.moved_since(standing, 2016) == statistics.Moved(1, 2)


def test_zero_figures_count_in_median_and_range() -> None:
    spread = statistics.spread([_row("IDN", 2020, 0.0), _row("LAO", 2021, 4.0), _row("MMR", 2021, None)])
    assert spread == statistics.Spread(2, 0.0, 2.0, 4.0, 2020, 2021)


def test_no_state_no_median() -> None:
    assert statistics.spread([]) is None


def test_regional_change_needs_the_baseline_year() -> None:
    assert statistics.regional_change(_standing({"ASEAN": {2017: 1, 2020: 2}})) is None
    found = statistics.regional_change(_standing({"ASEAN": {2016: 3, 2020: 2}}))
    assert found is not None
    assert found.difference == -1


def test_words_are_listed_and_counted() -> None:
    assert text.listed(["A", "B", "C"]) == "A, B and C"
    assert text.listed(["A"]) == "A"
    assert text.plural(1, "leaf", "leaves") == "1 leaf"
    assert text.plural(2, "leaf", "leaves") == "2 leaves"
