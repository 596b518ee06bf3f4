"""Tidy tables, CSV and XLSX: headings by explicit names, one observation per row, and every problem named."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine

from tests.common.workbooks import workbook
from tests.readers.reading import read_file, read_text, refusal, written, zipped

HEAD = "INDICATOR,REF_AREA,TIME_PERIOD,SEX,AGE,OBS_VALUE,OBS_STATUS,NOTE\n"


def test_a_tidy_table_gives_its_observations(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + "NEET,IDN,2020,F,Y15T24,26.3,E,Modelled\nNEET,Viet Nam,2021-Q3,_T,,11.5,A,\n")
    assert read.reader == "tidy"
    assert read.cells[0] == (2, "OBS_VALUE", "NEET", "IDN", "2020", "AGE=Y15T24;SEX=F", "26.3", "E", "Modelled")
    assert read.cells[1] == (3, "OBS_VALUE", "NEET", "Viet Nam", "2021-Q3", "", "11.5", "", "")
    assert not read.issues


@pytest.mark.parametrize(
    "heading",
    [
        "indicator,country code,year,value",
        "Series Code,Country,Time,Value",
        "INDICATOR_CODE;Area;Period;OBS_VALUE",
        "indicator\tISO3\tTIME PERIOD\tobservation",
    ],
)
def test_headings_may_be_plain_words(tmp_path: Path, heading: str) -> None:
    delimiter = next(d for d in ";\t," if d in heading)
    read = read_text(tmp_path, heading + "\n" + delimiter.join(["NEET", "IDN", "2020", "26.3"]) + "\n")
    assert [tuple(cell)[2:7] for cell in read.cells] == [("NEET", "IDN", "2020", "", "26.3")]


def test_columns_are_taken_by_name_and_not_by_place(tmp_path: Path) -> None:
    read = read_text(tmp_path, "OBS_VALUE,TIME_PERIOD,REF_AREA,INDICATOR\n26.3,2020,IDN,NEET\n")
    assert tuple(read.cells[0])[2:7] == ("NEET", "IDN", "2020", "", "26.3")


def test_a_name_beside_a_code_is_taken_as_the_name(tmp_path: Path) -> None:
    head = "Indicator Code,Indicator Name,Country Code,Country Name,Year,Value,Unit\n"
    read = read_text(tmp_path, head + "NEET,Youth NEET,IDN,Indonesia,2020,26.3,%\n")
    assert (read.cells[0].indicator, read.cells[0].area) == ("NEET", "IDN")
    assert (read.facts.indicators["NEET"].title, read.facts.indicators["NEET"].unit) == ("Youth NEET", "%")
    assert read.facts.area_names == {"IDN": "Indonesia"}


def test_an_sdmx_csv_is_read_and_its_technical_columns_left_out(tmp_path: Path) -> None:
    head = "DATAFLOW,FREQ,REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,OBS_STATUS,DECIMALS\n"
    read = read_text(tmp_path, head + "WB:X(1.0),A,IDN,NEET,_T,2020,26.3,PT,0,A,1\n")
    assert tuple(read.cells[0])[2:] == ("NEET", "IDN", "2020", "", "26.3", "", "")


@pytest.mark.parametrize(
    ("heading", "code", "named"),
    [
        ("INDICATOR,REF_AREA,OBS_VALUE", "missing_heading", "TIME_PERIOD"),
        ("INDICATOR,TIME_PERIOD,OBS_VALUE", "missing_heading", "REF_AREA"),
        ("INDICATOR,REF_AREA,TIME_PERIOD", "missing_heading", "OBS_VALUE"),
        ("REF_AREA,TIME_PERIOD,OBS_VALUE", "missing_heading", "INDICATOR"),
        ("INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,obs_value", "duplicate_heading", "obs_value"),
        ("INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,Value", "duplicate_heading", "'Value'"),
        ("INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,SEX,gender", "duplicate_heading", "'gender'"),
        ("INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,Colour", "unknown_heading", "'Colour' (E)"),
        ("INDICATOR,REF_AREA,,TIME_PERIOD,OBS_VALUE", "blank_heading", "Column C"),
    ],
)
def test_missing_double_and_unknown_columns_are_refused_by_name(
    tmp_path: Path, heading: str, code: str, named: str
) -> None:
    issue = refusal(tmp_path, heading + "\nNEET,IDN,2020,1,2,3\n")
    assert issue.code == code
    assert named in issue.hint


def test_two_heading_rows_are_refused(tmp_path: Path) -> None:
    text = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\nthe code,the state,the year,the value\nNEET,IDN,2020,1\n"
    assert refusal(tmp_path, text).code == "two_heading_rows"


def test_a_heading_without_rows_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, HEAD).code == "no_rows"


def test_missing_values_are_counted_and_not_given_as_zero(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + "NEET,IDN,2018,,,..,,\nNEET,IDN,2019,,,,,\nNEET,IDN,2020,,,0,,\n")
    assert [(c.period, c.value) for c in read.cells] == [("2020", "0")]
    assert read.facts.blank_cells == 2


def test_a_status_can_say_why_there_is_no_value(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + "NEET,IDN,2019,,,,O,Not surveyed\nNEET,IDN,2020,,,..,M,\n")
    assert [(c.value, c.obs_status, c.note) for c in read.cells] == [("", "O", "Not surveyed"), ("", "M", "")]
    assert not read.issues


@pytest.mark.parametrize(
    ("value", "status", "code"),
    [
        ("5", "O", "status_and_value"),
        ("", "E", "status_and_value"),
        ("5", "X", "unknown_status"),
        ("5", "EE", "unknown_status"),
    ],
)
def test_status_and_value_that_contradict_each_other_are_errors(
    tmp_path: Path, value: str, status: str, code: str
) -> None:
    read = read_text(tmp_path, HEAD + f"NEET,IDN,2019,,,{value},{status},\n")
    assert [(issue.code, issue.row, issue.column) for issue in read.issues] == [(code, 2, "OBS_STATUS")]
    assert not read.cells


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("20204", "unreadable_period"),
        ("202", "unreadable_period"),
        ("2O24", "unreadable_period"),
        ("2019-20", "fiscal_year"),
        ("2019/2020", "fiscal_year"),
        ("2020-01-01", "unreadable_period"),
        ("45000", "unreadable_period"),
        ("", "unreadable_period"),
        ("\uff12\uff10\uff12\uff10", "unreadable_period"),
    ],
)
def test_a_period_that_cannot_be_read_is_an_error_with_row_column_and_remedy(
    tmp_path: Path, period: str, code: str
) -> None:
    read = read_text(tmp_path, HEAD + f"NEET,IDN,2020,,,1,,\nNEET,IDN,{period},,,5,,\n")
    (issue,) = read.issues
    assert (issue.code, issue.row, issue.column, issue.seen) == (code, 3, "TIME_PERIOD", period)
    assert issue.hint
    assert len(read.cells) == 1


def test_a_bad_period_is_reported_on_every_row_it_stands_in(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + "NEET,IDN,2020,,,1,,\n" + "NEET,IDN,20204,,,5,,\n" * 3)
    assert [issue.row for issue in read.issues] == [3, 4, 5]


@time_machine.travel("2026-11-21")
def test_future_periods_need_the_status_forecast(tmp_path: Path) -> None:
    rows = "NEET,IDN,2027,,,1,,\nNEET,IDN,2028,,,1,,\nNEET,IDN,2028,,,1,F,\nNEET,IDN,2028,,,1,,\n"
    read = read_text(tmp_path, HEAD + rows)
    assert [(issue.code, issue.row) for issue in read.issues] == [("future_period", 3), ("future_period", 5)]
    assert [(c.period, c.obs_status) for c in read.cells] == [("2027", ""), ("2028", "F")]


def test_a_month_that_may_be_a_fiscal_year_is_a_warning_once(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + "NEET,IDN,2010-11,,,1,,\nNEET,IDN,2011-12,,,1,,\n")
    assert [(issue.code, issue.severity) for issue in read.issues] == [("maybe_fiscal_year", "warning")]
    assert len(read.cells) == 2


def test_dimensions_are_canonical_and_totals_left_out(tmp_path: Path) -> None:
    head = "INDICATOR,REF_AREA,TIME_PERIOD,SEX,AGE,URBANISATION,OBS_VALUE\n"
    rows = "X,IDN,2020,Female,Y15T24,_T,1\nX,IDN,2020,_T,_Z,,2\nX,IDN,2020,M: Male,_T,U,3\n"
    read = read_text(tmp_path, head + rows)
    assert [c.dimensions for c in read.cells] == ["AGE=Y15T24;SEX=F", "", "SEX=M;URBANISATION=U"]


def test_a_dimension_that_is_no_code_is_an_error(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + "NEET,IDN,2020,young men,,1,,\nNEET,IDN,2020,,a;b=c,1,,\n")
    assert [(issue.code, issue.row, issue.column) for issue in read.issues] == [
        ("odd_dimension", 2, "SEX"),
        ("odd_dimension", 3, "AGE"),
    ]


def test_ragged_rows_and_rows_without_codes_are_errors(tmp_path: Path) -> None:
    rows = "NEET,IDN,2020\n\nNEET,IDN,2020,,,1,,,stray\n,IDN,2020,,,1,,\nNEET,,2020,,,1,,\nNEET,IDN,2020,,,1,,,\n"
    read = read_text(tmp_path, HEAD + rows)
    assert [(issue.code, issue.row) for issue in read.issues] == [
        ("ragged_row", 2),
        ("ragged_row", 4),
        ("blank_indicator", 5),
        ("blank_area", 6),
    ]
    assert [cell.row for cell in read.cells] == [7]


def test_units_multipliers_and_deletions_that_would_change_the_meaning_are_errors(tmp_path: Path) -> None:
    head = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,ACTION\n"
    rows = "X,IDN,2018,1,%,,I\nX,IDN,2019,1,persons,,I\nX,IDN,2020,1,%,3,I\nX,IDN,2021,1,%,0,D\n"
    read = read_text(tmp_path, head + rows)
    assert [(issue.code, issue.row) for issue in read.issues] == [
        ("unit_differs", 3),
        ("unit_multiplier", 4),
        ("delete_action", 5),
    ]


def test_the_text_of_a_value_is_passed_on_as_it_stands(tmp_path: Path) -> None:
    read = read_text(
        tmp_path, HEAD + 'NEET,IDN,2020,,,"1,234",,\nNEET,IDN,2021,,,about 5,,\nNEET,IDN,2022,,,007.50,,\n'
    )
    assert [cell.value for cell in read.cells] == ["1,234", "about 5", "007.50"]
    assert not read.issues


# --- companions and datasets ----------------------------------------------------------------------------------------

SERIES = (
    "dataset,indicator,title,unit,definition,licence,release_date,link,anything\n"
    "WB_WDI,NEET,Youth NEET,% of youth,Young people,CC BY 4.0,2023-10-26,https://example.org/neet,x\n"
    "WB_ESG,RND,Research spending,% of GDP,,CC BY 4.0,,,\n"
)
MIXED = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\nNEET,IDN,2020,1\nWB_ESG:RND,IDN,2020,2\n"


@pytest.mark.parametrize("how", ["beside", "zip", "sheet"])
def test_the_series_companion_gives_facts_per_indicator(tmp_path: Path, how: str) -> None:
    if how == "beside":
        written(tmp_path, SERIES, "series.csv")
        read = read_file(written(tmp_path, MIXED, "data.csv"), beside=True)
    elif how == "zip":
        read = read_file(zipped(tmp_path, {"data.csv": MIXED, "series.csv": SERIES}))
    else:
        sheets = {
            name: [line.split(",") for line in text.splitlines()]
            for name, text in {"Data": MIXED, "series": SERIES}.items()
        }
        read = read_file(workbook(tmp_path / "data.xlsx", sheets))
    assert read.facts.dataset == "WB_WDI"
    assert [cell.indicator for cell in read.cells] == ["NEET", "WB_ESG:RND"]
    neet, rnd = read.facts.indicators["NEET"], read.facts.indicators["WB_ESG:RND"]
    assert (neet.title, neet.unit, neet.licence, str(neet.release_date)) == (
        "Youth NEET",
        "% of youth",
        "CC BY 4.0",
        "2023-10-26",
    )
    assert (rnd.title, rnd.dataset) == ("Research spending", "WB_ESG")


def test_a_dataset_column_names_the_dataset_of_each_row(tmp_path: Path) -> None:
    text = "INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,DATASET\nNEET,IDN,2020,1,WB_WDI\nRND,IDN,2020,2,WB_ESG\n"
    read = read_text(tmp_path, text)
    assert read.facts.dataset == "WB_WDI"
    assert [cell.indicator for cell in read.cells] == ["NEET", "WB_ESG:RND"]


def test_an_unreadable_date_in_the_companion_is_a_warning(tmp_path: Path) -> None:
    series = SERIES.replace("2023-10-26", "October 2023")
    read = read_file(zipped(tmp_path, {"data.csv": MIXED, "series.csv": series}))
    assert [(issue.code, issue.severity, issue.row) for issue in read.issues] == [("unreadable_date", "warning", 2)]


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_like_the_csv_it_could_be(tmp_path: Path) -> None:
    rows = [
        ["INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"],
        ["001", "IDN", 2020, 26.5],
        ["001", "VNM", 2020.0, 11],
    ]
    read = read_file(workbook(tmp_path / "t.xlsx", {"Sheet1": rows}))
    assert [tuple(c)[2:7] for c in read.cells] == [("001", "IDN", "2020", "", "26.5"), ("001", "VNM", "2020", "", "11")]


def test_blank_rows_above_the_heading_of_a_workbook_keep_the_row_numbers(tmp_path: Path) -> None:
    rows = [[], [], ["INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"], ["X", "IDN", 2020, 1]]
    read = read_file(workbook(tmp_path / "t.xlsx", {"Sheet1": rows}))
    assert [cell.row for cell in read.cells] == [4]


def test_ten_thousand_repeated_rows_take_the_fast_way_and_the_slow_way_alike(tmp_path: Path) -> None:
    fast = HEAD + "".join(f"I{n % 7},IDN,{2000 + n % 20},F,Y15T24,{n},A, n \n" for n in range(3000))
    slow = HEAD.replace("NOTE", "NOTE,UNIT") + "".join(
        f"I{n % 7},IDN,{2000 + n % 20},F,Y15T24,{n},A, n ,%\n" for n in range(3000)
    )
    assert read_text(tmp_path, fast).cells == read_text(tmp_path, slow, "slow.csv").cells
