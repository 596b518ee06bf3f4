"""SDMX-JSON structure messages 1.0 and 2.0.

Sources: SDMX-JSON structure schemas 1.0 and 2.0.0 (sdmx-twg/sdmx-json).
"""

from __future__ import annotations

from typing import Any

import orjson

from adme.common.csv_safety import plain_text

from .data import Header
from .structures import (
    OBS_VALUE,
    TIME_PERIOD,
    Annotation,
    Artefact,
    Attachment,
    Attribute,
    Categorisation,
    Component,
    Constraint,
    Dataflow,
    DataStructure,
    Item,
    Kind,
    Scheme,
    Structures,
)

SCHEMAS = {
    1: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas/1.0/sdmx-json-structure-schema.json",
    2: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json",
}
_LISTS = {
    Kind.AGENCY_SCHEME: "agencySchemes",
    Kind.CATEGORY_SCHEME: "categorySchemes",
    Kind.CATEGORISATION: "categorisations",
    Kind.CODELIST: "codelists",
    Kind.CONCEPT_SCHEME: "conceptSchemes",
    Kind.CONSTRAINT: "contentConstraints",
    Kind.DATAFLOW: "dataflows",
    Kind.DATA_STRUCTURE: "dataStructures",
}
_ITEMS = {
    Kind.AGENCY_SCHEME: "agencies",
    Kind.CATEGORY_SCHEME: "categories",
    Kind.CODELIST: "codes",
    Kind.CONCEPT_SCHEME: "concepts",
}


def structure_json(structures: Structures, header: Header, *, version: int = 2) -> bytes:
    """The whole message. `version` is 1 or 2."""
    sender: dict[str, Any] = {"id": header.sender}
    if header.sender_name:
        sender |= {"name": header.sender_name, "names": {"en": header.sender_name}}
    meta = {
        "schema": SCHEMAS[version],
        "id": header.id,
        "test": False,
        "prepared": header.prepared_text,
        "contentLanguages": ["en"],
        "sender": sender,
    }
    return orjson.dumps({"meta": meta, "data": _Writer(structures, version).data()})


