"""From the cell of a source file to the page: the same figure at every station, for several leaves and states."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

from adme.accounts.models import Role

FIGURES = Path(settings.BASE_DIR) / "fixtures" / "world_bank" / "observations.csv"
PROVIDER = Path(settings.BASE_DIR).parent / "shared" / "data" / "worldbank" / "wdi_bulk" / "WDIData.csv"
CASES = [
    ("31c", "SL.UEM.NEET.ZS", "IDN"),
    ("31c", "SL.UEM.NEET.ZS", "VNM"),
    ("31b", "SL.UEM.1524.ZS", "PHL"),
    ("19a", "IT.NET.USER.ZS", "KHM"),
    ("19a", "IT.NET.USER.ZS", "BRN"),
    ("17b", "SN.ITK.DEFC.ZS", "LAO"),
    ("6a", "SI.POV.NAHC", "THA"),
]
pytestmark = pytest.mark.django_db


def newest_cell(path: Path, indicator: str, area: str) -> tuple[str, str]:
    """Period and text of the newest value, read from the file without ADME's readers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["INDICATOR"] == indicator and row["REF_AREA"] == area]
    newest = max((row for row in rows if row["OBS_VALUE"]), key=lambda row: row["TIME_PERIOD"])
    return newest["TIME_PERIOD"], newest["OBS_VALUE"]


@pytest.fixture
def figures(reference_data, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    call_command(
        "import_observations", str(FIGURES), apply=True, new_indicators=True, verbosity=0, stdout=io.StringIO()
    )
    call_command("aggregate_kpis", verbosity=0, stdout=io.StringIO())


def test_page_api_and_downloads_give_the_figure_of_the_file(client_as, figures):
    client = client_as(Role.ANALYST)
    for leaf, indicator, area in CASES:
        period, text = newest_cell(FIGURES, indicator, area)
        answer = client.get(f"/api/v1/kpi-values/?leaf={leaf}&area={area}&from={period}&to={period}").json()
        assert [row["value"] for row in answer["results"]] == [float(text)], (leaf, area)

        rows = b"".join(client.get(f"/dashboards/kpis/{leaf}/data.csv").streaming_content).decode("utf-8-sig")
        table = csv.DictReader(line for line in rows.splitlines() if not line.startswith("#"))
        assert [
            float(row["OBS_VALUE"]) for row in table if (row["REF_AREA"], row["TIME_PERIOD"]) == (area, period)
        ] == [float(text)]

        page = client.get(f"/dashboards/kpis/{leaf}/").content.decode()
        passport = re.search(
            rf'href="[^"]*passport/\?area={area}&amp;period={period}[^"]*"[^>]*>\s*([\d.\u2009\u202f ]+)', page
        )
        assert passport is not None, f"{leaf} {area} {period} has no figure with a passport on its page"
        shown = passport.group(1).strip().replace("\u2009", "").replace("\u202f", "")
        decimals = len(shown.partition(".")[2])
        assert float(shown) == pytest.approx(float(text), abs=0.5 * 10**-decimals + 1e-9), (leaf, area)


def test_the_workbook_holds_the_same_figures_and_says_where_they_come_from(client_as, figures):
    answer = client_as(Role.SOCA_MEMBER).get("/dashboards/kpis/31c/data.xlsx?states=IDN")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    head, *rows = book["Data"].iter_rows(values_only=True)
    found = {
        (row[head.index("REF_AREA")], row[head.index("TIME_PERIOD")]): row[head.index("OBS_VALUE")] for row in rows
    }
    period, text = newest_cell(FIGURES, "SL.UEM.NEET.ZS", "IDN")
    assert found["IDN", period] == pytest.approx(float(text), abs=1e-12)
    assert {area for area, _ in found} == {"IDN", "ASEAN"}
    metadata = {row[0]: row[1] for row in book["Metadata"].iter_rows(values_only=True)}
    assert "World Bank" in metadata["Source"]
    assert "CC BY 4.0" in metadata["Licence"]
    assert "IDN" in metadata["Filters"]


@pytest.mark.providers
@pytest.mark.skipif(not PROVIDER.exists(), reason="the real provider files do not stand beside this checkout")
def test_the_projects_figures_are_those_of_the_providers_file():
    with PROVIDER.open(encoding="utf-8-sig", newline="") as file:
        source = {(row["Indicator Code"], row["Country Code"]): row for row in csv.DictReader(file)}
    checked = 0
    with FIGURES.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if (row["INDICATOR"], row["REF_AREA"]) in source and row["DATASET"] == "WB_WDI":
                assert source[row["INDICATOR"], row["REF_AREA"]][row["TIME_PERIOD"]] == row["OBS_VALUE"]
                checked += 1
    assert checked > 15_000
