"""SDMX-CSV of rows that somebody else holds, such as those of an edition."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from pysdmx.io import read_sdmx

from adme.exports.sdmx.csv_data import Labels
from dissemination.sdmx.files import Frozen, KpiRow, kpi_csv

FROZEN = Frozen(
    data_version=12, edition="ED-2026-1", prepared=datetime(2026, 1, 1, tzinfo=UTC), units={"% of youth": "PCNT_YOUTH"},
    leaves={"31c": "Youth NEET"}, areas={"IDN": "Indonesia", "ASEAN": "ASEAN"},
)  # fmt: skip
ROWS = [
    KpiRow(leaf="31c", area="IDN", period=2016000, value=0.0, unit="% of youth", obs_status="A", decimals=1),
    KpiRow(
        leaf="31c", area="ASEAN", period=2016000, value=None, unit="% of youth", obs_status="O", coverage_of="states",
        states_reporting=2, states_expected=10, population_share=0.125, comment="=Too few", is_demonstration=True,
    ),
    KpiRow(leaf="31c", area="IDN", period=2015000, value=21.25, unit="things & more", obs_status="E", sex="F"),
]  # fmt: skip


def test_rows_become_a_file_that_pysdmx_reads():
    body = b"".join(kpi_csv(ROWS, FROZEN)).decode()
    (data,) = read_sdmx(body).data
    assert str(data.structure) == "Dataflow=ADME:DF_KPI(1.0)"
    rows = list(csv.DictReader(io.StringIO(body)))
    told = [
        (row["REF_AREA"], row["SEX"], row["TIME_PERIOD"], row["OBS_VALUE"], row["OBS_STATUS"], row["UNIT_MEASURE"],
         row["DEMONSTRATION"], row["EDITION"], row["DATA_VERSION"])
        for row in rows
    ]  # fmt: skip
    assert told == [
        ("ASEAN", "_T", "2016", "", "O", "PCNT_YOUTH", "Y", "ED-2026-1", "12"),
        ("IDN", "F", "2015", "21.25", "E", "THINGS_AND_MORE", "N", "ED-2026-1", "12"),
        ("IDN", "_T", "2016", "0", "A", "PCNT_YOUTH", "N", "ED-2026-1", "12"),
    ]
    assert (rows[0]["STATES_REPORTING"], rows[0]["POPULATION_SHARE"], rows[0]["COMMENT_OBS"]) == (
        "2", "0.125", "'=Too few",
    )  # fmt: skip


def test_the_same_rows_give_the_same_bytes_whatever_their_order():
    assert b"".join(kpi_csv(ROWS, FROZEN)) == b"".join(kpi_csv(reversed(ROWS), FROZEN))


def test_names_stand_beside_codes():
    body = b"".join(kpi_csv(ROWS, FROZEN, labels=Labels.BOTH)).decode()
    assert "IDN: Indonesia" in body
    assert "31c: Youth NEET" in body


def test_no_rows_are_a_file_with_a_heading():
    assert len(b"".join(kpi_csv([], FROZEN)).splitlines()) == 1


@pytest.mark.django_db
def test_the_columns_are_those_of_the_service(ask):
    service = ask("data/DF_KPI/all?format=csv-2.0").body.splitlines()[0]
    assert b"".join(kpi_csv(ROWS, FROZEN)).splitlines()[0] == service
