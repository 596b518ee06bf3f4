"""World Bank bulk files and downloads by indicator, country and topic: every figure, its place and its metadata."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adme.ingest.problems import UnreadableFile
from tests.readers.reading import read_file, read_text, refusal, written, zipped

HEAD = '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020","2021",\r\n'
ROWS = (
    '"Indonesia","IDN","Access to electricity (% of population)","EG.ELC.ACCS.ZS","98.85","96.95","",\r\n'
    '"Viet Nam","VNM","Access to electricity (% of population)","EG.ELC.ACCS.ZS","99.4","..","100",\r\n'
)
PREAMBLE = '"Data Source","World Development Indicators",\r\n\r\n"Last Updated Date","2026-07-13",\r\n\r\n'
SERIES = (
    '"Series Code","Topic","Indicator Name","Long definition","Unit of measure","Periodicity","Source",'
    '"License Type",\r\n'
    '"EG.ELC.ACCS.ZS","Environment","Access to electricity (% of population)","Share of people\nwith electricity.",'
    '"","Annual","SDG 7.1.1","CC BY-4.0",\r\n'
)
FOOTNOTES = (
    '"CountryCode","SeriesCode","Year","DESCRIPTION",\r\n'
    '"IDN","EG.ELC.ACCS.ZS","YR2020","Estimate.",\r\n"IDN","EG.ELC.ACCS.ZS","YR2021","No figure here.",\r\n'
)
COUNTRY_SERIES = '"CountryCode","SeriesCode","DESCRIPTION",\r\n"VNM","EG.ELC.ACCS.ZS","Household surveys.",\r\n'
SERIES_TIME = '"SeriesCode","Year","DESCRIPTION",\r\n"EG.ELC.ACCS.ZS","YR2019","As of 2021.",\r\n'
PACKAGE = {
    "WDIData.csv": "\ufeff" + HEAD + ROWS,
    "WDISeries.csv": "\ufeff" + SERIES,
    "WDIfootnote.csv": "\ufeff" + FOOTNOTES,
    "WDIcountry-series.csv": "\ufeff" + COUNTRY_SERIES,
    "WDIseries-time.csv": "\ufeff" + SERIES_TIME,
}


def test_a_bulk_file_gives_each_figure_with_its_row_and_column(tmp_path: Path) -> None:
    read = read_text(tmp_path, "\ufeff" + HEAD + ROWS, "WDIData.csv")
    assert read.reader == "wb_bulk"
    assert [(c.row, c.column, c.area, c.period, c.value) for c in read.cells] == [
        (2, "2019", "IDN", "2019", "98.85"),
        (2, "2020", "IDN", "2020", "96.95"),
        (3, "2019", "VNM", "2019", "99.4"),
        (3, "2021", "VNM", "2021", "100"),
    ]
    assert read.facts.dataset == "WB_WDI"
    assert read.facts.blank_cells == 2
    assert read.facts.area_names == {"IDN": "Indonesia", "VNM": "Viet Nam"}
    assert not read.issues


def test_without_companions_the_titles_are_known_before_the_cells(tmp_path: Path) -> None:
    from adme.ingest.problems import Report
    from databases_b import readers
    from databases_b.readers.base import SourceFile

    path = written(tmp_path, HEAD + ROWS, "WDIData.csv")
    source = SourceFile(path=path, name=path.name)
    facts, _ = readers.detect(source).open(source, Report())
    assert facts.indicators["EG.ELC.ACCS.ZS"].title == "Access to electricity (% of population)"
    assert facts.indicators["EG.ELC.ACCS.ZS"].unit == "% of population"


@pytest.mark.parametrize("how", ["zip", "beside"])
def test_companions_give_metadata_and_footnotes(tmp_path: Path, how: str) -> None:
    if how == "zip":
        read = read_file(zipped(tmp_path, {f"folder/{name}": text for name, text in PACKAGE.items()}, "WDI_CSV.zip"))
    else:
        for name, text in PACKAGE.items():
            written(tmp_path, text, name)
        read = read_file(tmp_path / "WDIData.csv", beside=True)
    facts = read.facts.indicators["EG.ELC.ACCS.ZS"]
    assert facts.definition == "Share of people\nwith electricity."
    assert (facts.frequency, facts.source, facts.licence, facts.topic) == (
        "Annual",
        "SDG 7.1.1",
        "CC BY 4.0",
        "Environment",
    )
    assert facts.link == "https://data.worldbank.org/indicator/EG.ELC.ACCS.ZS"
    assert {(c.area, c.period): c.note for c in read.cells if c.note} == {("IDN", "2020"): "Estimate."}
    assert read.facts.series_notes == {("VNM", "EG.ELC.ACCS.ZS"): "Household surveys."}
    assert read.facts.period_notes == {("EG.ELC.ACCS.ZS", "2019"): "As of 2021."}


def test_an_upload_takes_no_companions_from_the_folder_it_lies_in(tmp_path: Path) -> None:
    for name, text in PACKAGE.items():
        written(tmp_path, text, name)
    read = read_file(tmp_path / "WDIData.csv", beside=False)
    assert read.facts.indicators["EG.ELC.ACCS.ZS"].definition == ""
    assert not any(cell.note for cell in read.cells)


def test_a_companion_of_another_product_is_not_taken(tmp_path: Path) -> None:
    read = read_file(zipped(tmp_path, {"WDIData.csv": HEAD + ROWS, "ESGSeries.csv": SERIES}))
    assert read.facts.indicators["EG.ELC.ACCS.ZS"].definition == ""


def test_a_companion_that_cannot_be_read_is_a_warning_only(tmp_path: Path) -> None:
    read = read_file(zipped(tmp_path, {"WDIData.csv": HEAD + ROWS, "WDISeries.csv": b"\x00\x01\x02" * 40}))
    assert len(read.cells) == 4
    assert [(issue.code, issue.severity) for issue in read.issues] == [("companion_unreadable", "warning")]


def test_an_indicator_download_has_its_date_and_its_rows_counted_from_the_top(tmp_path: Path) -> None:
    metadata = (
        '\ufeff"INDICATOR_CODE","INDICATOR_NAME","SOURCE_NOTE","SOURCE_ORGANIZATION",\r\n'
        '"EG.ELC.ACCS.ZS","T","Note","Org",\r\n'
    )
    name = "API_EG.ELC.ACCS.ZS_DS2_en_csv_v2_1.csv"
    parts = {name: "\ufeff" + PREAMBLE + HEAD + ROWS, f"Metadata_Indicator_{name}": metadata}
    read = read_file(zipped(tmp_path, parts))
    assert read.reader == "wb_single"
    assert read.facts.release_date == date(2026, 7, 13)
    assert read.cells[0].row == 6
    facts = read.facts.indicators["EG.ELC.ACCS.ZS"]
    assert (facts.definition, facts.source) == ("Note", "Org")
    assert facts.release_date == date(2026, 7, 13)
    assert "last updated 2026-07-13" in facts.citation


def test_a_download_without_its_preamble_asks_for_the_date(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD + ROWS, "API_EG.ELC.ACCS.ZS_DS2_en_csv_v2_1.csv")
    assert read.reader == "wb_single"
    assert read.facts.release_date is None
    assert "state the release date" in read.facts.notes[0]


def test_another_product_is_named_and_its_code_left_open(tmp_path: Path) -> None:
    text = PREAMBLE.replace("World Development Indicators", "Some New Product") + HEAD + ROWS
    read = read_text(tmp_path, text, "API_9_DS2.csv")
    assert (read.facts.dataset, read.facts.dataset_title) == ("", "Some New Product")


@pytest.mark.parametrize(
    ("year", "code"),
    [
        ("20204", "unreadable_period"),
        ("2O21", "unreadable_period"),
        ("202", "unreadable_period"),
        ("1066", "unreadable_period"),
        ("2019-20", "fiscal_year"),
    ],
)
def test_a_year_that_cannot_be_read_in_the_heading_is_an_error_with_its_column(
    tmp_path: Path, year: str, code: str
) -> None:
    read = read_text(tmp_path, HEAD.replace('"2021"', f'"{year}"') + ROWS, "WDIData.csv")
    (issue,) = read.issues
    assert (issue.code, issue.row, issue.column, issue.seen) == (code, 1, year, year)
    assert {cell.period for cell in read.cells} == {"2019", "2020"}


def test_a_future_year_is_an_error_where_it_holds_figures_only(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD.replace('"2021"', '"2090"') + ROWS, "WDIData.csv")
    (issue,) = read.issues
    assert (issue.code, issue.row, issue.column) == ("future_period", 3, "2090")


def test_ragged_rows_are_errors_and_the_others_are_read(tmp_path: Path) -> None:
    ragged = '"Laos","LAO","T","EG.ELC.ACCS.ZS","1"\r\n"Thailand","THA","T","EG.ELC.ACCS.ZS","1","2","3","4","5"\r\n'
    read = read_text(tmp_path, HEAD + ragged + ROWS + "\r\n", "WDIData.csv")
    assert [(issue.code, issue.row) for issue in read.issues] == [("ragged_row", 2), ("ragged_row", 3)]
    assert len(read.cells) == 4


def test_rows_without_codes_are_errors(tmp_path: Path) -> None:
    rows = '"Laos","","T","EG.ELC.ACCS.ZS","1","","",\r\n"Laos","LAO","T"," ","1","","",\r\n'
    read = read_text(tmp_path, HEAD + rows + ROWS, "WDIData.csv")
    assert [(issue.code, issue.row) for issue in read.issues] == [("blank_area", 2), ("blank_indicator", 3)]


@pytest.mark.parametrize(
    ("heading", "code", "named"),
    [
        (HEAD.replace('"2020"', '"2019"'), "duplicate_heading", "2019"),
        (HEAD.replace('"2020"', '"2019 [YR2019]"'), "duplicate_heading", "2019"),
        (HEAD.replace('"2020"', '""'), "blank_heading", "Column F"),
    ],
)
def test_headings_that_cannot_be_trusted_are_refused_by_name(
    tmp_path: Path, heading: str, code: str, named: str
) -> None:
    issue = refusal(tmp_path, heading + ROWS, "WDIData.csv")
    assert issue.code == code
    assert named in issue.hint


def test_a_stray_column_is_an_error_with_its_letter(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEAD.replace('"2021"', '"Remarks"') + ROWS, "WDIData.csv")
    (issue,) = read.issues
    assert issue.code == "unknown_heading"
    assert "Column G" in issue.hint


def test_a_zip_with_two_data_files_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"WDIData.csv": HEAD + ROWS, "ESGData.csv": HEAD + ROWS})
    with pytest.raises(UnreadableFile, match="several data files"):
        read_file(path)


def test_semicolons_and_windows_letters_from_a_european_excel_are_read(tmp_path: Path) -> None:
    text = (HEAD + '"Côte d\'Ivoire","CIV","T","X","1","2","3",\r\n').replace(",", ";")
    read = read_text(tmp_path, text.encode("cp1252"), "WDIData.csv")
    assert read.facts.area_names["CIV"] == "Côte d'Ivoire"
    assert "Windows-1252" in read.facts.notes[0]
    assert read.facts.encoding == "cp1252"


def test_a_reader_asked_for_by_name_says_what_it_misses(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="Country Name"):
        read_file(path, with_reader="wb_bulk")


def test_a_bulk_file_whose_headings_are_no_years_is_refused(tmp_path: Path) -> None:
    heading = '"Country Name","Country Code","Indicator Name","Indicator Code","20l9","20Zo",\r\n'
    issue = refusal(tmp_path, heading + ROWS, "WDIData.csv")
    assert issue.code == "no_periods"
