"""The real World Bank files, where they stand beside the checkout: every figure is read, none is bent.

The numbers of observations, series and areas are those counted when the files were collected.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from adme.common.numbers import parse_number
from tests.readers.reading import Read, read_file

FOLDER = settings.BASE_DIR.parent / "shared" / "data" / "worldbank"
MEMBERS = frozenset({"BRN", "KHM", "IDN", "LAO", "MYS", "MMR", "PHL", "SGP", "THA", "VNM", "TLS"})

pytestmark = [
    pytest.mark.providers,
    pytest.mark.skipif(
        not FOLDER.is_dir(),
        reason=f"THE REAL PROVIDER FILES ARE NOT HERE ({FOLDER}): the readers were tried on made-up samples only",
    ),
]

# file, reader, dataset, release, observations, series, areas, observations of the 11 Member States
FILES = [
    ("wdi_bulk/WDIData.csv", "wb_bulk", "WB_WDI", None, 44680, 72, 26, 19002),
    ("esg_bulk/ESGData.csv", "wb_bulk", "WB_ESG", None, 47403, 71, 25, 21132),
    ("country_download/API_IDN_DS2_en_csv_v2_893274.csv", "wb_single", "WB_WDI", "2025-07-01", 46807, 1464, 1, 46807),
    ("topic_poverty_2021/API_11_DS2_en_csv_v2.csv", "wb_single", "WB_WDI", "2021-09-15", 3841, 29, 23, 1530),
    (
        "single_indicator/API_EN.ATM.PM25.MC.M3_DS2_en_csv_v2_33524.csv",
        "wb_single",
        "WB_WDI",
        "2026-07-13",
        8398,
        1,
        247,
        374,
    ),
    (
        "single_indicator/API_SH.STA.SMSS.ZS_DS2_en_csv_v2_33860.csv",
        "wb_single",
        "WB_WDI",
        "2026-07-13",
        4319,
        1,
        176,
        198,
    ),
    ("single_indicator/API_SI.POV.GINI_DS2_en_csv_v2_499.csv", "wb_single", "WB_WDI", "2026-07-13", 2430, 1, 171, 116),
    (
        "single_indicator/API_SH.XPD.CHEX.GD.ZS_DS2_en_csv_v2_33342.csv",
        "wb_single",
        "WB_WDI",
        "2026-07-13",
        5692,
        1,
        240,
        261,
    ),
    (
        "single_indicator/API_SP.POP.TOTL_DS2_en_csv_v2_33112.csv",
        "wb_single",
        "WB_WDI",
        "2026-07-13",
        17394,
        1,
        264,
        726,
    ),
    (
        "single_indicator/API_SP.DYN.IMRT.IN_DS2_en_csv_v2_2_no_preamble.csv",
        "wb_single",
        "WB_WDI",
        None,
        13220,
        1,
        244,
        633,
    ),
    (
        "databank/P_Data_Extract_From_World_Development_Indicators.xlsx",
        "wb_databank",
        "WB_WDI",
        "2025-01-28",
        98512,
        53,
        265,
        4500,
    ),
    (
        "databank/P_Data_Extract_time_rows_series_columns.csv",
        "wb_databank",
        "WB_WDI",
        "2024-03-28",
        15720,
        116,
        26,
        6692,
    ),
    ("databank/P_Data_Extract_long_layout.xlsx", "wb_databank", "", None, 46024, 13, 265, 2054),
]


@pytest.mark.parametrize("case", FILES, ids=[case[0].rpartition("/")[2][:40] for case in FILES])
def test_every_figure_of_the_file_is_read_and_is_a_number(
    case: tuple[str, str, str, str | None, int, int, int, int],
) -> None:
    name, reader, dataset, release, observations, series, areas, of_members = case
    read = read_file(FOLDER / name, beside=True)
    assert (read.reader, read.facts.dataset) == (reader, dataset)
    assert read.facts.release_date == (date.fromisoformat(release) if release else None)
    assert read.report.error_count == 0
    assert len(read.cells) == observations
    assert len({cell.indicator for cell in read.cells}) == series
    assert len({cell.area for cell in read.cells}) == areas
    assert sum(cell.area in MEMBERS for cell in read.cells) == of_members
    assert all(parse_number(cell.value) is not None for cell in read.cells)
    assert all(read.facts.indicators[cell.indicator].title for cell in read.cells)
    assert max(Counter((c.indicator, c.area, c.period) for c in read.cells).values()) == 1


def _wide_texts(path: Path, skip: int) -> dict[tuple[str, str, str], str]:
    """An independent reading of a wide file: every cell of it by (indicator, area, year)."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))[skip:]
    heading = rows[0]
    return {
        (row[3], row[1], heading[at]): row[at]
        for row in rows[1:]
        for at in range(4, len(heading))
        if at < len(row) and row[at]
    }


