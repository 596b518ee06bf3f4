"""World Bank DataBank extracts in their three layouts, as CSV, zip and workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.common.workbooks import workbook
from tests.readers.reading import read_file, read_text, refusal, zipped

WIDE = [
    ["Country Name", "Country Code", "Series Name", "Series Code", "2014 [YR2014]", "2015 [YR2015]"],
    ["Indonesia", "IDN", "Population, total", "SP.POP.TOTL", "255128076", ".."],
    ["Viet Nam", "VNM", "Population, total", "SP.POP.TOTL", "", "92191398"],
]
YEARS = [
    [
        "Time",
        "Time Code",
        "Country Name",
        "Country Code",
        "Population, total [SP.POP.TOTL]",
        "Gini index [SI.POV.GINI]",
    ],
    ["2014", "YR2014", "Indonesia", "IDN", "255128076", ".."],
    ["2015", "YR2015", "Indonesia", "IDN", "258383256", "39.7"],
]
LONG = [
    ["Series Name", "Series Code", "Country Name", "Country Code", "Time", "Time Code", "Value"],
    ["Population, total", "SP.POP.TOTL", "Indonesia", "IDN", "2014", "YR2014", "255128076"],
    ["Population, total", "SP.POP.TOTL", "Indonesia", "IDN", "2015", "YR2015", ".."],
]
FOOTER = [[], [], ["Data from database: World Development Indicators"], ["Last Updated: 01/28/2025"]]
METADATA = [
    ["Code", "License Type", "Indicator Name", "Long definition", "Source", "Topic", "Periodicity"],
    ["SP.POP.TOTL", "CC BY-4.0", "Population, total", "All residents.", "UN", "Health", "Annual"],
]


def _csv(rows: list[list[str]]) -> str:
    width = max(len(row) for row in rows)
    return "\r\n".join(",".join(f'"{c}"' for c in [*row, *[""] * (width - len(row))]) for row in rows) + "\r\n"


CASES = [
    (WIDE, [("IDN", "2014", "255128076"), ("VNM", "2015", "92191398")], 2),
    (YEARS, [("IDN", "2014", "255128076"), ("IDN", "2015", "258383256"), ("IDN", "2015", "39.7")], 1),
    (LONG, [("IDN", "2014", "255128076")], 1),
]


@pytest.mark.parametrize(("rows", "figures", "blank"), CASES, ids=["wide", "years", "long"])
def test_each_layout_gives_its_figures_and_leaves_out_missing_ones(
    tmp_path: Path, rows: list[list[str]], figures: list[tuple[str, str, str]], blank: int
) -> None:
    read = read_text(tmp_path, _csv(rows + FOOTER))
    assert read.reader == "wb_databank"
    assert [(c.area, c.period, c.value) for c in read.cells] == figures
    assert read.facts.blank_cells == blank
    assert not read.issues
    assert (read.facts.dataset, read.facts.release_date) == ("WB_WDI", date(2025, 1, 28))
    assert read.facts.indicators["SP.POP.TOTL"].title == "Population, total"


@pytest.mark.parametrize(("rows", "figures", "blank"), CASES, ids=["wide", "years", "long"])
def test_each_layout_is_read_from_a_workbook_with_its_metadata_sheet(
    tmp_path: Path, rows: list[list[str]], figures: list[tuple[str, str, str]], blank: int
) -> None:
    typed = [[float(c) if c.replace(".", "", 1).isdigit() else c for c in row] for row in rows]
    path = workbook(tmp_path / "P_Data_Extract.xlsx", {"Data": typed + FOOTER, "Series - Metadata": METADATA})
    read = read_file(path)
    assert read.reader == "wb_databank"
    assert [(c.area, c.period, c.value) for c in read.cells] == figures
    facts = read.facts.indicators["SP.POP.TOTL"]
    assert (facts.definition, facts.licence) == ("All residents.", "CC BY 4.0")
    assert read.facts.release_date == date(2025, 1, 28)


def test_a_zipped_extract_is_read_with_its_metadata(tmp_path: Path) -> None:
    parts = {"1a2b_Data.csv": _csv(WIDE + FOOTER), "1a2b_Series - Metadata.csv": _csv(METADATA)}
    read = read_file(zipped(tmp_path, parts, "P_Data_Extract_From_World_Development_Indicators.zip"))
    assert read.reader == "wb_databank"
    assert read.facts.indicators["SP.POP.TOTL"].definition == "All residents."


def test_an_extract_that_lost_its_footer_asks_for_database_and_date(tmp_path: Path) -> None:
    read = read_text(tmp_path, _csv(LONG))
    assert read.facts.dataset == ""
    assert "state both" in read.facts.notes[0]


def test_quarters_and_months_are_understood(tmp_path: Path) -> None:
    rows = [LONG[0], [*LONG[1][:4], "2014Q3", "2014Q3", "1"], [*LONG[1][:4], "2014M03", "2014M03", "2"]]
    read = read_text(tmp_path, _csv(rows + FOOTER))
    assert [cell.period for cell in read.cells] == ["2014-Q3", "2014-03"]


def test_problems_in_rows_are_reported_with_their_row(tmp_path: Path) -> None:
    bad = [
        LONG[0],
        ["Population, total", "", "Indonesia", "IDN", "2014", "YR2014", "1"],
        ["Population, total", "SP.POP.TOTL", "Indonesia", "", "2014", "YR2014", "1"],
        ["Population, total", "SP.POP.TOTL", "Indonesia", "IDN", "20l4", "YR20l4", "1"],
        ["Population, total", "SP.POP.TOTL", "Indonesia", "IDN", "2090", "YR2090", "1"],
        LONG[1],
    ]
    read = read_text(tmp_path, _csv(bad + FOOTER))
    assert [(issue.code, issue.row) for issue in read.issues] == [
        ("blank_indicator", 2),
        ("blank_area", 3),
        ("unreadable_period", 4),
        ("future_period", 5),
    ]
    assert len(read.cells) == 1


def test_a_column_without_a_series_code_or_twice_the_same_is_refused(tmp_path: Path) -> None:
    uncoded = [[*YEARS[0][:4], "Gini index [SI.POV.GINI]", "My remarks"], *YEARS[1:]]
    assert refusal(tmp_path, _csv(uncoded + FOOTER)).code == "unknown_heading"
    twice = [[*YEARS[0][:4], "Gini [SI.POV.GINI]", "Gini index [SI.POV.GINI]"], *YEARS[1:]]
    assert refusal(tmp_path, _csv(twice + FOOTER)).code == "duplicate_heading"
    more = [[*LONG[0], "Scale"], *[[*row, "Units"] for row in LONG[1:]]]
    assert "Scale" in refusal(tmp_path, _csv(more + FOOTER)).hint
