"""A catalogue as JSON-LD and as Turtle. Both are made of the same list of nodes, so they say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from adme.common.csv_safety import plain_text

from .dcat import COUNTRIES, FILE_TYPES, MEDIA, RESTRICTED, THEMES, DataCatalogue, Distribution, Entry

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "adms": "http://www.w3.org/ns/adms#",
}


class Link(NamedTuple):
    address: str


class Text(NamedTuple):
    text: str
    language: str = "en"


class Typed(NamedTuple):
    text: str
    type: str


Value = Link | Text | Typed | dict[str, Any]
Node = dict[str, Any]  # "@id", "@type", and properties, each a value or a list of values; a nested node has no "@id"


def nodes(catalogue: DataCatalogue) -> Iterator[Node]:
    address = f"{catalogue.base}api/dcat/catalog"
    service = f"{catalogue.base}api/sdmx/"
    yield {
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": Text(catalogue.title),
        "dct:description": Text("Indicators, external statistics and statistics from administrative records."),
        "dct:publisher": _agent(catalogue.publisher, catalogue.base),
        "dct:language": Link("http://publications.europa.eu/resource/authority/language/ENG"),
        "dct:modified": _moment(catalogue),
        "foaf:homepage": Link(catalogue.base),
        "dcat:version": Text(str(catalogue.version), ""),
        "dcat:themeTaxonomy": Link("http://publications.europa.eu/resource/authority/data-theme"),
        "dcat:contactPoint": _contact(catalogue),
        "dcat:service": Link(service),
        "dcat:dataset": [Link(f"{address}#{one.id}") for one in catalogue.entries],
    }
    yield {
        "@id": service,
        "@type": "dcat:DataService",
        "dct:title": Text("SDMX REST of ADME"),
        "dct:publisher": _agent(catalogue.publisher, catalogue.base),
        "dcat:endpointURL": Link(service),
        "dct:conformsTo": Link("https://github.com/sdmx-twg/sdmx-rest"),
        "dct:accessRights": Link(RESTRICTED),
        "dcat:servesDataset": [Link(f"{address}#{one.id}") for one in catalogue.entries],
    }
    for one in catalogue.entries:
        yield _dataset(catalogue, one, address)
        for way in one.distributions:
            yield _distribution(way, address, service)


def _dataset(catalogue: DataCatalogue, one: Entry, address: str) -> Node:
    told: Node = {
        "@id": f"{address}#{one.id}",
        "@type": "dcat:Dataset",
        "dct:title": Text(one.title),
        "dct:description": Text(one.description),
        "dct:identifier": Text(one.id, ""),
        "dct:publisher": _agent(one.publisher or catalogue.publisher, one.publisher_page),
        "dcat:contactPoint": _contact(catalogue),
        "dcat:keyword": [Text(word) for word in (*one.keywords, *(("demonstration",) if one.is_demonstration else ()))],
        "dcat:theme": Link(THEMES),
        "dct:accessRights": Link(RESTRICTED),
        "dct:modified": Typed(one.modified.isoformat(), "xsd:dateTime"),
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": Text(one.provenance)},
        "dct:accrualPeriodicity": Link(one.frequency),
        "dcat:distribution": [Link(f"{address}#{way.id}") for way in one.distributions],
    }
    if one.areas:
        told["dct:spatial"] = [
            Link(COUNTRIES + code)
            if re.fullmatch(r"[A-Z]{3}", code)
            else {"@type": "dct:Location", "rdfs:label": Text(code)}
            for code in one.areas
        ]
    if one.first:
        told["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": Typed(one.first, "xsd:date"),
            "dcat:endDate": Typed(one.last, "xsd:date"),
        }
    if one.landing:
        told["dcat:landingPage"] = Link(one.landing)
    return told


def _distribution(way: Distribution, address: str, service: str) -> Node:
    told: Node = {
        "@id": f"{address}#{way.id}",
        "@type": "dcat:Distribution",
        "dct:title": Text(way.title),
        "dcat:accessURL": Link(way.access),
        "dcat:downloadURL": Link(way.access),
        "dcat:mediaType": Link(MEDIA + way.media),
        "dct:format": Link(FILE_TYPES + way.file_type),
        "dcat:accessService": Link(service),
    }
    if way.licence:
        told["dct:license"] = Link(way.licence)
    if way.rights:
        told["dct:rights"] = {"@type": "dct:RightsStatement", "rdfs:label": Text(way.rights)}
    return told


def _agent(name: str, page: str) -> Node:
    told: Node = {"@type": "foaf:Agent", "foaf:name": Text(name)}
    return told | ({"foaf:homepage": Link(page)} if page else {})


def _contact(catalogue: DataCatalogue) -> Node:
    return {
        "@type": "vcard:Organization",
        "vcard:fn": Text(catalogue.publisher),
        "vcard:hasEmail": Link(f"mailto:{catalogue.contact}"),
    }


def _moment(catalogue: DataCatalogue) -> Typed:
    return Typed(catalogue.modified.isoformat(), "xsd:dateTime")


def json_ld(catalogue: DataCatalogue) -> bytes:
    graph = [{name: _json(value) for name, value in node.items()} for node in nodes(catalogue)]
    return orjson.dumps({"@context": PREFIXES, "@graph": graph})


def _json(value: Any) -> Any:
    if isinstance(value, Link):
        return {"@id": value.address}
    if isinstance(value, Text):
        text = plain_text(value.text)
        return {"@value": text, "@language": value.language} if value.language else {"@value": text}
    if isinstance(value, Typed):
        return {"@value": value.text, "@type": value.type}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return {name: _json(one) for name, one in value.items()} if isinstance(value, dict) else value


def turtle(catalogue: DataCatalogue) -> bytes:
    parts = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    for node in nodes(catalogue):
        parts.append(f"\n{_address(node['@id'])} {_properties(node, '    ')} .")
    return ("\n".join(parts) + "\n").encode()


def _properties(node: Node, indent: str) -> str:
    told = [f"a {node['@type']}"]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        values = value if isinstance(value, list) else [value]
        if values:
            told.append(f"{name} {', '.join(_turtle(one, indent) for one in values)}")
    return f" ;\n{indent}".join(told)


def _turtle(value: Any, indent: str) -> str:
    if isinstance(value, Link):
        return _address(value.address)
    if isinstance(value, Text):
        return _quoted(value.text) + (f"@{value.language}" if value.language else "")
    if isinstance(value, Typed):
        return f"{_quoted(value.text)}^^{value.type}"
    return f"[ {_properties(value, indent + '    ')} ]"


def _quoted(text: str) -> str:
    told = plain_text(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + told.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _address(text: str) -> str:
    """An IRI in Turtle must not hold blanks, quotes, brackets and the like."""
    return "<" + re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda found: f"%{ord(found[0]):02X}", text) + ">"
