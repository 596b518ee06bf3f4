"""SDMX-ML structure messages 2.1 and 3.0, and the error message of both.

Sources: XML schemas of SDMX 2.1 and 3.0 (SDMXMessage.xsd, SDMXStructure*.xsd). In 3.0 references are URNs.
"""

from __future__ import annotations

from collections.abc import Sequence

from .data import Header
from .structures import (
    CLASSES,
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
    Ref,
    Scheme,
    Structures,
)
from .xml_data import SCHEMAS, XSI
from .xml_text import DECLARATION, element, wrapped

# Containers in the order in which the schemas want them.
_ORDER = {
    2: (
        (Kind.AGENCY_SCHEME, "OrganisationSchemes"),
        (Kind.DATAFLOW, "Dataflows"),
        (Kind.CATEGORY_SCHEME, "CategorySchemes"),
        (Kind.CATEGORISATION, "Categorisations"),
        (Kind.CODELIST, "Codelists"),
        (Kind.CONCEPT_SCHEME, "Concepts"),
        (Kind.DATA_STRUCTURE, "DataStructures"),
        (Kind.CONSTRAINT, "Constraints"),
    ),
    3: (
        (Kind.AGENCY_SCHEME, "AgencySchemes"),
        (Kind.CATEGORISATION, "Categorisations"),
        (Kind.CATEGORY_SCHEME, "CategorySchemes"),
        (Kind.CODELIST, "Codelists"),
        (Kind.CONCEPT_SCHEME, "ConceptSchemes"),
        (Kind.CONSTRAINT, "DataConstraints"),
        (Kind.DATAFLOW, "Dataflows"),
        (Kind.DATA_STRUCTURE, "DataStructures"),
    ),
}
_ITEM_TAGS = {
    Kind.AGENCY_SCHEME: "Agency",
    Kind.CATEGORY_SCHEME: "Category",
    Kind.CODELIST: "Code",
    Kind.CONCEPT_SCHEME: "Concept",
}


def _space(version: int) -> str:
    return SCHEMAS + ("v3_0/" if version == 3 else "v2_1/")


def structure_xml(structures: Structures, header: Header, *, version: int = 2) -> bytes:
    """The whole message. `version` is 2 (2.1) or 3 (3.0)."""
    writer = _Writer(structures, version)
    name = element("common:Name", header.sender_name, xml__lang="en") if header.sender_name else ""
    head = wrapped(
        "message:Header",
        element("message:ID", header.id)
        + element("message:Test", "false")
        + element("message:Prepared", header.prepared_text)
        + wrapped("message:Sender", name, id=header.sender),
    )
    spaces = {"message": "message", "structure": "structure", "common": "common"}
    told = "".join(f' xmlns:{prefix}="{_space(version)}{name}"' for prefix, name in spaces.items())
    body = wrapped("message:Structures", writer.structures_xml())
    return f'{DECLARATION}<message:Structure{told} xmlns:xsi="{XSI}">{head}{body}</message:Structure>'.encode()


def error_xml(code: int, sentences: Sequence[str], *, version: int = 2) -> bytes:
    """An SDMX error message."""
    told = f' xmlns:message="{_space(version)}message" xmlns:common="{_space(version)}common"'
    texts = "".join(element("common:Text", one, xml__lang="en") for one in sentences)
    message = wrapped("message:ErrorMessage", texts, code=code)
    return f"{DECLARATION}<message:Error{told}>{message}</message:Error>".encode()