class _Writer:
    def __init__(self, structures: Structures, version: int) -> None:
        self.structures, self.version = structures, version

    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, name in _LISTS.items():
            if self.version == 2 and kind == Kind.CONSTRAINT:
                name = "dataConstraints"
            if artefacts := self.structures.of(kind):
                found[name] = [self._artefact(one) for one in artefacts]
        return found

    def _artefact(self, one: Artefact) -> dict[str, Any]:
        told = {
            "id": one.id,
            "agencyID": one.agency,
            "version": one.version,
            **_named(one.name, one.description, one.annotations),
            "links": [{"rel": "self", "urn": one.ref.urn(three=self.version == 2), "type": str(one.kind)}],
        }
        if self.version == 1:
            told["isFinal"] = False
        if one.ref in self.structures.stubs:
            # A stub would say where the whole can be had; here it has no items, and its address is told by the URN.
            return told
        if isinstance(one, Scheme):
            told["isPartial"] = one.is_partial
            if one.items:
                told[_ITEMS[one.kind]] = [self._item(one, item) for item in one.items]
        elif isinstance(one, DataStructure):
            told["dataStructureComponents"] = self._components(one)
        elif isinstance(one, Dataflow):
            told["structure"] = one.structure.urn()
        elif isinstance(one, Categorisation):
            told |= {"source": one.source.urn(), "target": one.scheme.item_urn(one.category)}
        elif isinstance(one, Constraint):
            told |= self._constraint(one)
        return told

    def _item(self, scheme: Scheme, item: Item) -> dict[str, Any]:
        told = {
            "id": item.id,
            **_named(item.name, item.description, item.annotations),
            "links": [{"rel": "self", "urn": scheme.ref.item_urn(item.id)}],
        }
        if item.text_type:
            told["coreRepresentation"] = self._representation(Component(item.id, text_type=item.text_type))
        return told | ({"parent": item.parent} if item.parent else {})

    def _components(self, one: DataStructure) -> dict[str, Any]:
        dimensions = [
            {
                "id": each.id,
                "position": place,
                **({"type": "Dimension"} if self.version == 1 else {}),
                "conceptIdentity": one.concepts.item_urn(each.id),
                "localRepresentation": self._representation(each),
            }
            for place, each in enumerate(one.dimensions)
        ]
        format_name, type_name = ("textFormat", "textType") if self.version == 1 else ("format", "dataType")
        time: dict[str, Any] = {
            "id": TIME_PERIOD,
            "conceptIdentity": one.concepts.item_urn(TIME_PERIOD),
            "localRepresentation": {format_name: {type_name: "ObservationalTimePeriod"}},
        }
        measure: dict[str, Any] = {
            "id": OBS_VALUE,
            "conceptIdentity": one.concepts.item_urn(OBS_VALUE),
            "localRepresentation": {format_name: {type_name: "Double"}},
        }
        told: dict[str, Any] = {"dimensionList": {"id": "DimensionDescriptor", "dimensions": dimensions}}
        if self.version == 1:
            told["dimensionList"]["timeDimensions"] = [
                time | {"position": len(dimensions), "type": "TimeDimension"},
            ]
            told["measureList"] = {"id": "MeasureDescriptor", "primaryMeasure": measure}
        else:
            told["dimensionList"]["timeDimension"] = time
            told["measureList"] = {"id": "MeasureDescriptor", "measures": [measure | {"usage": "optional"}]}
        if one.attributes:
            attributes = [self._attribute(one, each) for each in one.attributes]
            told["attributeList"] = {"id": "AttributeDescriptor", "attributes": attributes}
        return told

    def _attribute(self, structure: DataStructure, one: Attribute) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": one.id,
            "conceptIdentity": structure.concepts.item_urn(one.id),
            "attributeRelationship": self._relationship(structure, one),
            "localRepresentation": self._representation(one),
        }
        if self.version == 1:
            return told | {"assignmentStatus": "Mandatory" if one.is_mandatory else "Conditional"}
        return told | {"usage": "mandatory" if one.is_mandatory else "optional"}

    def _relationship(self, structure: DataStructure, one: Attribute) -> dict[str, Any]:
        if one.attachment == Attachment.DATASET:
            return {"none": {}} if self.version == 1 else {"dataflow": {}}
        if one.attachment == Attachment.SERIES:
            return {"dimensions": [each.id for each in structure.dimensions]}
        return {"primaryMeasure": OBS_VALUE} if self.version == 1 else {"observation": {}}

    def _representation(self, one: Component) -> dict[str, Any]:
        if one.codelist is not None:
            return {"enumeration": one.codelist.urn()}
        return (
            {"textFormat": {"textType": one.text_type}}
            if self.version == 1
            else {"format": {"dataType": one.text_type}}
        )

    def _value(self, code: str) -> str | dict[str, str]:
        return code if self.version == 1 else {"value": code}

    def _constraint(self, one: Constraint) -> dict[str, Any]:
        values: list[dict[str, Any]] = [
            {"id": dimension, "values": [self._value(code) for code in codes]}
            for dimension, codes in one.values
            if codes
        ]
        if one.first and one.last:
            times = {"startPeriod": {"period": one.first, "isInclusive": True}}
            times["endPeriod"] = {"period": one.last, "isInclusive": True}
            values.append({"id": TIME_PERIOD, "timeRange": times})
        region: dict[str, Any] = {"isIncluded" if self.version == 1 else "include": True}
        if values:
            region["keyValues"] = values
        return {
            "type" if self.version == 1 else "role": "Actual",
            "constraintAttachment": {"dataflows": [one.flow.urn()]},
            "cubeRegions": [region],
        }


def _named(name: str, description: str, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {"name": plain_text(name), "names": {"en": plain_text(name)}}
    if description:
        told |= {"description": plain_text(description), "descriptions": {"en": plain_text(description)}}
    if annotations:
        told["annotations"] = [
            ({"id": one.id} if one.id else {})
            | {"type": one.type, "text": plain_text(one.text), "texts": {"en": plain_text(one.text)}}
            for one in annotations
        ]
    return told