@pytest.mark.parametrize(
    ("name", "skip"),
    [
        ("wdi_bulk/WDIData.csv", 0),
        ("esg_bulk/ESGData.csv", 0),
        ("country_download/API_IDN_DS2_en_csv_v2_893274.csv", 4),
        ("topic_poverty_2021/API_11_DS2_en_csv_v2.csv", 4),
    ],
)
def test_each_value_equals_the_text_of_its_cell(name: str, skip: int) -> None:
    read = read_file(FOLDER / name)
    assert {(c.indicator, c.area, c.period): c.value for c in read.cells} == _wide_texts(FOLDER / name, skip)


def test_spot_values_of_the_three_databank_layouts() -> None:
    wide = _read("databank/P_Data_Extract_From_World_Development_Indicators.xlsx")
    assert wide.value("SP.ADO.TFRT", "ARG", "2014") == "66.613"
    assert wide.value("NV.AGR.TOTL.ZS", "ARG", "2014") == "6.712703514285585"
    years = _read("databank/P_Data_Extract_time_rows_series_columns.csv")
    assert years.value("EG.CFT.ACCS.ZS", "AUS", "2013") == "100"
    long = _read("databank/P_Data_Extract_long_layout.xlsx")
    assert long.value("SP.DYN.LE00.IN", "AFG", "2000") == "55.298"


def _read(name: str) -> Read:
    return read_file(FOLDER / name, beside=True)


def test_the_bulk_package_brings_its_footnotes_and_metadata() -> None:
    read = _read("esg_bulk/ESGData.csv")
    (internet,) = [c for c in read.cells if (c.indicator, c.area, c.period) == ("IT.NET.USER.ZS", "AUS", "1990")]
    assert internet.note == "Source: ITU estimate."
    assert sum(bool(cell.note) for cell in read.cells) > 3000
    facts = read.facts.indicators["AG.LND.AGRI.ZS"]
    assert facts.definition.startswith("Agricultural land refers to")
    assert facts.licence == "CC BY 4.0"
    assert read.facts.series_notes["AUS", "SP.DYN.TFRT.IN"] == "Data source: Australian Bureau of Statistics"
    assert read.facts.period_notes["ER.PTD.TOTL.ZS", "2017"].endswith("August 2018.")


def test_the_bulk_package_reads_the_same_from_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "ESG_CSV.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted((FOLDER / "esg_bulk").glob("*.csv")):
            archive.write(part, part.name)
    assert read_file(path).cells == _read("esg_bulk/ESGData.csv").cells


def test_companion_files_alone_are_not_taken_for_data() -> None:
    from adme.ingest.problems import UnreadableFile

    for path in [*FOLDER.glob("*/Metadata_*.csv"), *FOLDER.glob("*/*Series*.csv"), *FOLDER.glob("*/*Country*.csv")]:
        with pytest.raises(UnreadableFile) as caught:
            read_file(path)
        assert caught.value.issue.code == "unknown_format", path.name


def test_the_figures_that_ship_with_us_are_those_of_the_downloads() -> None:
    out = io.StringIO()
    call_command("build_world_bank_fixture", "--from", str(FOLDER), "--json", stdout=out)
    assert json.loads(out.getvalue())["changed"] == []
    shipped = read_file(settings.BASE_DIR / "fixtures" / "world_bank" / "observations.csv")
    source = _wide_texts(FOLDER / "wdi_bulk" / "WDIData.csv", 0)
    elsewhere = {"IT.CEL.SETS.P2", "IC.BUS.NDNS.ZS", "WB_ESG:GB.XPD.RSDV.GD.ZS"}
    for cell in shipped.cells:
        if cell.indicator not in elsewhere:
            assert source[cell.indicator, cell.area, cell.period] == cell.value