class _Writer:
    def __init__(self, structures: Structures, version: int) -> None:
        self.structures, self.version = structures, version

    def structures_xml(self) -> str:
        found = []
        for kind, container in _ORDER[self.version]:
            if artefacts := self.structures.of(kind):
                found.append(wrapped(f"structure:{container}", "".join(self._artefact(one) for one in artefacts)))
        return "".join(found)

    def _artefact(self, one: Artefact) -> str:
        is_stub = one.ref in self.structures.stubs
        inner = _named(one.name, one.description, one.annotations) + ("" if is_stub else self._content(one))
        tag = CLASSES[one.kind].partition(".")[2]
        if one.kind == Kind.CONSTRAINT and self.version == 3:
            tag = "DataConstraint"
        is_partial = "true" if isinstance(one, Scheme) and one.is_partial else None
        role: dict[str, str] = {}
        if isinstance(one, Constraint):
            role = {"role" if self.version == 3 else "type": "Actual"}
        return wrapped(
            f"structure:{tag}",
            inner,
            id=one.id,
            urn=one.ref.urn(three=self.version == 3),
            agencyID=one.agency,
            version=None if self.version == 3 and one.kind == Kind.AGENCY_SCHEME else one.version,
            isFinal="false" if self.version == 2 else None,
            isPartial=is_partial,
            **role,
        )

    def _content(self, one: Artefact) -> str:
        if isinstance(one, Scheme):
            return "".join(self._item(one, item) for item in one.items)
        if isinstance(one, DataStructure):
            return self._components(one)
        if isinstance(one, Dataflow):
            return self._reference("structure:Structure", one.structure)
        if isinstance(one, Categorisation):
            target = (
                element("structure:Target", one.scheme.item_urn(one.category))
                if self.version == 3
                else wrapped("structure:Target", _item_ref(one.scheme, one.category))
            )
            return self._reference("structure:Source", one.source) + target
        if isinstance(one, Constraint):
            return self._constraint(one)
        return ""

    def _reference(self, tag: str, ref: Ref) -> str:
        if self.version == 3:
            return element(tag, ref.urn())
        package, name = CLASSES[ref.kind].split(".")
        named = {"class_": name, "package": package}
        return wrapped(tag, element("Ref", id=ref.id, version=ref.version, agencyID=ref.agency, **named))

    def _item(self, scheme: Scheme, item: Item) -> str:
        inner = _named(item.name, item.description, item.annotations)
        if item.text_type:
            held = element("structure:TextFormat", textType=item.text_type)
            inner += wrapped("structure:CoreRepresentation", held)
        if item.parent:
            inner += (
                element("structure:Parent", item.parent)
                if self.version == 3
                else wrapped("structure:Parent", element("Ref", id=item.parent))
            )
        return wrapped(f"structure:{_ITEM_TAGS[scheme.kind]}", inner, id=item.id, urn=scheme.ref.item_urn(item.id))

    def _components(self, one: DataStructure) -> str:
        dimensions = "".join(
            wrapped("structure:Dimension", self._component(one, each), id=each.id, position=place)
            for place, each in enumerate(one.dimensions, start=1)
        )
        time = wrapped(
            "structure:TimeDimension",
            self._concept(one, TIME_PERIOD)
            + wrapped(
                "structure:LocalRepresentation", element("structure:TextFormat", textType="ObservationalTimePeriod")
            ),
            id=TIME_PERIOD,
            position=len(one.dimensions) + 1 if self.version == 2 else None,
        )
        lists = wrapped("structure:DimensionList", dimensions + time, id="DimensionDescriptor")
        attributes = "".join(self._attribute(one, each) for each in one.attributes)
        told = wrapped("structure:AttributeList", attributes, id="AttributeDescriptor") if attributes else ""
        measure = self._component(one, Component(OBS_VALUE, text_type="Double"))
        if self.version == 3:
            measure = wrapped("structure:Measure", measure, id=OBS_VALUE, usage="optional")
        else:
            measure = wrapped("structure:PrimaryMeasure", measure, id=OBS_VALUE)
        told += wrapped("structure:MeasureList", measure, id="MeasureDescriptor")
        return wrapped("structure:DataStructureComponents", lists + told)

    def _component(self, structure: DataStructure, one: Component) -> str:
        if one.codelist is None:
            held = element("structure:TextFormat", textType=one.text_type)
        else:
            held = self._reference("structure:Enumeration", one.codelist)
        return self._concept(structure, one.id) + wrapped("structure:LocalRepresentation", held)

    def _concept(self, structure: DataStructure, component: str) -> str:
        if self.version == 3:
            return element("structure:ConceptIdentity", structure.concepts.item_urn(component))
        return wrapped("structure:ConceptIdentity", _item_ref(structure.concepts, component))

    def _attribute(self, structure: DataStructure, one: Attribute) -> str:
        usage = (
            {"usage": "mandatory" if one.is_mandatory else "optional"}
            if self.version == 3
            else {"assignmentStatus": "Mandatory" if one.is_mandatory else "Conditional"}
        )
        inner = self._component(structure, one) + wrapped(
            "structure:AttributeRelationship", self._relationship(structure, one)
        )
        return wrapped("structure:Attribute", inner, id=one.id, **usage)

    def _relationship(self, structure: DataStructure, one: Attribute) -> str:
        if one.attachment == Attachment.DATASET:
            return element("structure:Dataflow" if self.version == 3 else "structure:None")
        if one.attachment == Attachment.SERIES:
            return "".join(
                element("structure:Dimension", each.id)
                if self.version == 3
                else wrapped("structure:Dimension", element("Ref", id=each.id))
                for each in structure.dimensions
            )
        if self.version == 3:
            return element("structure:Observation")
        return wrapped("structure:PrimaryMeasure", element("Ref", id=OBS_VALUE))

    def _constraint(self, one: Constraint) -> str:
        keys = "".join(
            wrapped(
                "common:KeyValue" if self.version == 2 else "structure:KeyValue",
                "".join(element("common:Value" if self.version == 2 else "structure:Value", code) for code in codes),
                id=dimension,
            )
            for dimension, codes in one.values
            if codes
        )
        if one.first and one.last:
            prefix = "common" if self.version == 2 else "structure"
            times = element(f"{prefix}:StartPeriod", one.first, isInclusive="true")
            times += element(f"{prefix}:EndPeriod", one.last, isInclusive="true")
            keys += wrapped(f"{prefix}:KeyValue", wrapped(f"{prefix}:TimeRange", times), id=TIME_PERIOD)
        attached = wrapped("structure:ConstraintAttachment", self._reference("structure:Dataflow", one.flow))
        return attached + wrapped("structure:CubeRegion", keys, include="true")


def _item_ref(scheme: Ref, item: str) -> str:
    named = {"class_": "Category" if scheme.kind == Kind.CATEGORY_SCHEME else "Concept"}
    package = CLASSES[scheme.kind].partition(".")[0]
    return element(
        "Ref",
        id=item,
        maintainableParentID=scheme.id,
        maintainableParentVersion=scheme.version,
        agencyID=scheme.agency,
        package=package,
        **named,
    )


def _named(name: str, description: str, annotations: tuple[Annotation, ...]) -> str:
    told = "".join(
        wrapped(
            "common:Annotation",
            element("common:AnnotationType", one.type) + element("common:AnnotationText", one.text, xml__lang="en"),
            id=one.id or None,
        )
        for one in annotations
    )
    told = wrapped("common:Annotations", told) if told else ""
    told += element("common:Name", name, xml__lang="en")
    return told + (element("common:Description", description, xml__lang="en") if description else "")
