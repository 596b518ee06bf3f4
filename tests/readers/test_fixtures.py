"""The figures that ship with the project: complete in their metadata, small, and good for a first import."""

from __future__ import annotations

from collections import Counter

from django.conf import settings

from adme.common.numbers import NumberError, parse_number
from tests.readers.reading import read_file

WORLD_BANK = settings.BASE_DIR / "fixtures" / "world_bank"
SAMPLES = settings.BASE_DIR / "fixtures" / "samples"
MEMBERS = frozenset({"BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM", "TLS"})


def test_every_shipped_indicator_has_title_unit_licence_vintage_and_citation() -> None:
    read = read_file(WORLD_BANK / "observations.csv", beside=True)
    assert not read.issues
    assert len(read.cells) == 21_388
    assert len(read.facts.indicators) == 73
    for code, facts in read.facts.indicators.items():
        assert facts.title, code
        assert facts.unit, code
        assert facts.licence == "CC BY 4.0"
        assert facts.citation.startswith("World Bank, ")
        assert facts.link.startswith("https://data.worldbank.org/indicator/")
    without_date = {code for code, facts in read.facts.indicators.items() if facts.release_date is None}
    assert without_date == {"SP.DYN.IMRT.IN", "ST.INT.ARVL"}  # the downloads have lost their date


def test_shipped_figures_are_numbers_of_known_areas_without_doubles() -> None:
    read = read_file(WORLD_BANK / "observations.csv")
    assert {cell.area for cell in read.cells} == MEMBERS | {"WLD", "EAS", "SAS", "LMC", "HIC"}
    assert all(parse_number(cell.value) is not None for cell in read.cells)
    assert max(Counter((c.indicator, c.area, c.period) for c in read.cells).values()) == 1


def test_the_shipped_figures_are_small() -> None:
    assert sum(path.stat().st_size for path in WORLD_BANK.iterdir()) < 1_500_000


def test_figures_that_are_not_ours_to_ship_are_not_shipped() -> None:
    shipped = {cell.indicator for cell in read_file(WORLD_BANK / "observations.csv").cells}
    assert not shipped & {"ER.PTD.TOTL.ZS", "EN.ATM.CO2E.PC"}


def test_the_sample_update_brings_new_revised_and_unchanged_figures() -> None:
    shipped = {
        (c.indicator, c.area, c.period): float(c.value) for c in read_file(WORLD_BANK / "observations.csv").cells
    }
    sample = read_file(SAMPLES / "youth_neet_update.csv")
    assert not sample.issues
    kinds = Counter(
        "new"
        if (old := shipped.get((c.indicator, c.area, c.period))) is None
        else "same"
        if old == float(c.value)
        else "revised"
        for c in sample.cells
    )
    assert all(kinds[kind] > 3 for kind in ("new", "revised", "same"))


def test_the_sample_with_errors_shows_each_kind_of_problem() -> None:
    read = read_file(SAMPLES / "sample_with_errors.csv")
    assert {issue.code for issue in read.issues} == {
        "blank_area",
        "fiscal_year",
        "future_period",
        "odd_dimension",
        "ragged_row",
        "status_and_value",
        "unknown_status",
        "unreadable_period",
    }
    numbers = set()
    for cell in read.cells:
        try:
            parse_number(cell.value)
        except NumberError as error:
            numbers.add(error.code)
    assert len(numbers) == 8
