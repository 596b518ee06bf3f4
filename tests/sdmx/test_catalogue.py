"""The DCAT-AP catalogue: mandatory properties, addresses that answer, and the same in both writings.

Mandatory and recommended properties: DCAT-AP 3.0, SEMIC (semiceu.github.io/DCAT-AP/releases/3.0.0), quick reference.
"""

from __future__ import annotations

import json
import re

import pytest

from adme.accounts.models import Role

from .conftest import body_of

pytestmark = pytest.mark.django_db
MANDATORY = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"},
    "dcat:Dataset": {"dct:title", "dct:description"},
    "dcat:Distribution": {"dcat:accessURL"},
    "dcat:DataService": {"dct:title", "dcat:endpointURL"},
    "foaf:Agent": {"foaf:name"},
}
RECOMMENDED = {
    "dcat:Catalog": {"dct:language", "dct:modified", "foaf:homepage", "dcat:themeTaxonomy"},
    "dcat:Dataset": {
        "dct:publisher", "dcat:contactPoint", "dcat:distribution", "dcat:keyword", "dcat:theme", "dct:spatial",
        "dct:accrualPeriodicity", "dct:provenance", "dct:accessRights", "dct:modified", "dct:identifier",
    },
    "dcat:Distribution": {"dct:format", "dct:title", "dcat:mediaType"},
}  # fmt: skip


@pytest.fixture
def graph(client_as, world, settings):
    settings.SITE_URL = "https://adme.example.org"
    settings.DEFAULT_FROM_EMAIL = "data@example.org"
    answer = client_as(Role.ANALYST).get("/api/dcat/catalog.jsonld")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/ld+json"
    return json.loads(answer.content)["@graph"]


def of_type(graph, name):
    return [one for one in graph if one["@type"] == name]


def every_node(value):
    if isinstance(value, dict):
        if "@type" in value and "@value" not in value:
            yield value
        for one in value.values():
            yield from every_node(one)
    elif isinstance(value, list):
        for one in value:
            yield from every_node(one)


def test_every_class_has_its_mandatory_properties(graph):
    seen = set()
    for node in every_node(graph):
        seen.add(node["@type"])
        missing = MANDATORY.get(node["@type"], set()) - set(node)
        assert not missing, (node.get("@id"), missing)
    assert set(MANDATORY) <= seen


def test_recommended_properties_stand_where_they_are_known(graph):
    for name, wanted in RECOMMENDED.items():
        for node in of_type(graph, name):
            assert wanted <= set(node), (node["@id"], wanted - set(node))


def test_references_resolve_and_every_dataset_stands_in_the_catalogue(graph):
    held = {one["@id"] for one in graph}
    (catalogue,) = of_type(graph, "dcat:Catalog")
    told = {one["@id"] for one in catalogue["dcat:dataset"]}
    assert told == {one["@id"] for one in of_type(graph, "dcat:Dataset")}
    names = {one.rpartition("#")[2] for one in told}
    assert names == {"kpi-values", "external-test_set", "records-courses"}
    for dataset in of_type(graph, "dcat:Dataset"):
        assert {one["@id"] for one in dataset["dcat:distribution"]} <= held


def test_every_address_of_a_distribution_answers(graph, client_as):
    client = client_as(Role.ANALYST)
    addresses = [one["dcat:downloadURL"]["@id"] for one in of_type(graph, "dcat:Distribution")]
    assert len(addresses) == 9
    for address in addresses:
        assert address.startswith("https://adme.example.org/api/sdmx/data/")
        answer = client.get(address.removeprefix("https://adme.example.org"))
        assert answer.status_code == 200, address
        assert body_of(answer)


def test_licence_period_and_places_are_those_of_the_data(graph):
    dataset = next(one for one in of_type(graph, "dcat:Dataset") if one["@id"].endswith("external-test_set"))
    assert dataset["dct:temporal"]["dcat:startDate"]["@value"] == "2022-01-01"
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == "2023-12-31"
    assert {one["@id"].rpartition("/")[2] for one in dataset["dct:spatial"]} == {"IDN", "VNM", "THA", "TLS"}
    way = next(one for one in of_type(graph, "dcat:Distribution") if one["@id"].endswith("external-test_set-csv"))
    assert way["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"


def test_turtle_says_the_same(graph, client_as):
    text = client_as(Role.ANALYST).get("/api/dcat/catalog.ttl").content.decode()
    for node in graph:
        assert f"\n<{node['@id']}> a {node['@type']} ;" in text
        for name in node:
            assert name.startswith("@") or f"{name} " in text
    assert len(re.findall(r"^<", text, re.MULTILINE)) == len(graph)


def test_a_reader_without_database_b_sees_nothing_of_it(client_as, world):
    answer = client_as(Role.SOCA_MEMBER).get("/api/dcat/catalog.jsonld")
    assert answer.status_code == 200
    assert b"external-test_set" not in answer.content
    assert b"kpi-values" in answer.content


def test_without_login_the_catalogue_is_closed(client, world):
    assert client.get("/api/dcat/catalog.jsonld").status_code == 401
