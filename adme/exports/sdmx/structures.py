"""What SDMX calls structures, as frozen dataclasses, and their URNs.

Only what ADME serves: code lists, concepts, data structures with one measure, dataflows, agencies, categories, and
constraints that tell which codes have data. Texts are English; ids follow SDMX's IDType (letters, digits, _ - @ $).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

ID = re.compile(r"^[A-Za-z0-9_@$-]+\Z")
TIME_PERIOD, OBS_VALUE = "TIME_PERIOD", "OBS_VALUE"


class Kind(StrEnum):
    """Kinds of maintainable artefacts, named as resources of the REST interface 1.x."""

    AGENCY_SCHEME = "agencyscheme"
    CATEGORY_SCHEME = "categoryscheme"
    CATEGORISATION = "categorisation"
    CODELIST = "codelist"
    CONCEPT_SCHEME = "conceptscheme"
    CONSTRAINT = "contentconstraint"
    DATAFLOW = "dataflow"
    DATA_STRUCTURE = "datastructure"


# Package and class of the information model, as URNs name them.
CLASSES = {
    Kind.AGENCY_SCHEME: "base.AgencyScheme",
    Kind.CATEGORY_SCHEME: "categoryscheme.CategoryScheme",
    Kind.CATEGORISATION: "categoryscheme.Categorisation",
    Kind.CODELIST: "codelist.Codelist",
    Kind.CONCEPT_SCHEME: "conceptscheme.ConceptScheme",
    Kind.CONSTRAINT: "registry.ContentConstraint",
    Kind.DATAFLOW: "datastructure.Dataflow",
    Kind.DATA_STRUCTURE: "datastructure.DataStructure",
}
CONSTRAINT_CLASS_3 = "registry.DataConstraint"  # its name since SDMX 3.0
ITEM_CLASSES = {
    Kind.AGENCY_SCHEME: "base.Agency",
    Kind.CATEGORY_SCHEME: "categoryscheme.Category",
    Kind.CODELIST: "codelist.Code",
    Kind.CONCEPT_SCHEME: "conceptscheme.Concept",
}


class Ref(NamedTuple):
    """What names one maintainable artefact. `short` is 'ADME:DF_KPI(1.0)'."""

    kind: Kind
    agency: str
    id: str
    version: str

    @property
    def short(self) -> str:
        return f"{self.agency}:{self.id}({self.version})"

    def urn(self, *, three: bool = False) -> str:
        name = CONSTRAINT_CLASS_3 if three and self.kind == Kind.CONSTRAINT else CLASSES[self.kind]
        return f"urn:sdmx:org.sdmx.infomodel.{name}={self.short}"

    def item_urn(self, item: str) -> str:
        """URN of a code, concept, category or agency in this scheme."""
        return f"urn:sdmx:org.sdmx.infomodel.{ITEM_CLASSES[self.kind]}={self.short}.{item}"


class Annotation(NamedTuple):
    type: str
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A code, concept, category or agency. `parent` is the id of another item of a code list.

    `text_type`: of a concept, what its values are where a structure says nothing else.
    """

    id: str
    name: str
    description: str = ""
    parent: str = ""
    annotations: tuple[Annotation, ...] = ()
    text_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """What all maintainable artefacts share."""

    kind: Kind
    id: str
    name: str
    agency: str
    version: str = "1.0"
    description: str = ""
    annotations: tuple[Annotation, ...] = ()

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.agency, self.id, self.version)

    @property
    def references(self) -> tuple[Ref, ...]:
        """Artefacts that this one needs."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Artefact):
    """A code list, concept scheme, category scheme or agency scheme. `is_partial`: some items are left out."""

    items: tuple[Item, ...] = ()
    is_partial: bool = False


class Attachment(StrEnum):
    DATASET = "dataset"
    SERIES = "series"  # all dimensions but time
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True)
class Component:
    """A dimension, the measure or an attribute; its id is that of its concept. `text_type` where there is no list."""

    id: str
    codelist: Ref | None = None
    text_type: str = "String"


@dataclass(frozen=True, slots=True)
class Attribute(Component):
    attachment: Attachment = Attachment.OBSERVATION
    is_mandatory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStructure(Artefact):
    """`dimensions` are those of the series key, in order; time and the one measure OBS_VALUE come by themselves."""

    concepts: Ref
    dimensions: tuple[Component, ...]
    attributes: tuple[Attribute, ...] = ()

    @property
    def references(self) -> tuple[Ref, ...]:
        lists = [one.codelist for one in (*self.dimensions, *self.attributes) if one.codelist is not None]
        return (self.concepts, *dict.fromkeys(lists))

    @property
    def component_ids(self) -> tuple[str, ...]:
        return (*(one.id for one in self.dimensions), TIME_PERIOD, OBS_VALUE, *(one.id for one in self.attributes))

    def attached(self, attachment: Attachment) -> tuple[Attribute, ...]:
        return tuple(one for one in self.attributes if one.attachment == attachment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataflow(Artefact):
    structure: Ref

    @property
    def references(self) -> tuple[Ref, ...]:
        return (self.structure,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorisation(Artefact):
    source: Ref
    scheme: Ref
    category: str

    @property
    def references(self) -> tuple[Ref, ...]:
        return (self.source, self.scheme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Artefact):
    """Which codes have data: `values` by dimension; `first` and `last` day (2016-01-01), '' when there are none."""

    flow: Ref
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first: str = ""
    last: str = ""

    @property
    def references(self) -> tuple[Ref, ...]:
        return (self.flow,)


@dataclass(frozen=True, slots=True)
class Structures:
    """What one structure message holds. A stub tells who an artefact is and nothing that is in it."""

    artefacts: tuple[Artefact, ...]
    stubs: frozenset[Ref] = field(default_factory=frozenset)

    def of(self, kind: Kind) -> tuple[Artefact, ...]:
        return tuple(one for one in self.artefacts if one.kind == kind)


def names_of(schemes: Iterable[Artefact]) -> dict[Ref, dict[str, str]]:
    """Names by scheme and id of the item."""
    return {one.ref: {item.id: item.name for item in one.items} for one in schemes if isinstance(one, Scheme)}


def position_of(structure: DataStructure, component: str) -> int | None:
    """Place of a dimension in the series key, counted from 0."""
    ids: Sequence[str] = [one.id for one in structure.dimensions]
    return ids.index(component) if component in ids else None
