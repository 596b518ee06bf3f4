"""Which structures a structure query asks for: the matching ones, and those that they reference or are referenced by.

Sources: SDMX REST 1.5 and 2.2, structure queries (sdmx-twg/sdmx-rest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from adme.exports.sdmx.structures import (
    ID,
    Artefact,
    Categorisation,
    Constraint,
    Kind,
    Ref,
    Scheme,
    Structures,
)

from .catalogue import Catalogue
from .errors import NoResults, SyntaxFault
from .flows import Flow

DETAILS = (
    "full", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs", "referencepartial", "raw",
)  # fmt: skip
REFERENCES = ("none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all")
# Resources of the standard of which ADME has none: asking for them finds nothing, which is no fault of the asker.
_OTHERS = (
    "metadatastructure", "hierarchicalcodelist", "hierarchy", "hierarchyassociation", "valuelist",
    "dataproviderscheme", "metadataproviderscheme", "dataconsumerscheme", "organisationunitscheme", "metadataflow",
    "reportingtaxonomy", "provisionagreement", "metadataprovisionagreement", "structureset", "structuremap",
    "representationmap", "conceptschememap", "categoryschememap", "organisationschememap", "reportingtaxonomymap",
    "process", "attachmentconstraint", "allowedconstraint", "metadataconstraint", "transformationscheme",
    "rulesetscheme", "userdefinedoperatorscheme", "customtypescheme", "namepersonalisationscheme",
    "vtlmappingscheme", "namepersonalisationscheme", "geographiccodelist", "geogridcodelist",
)  # fmt: skip
_SAME = {
    "organisationscheme": Kind.AGENCY_SCHEME,
    "actualconstraint": Kind.CONSTRAINT,
    "dataconstraint": Kind.CONSTRAINT,
}
ALL_KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class StructureQuery:
    """Empty `ids`, `agencies`, `items`: all of them. `references`: as asked, resources as kinds."""

    kinds: tuple[Kind, ...]
    agencies: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    references: str = "none"
    reference_kinds: tuple[Kind, ...] = ()
    detail: str = "full"


def kinds_of(resource: str, every: str) -> tuple[Kind, ...]:
    """Kinds that a resource name means; none for those of which ADME has nothing."""
    if resource == every:
        return ALL_KINDS
    if resource in _SAME:
        return (_SAME[resource],)
    if resource in _OTHERS:
        return ()
    try:
        return (Kind(resource),)
    except ValueError:
        told = ", ".join(ALL_KINDS)
        raise SyntaxFault(f"There is no resource '{resource[:40]}'; ADME has {told}, data and availability.") from None


def listed(text: str, separator: str, every: Sequence[str], where: str) -> tuple[str, ...]:
    """Ids of a path part; () for all."""
    if not text or text in every:
        return ()
    found = tuple(text.replace(" ", "+").split(separator))
    wrong = next((one for one in found if not all(ID.match(part) for part in one.split("."))), None)
    if wrong is not None:
        raise SyntaxFault(f"{where}: '{wrong[:40]}' is no id; ids have letters, digits, _, -, @ and $.")
    return found


def references_of(text: str) -> tuple[str, tuple[Kind, ...]]:
    """What is to come with the matching artefacts: a word of the standard, or kinds."""
    if not text:
        return "none", ()
    if text in REFERENCES:
        return text, ()
    kinds: list[Kind] = []
    for one in text.split(","):
        try:
            kinds += kinds_of(one, "")
        except SyntaxFault:
            told = ", ".join((*REFERENCES, *ALL_KINDS))
            raise SyntaxFault(f"references: there is no '{one[:40]}'; use one of {told}.") from None
    return "some", tuple(kinds)


def detail_of(text: str) -> str:
    if text and text not in DETAILS:
        raise SyntaxFault(f"detail: there is no '{text[:40]}'; use one of {', '.join(DETAILS)}.")
    return text or "full"


@dataclass
class Library:
    """What a reader may know of. Constraints are made when they are asked for."""

    known: Catalogue
    flows: Sequence[Flow]
    constraint_of: Callable[[Flow], Constraint]
    _held: dict[Ref, Artefact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = {one.flow.ref for one in self.flows}
        hidden = [one for one in self.known.flows.values() if one.flow.ref not in told]
        private = {one.structure.ref for one in hidden}
        private |= {one.flow.ref for one in hidden}
        private |= {ref for one in hidden if (ref := one.structure.dimensions[2].codelist) is not None}
        self._held = {
            ref: one
            for ref, one in self.known.artefacts.items()
            if ref not in private and not (isinstance(one, Categorisation) and one.source in private)
        }

    def find(self, query: StructureQuery) -> Structures:
        """The answer; NoResults when nothing matches."""
        matching = [one for one in self._all(query.kinds) if _matches(one, query)]
        if query.items:
            matching = _with_items(matching, query.items)
        if not matching:
            raise NoResults("No structure matches the query; leave out a part of it to see what there is.")
        beside = [one for one in self._beside(matching, query) if one.ref not in {each.ref for each in matching}]
        return _as_told(query.detail, matching, beside, self._partial)

    def with_references(self, one: Constraint, flow: Flow, kinds: Sequence[Kind]) -> Structures:
        """A constraint and what it references, the code lists with the codes that have data only."""
        beside = [each for each in self._descendants([one]) if each.kind in kinds]
        return Structures((one, *(self._cut(each, [flow], {flow.flow.id: one}) for each in beside)))

    def _all(self, kinds: Iterable[Kind]) -> list[Artefact]:
        wanted = set(kinds)
        found = [one for one in self._held.values() if one.kind in wanted]
        if Kind.CONSTRAINT in wanted:
            found += [self.constraint_of(flow) for flow in self.flows]
        return found

    def _beside(self, matching: Sequence[Artefact], query: StructureQuery) -> list[Artefact]:
        match query.references:
            case "none":
                return []
            case "children":
                return self._children(matching)
            case "descendants":
                return self._descendants(matching)
            case "parents":
                return self._parents(matching)
            case "ancestors":
                return self._ancestors(matching)
            case "parentsandsiblings":
                return self._with_siblings(matching)
            case "all":
                return _once([*self._with_siblings(matching), *self._descendants(matching)])
        around = [*self._ancestors(matching), *self._descendants(matching)]
        return _once(one for one in around if one.kind in query.reference_kinds)

    def _children(self, of: Iterable[Artefact]) -> list[Artefact]:
        return _once(self._held[ref] for one in of for ref in one.references if ref in self._held)

    def _descendants(self, of: Iterable[Artefact]) -> list[Artefact]:
        found: dict[Ref, Artefact] = {}
        level = list(of)
        while level:
            level = [one for one in self._children(level) if one.ref not in found]
            found.update((one.ref, one) for one in level)
        return list(found.values())

    def _parents(self, of: Sequence[Artefact]) -> list[Artefact]:
        wanted = {one.ref for one in of}
        found = [one for one in self._held.values() if not wanted.isdisjoint(one.references)]
        found += [self.constraint_of(flow) for flow in self.flows if flow.flow.ref in wanted]
        return found

    def _ancestors(self, of: Sequence[Artefact]) -> list[Artefact]:
        found: dict[Ref, Artefact] = {}
        level: Sequence[Artefact] = of
        while level:
            level = [one for one in self._parents(level) if one.ref not in found]
            found.update((one.ref, one) for one in level)
        return list(found.values())

    def _with_siblings(self, of: Sequence[Artefact]) -> list[Artefact]:
        parents = self._parents(of)
        return _once([*parents, *self._children(parents)])

    def _partial(self, artefacts: Sequence[Artefact]) -> list[Artefact]:
        """Code lists and concepts cut to what the flows in the answer use."""
        told = {one.ref for one in artefacts}
        flows = [flow for flow in self.flows if flow.flow.ref in told or flow.structure.ref in told]
        limits = {flow.flow.id: self.constraint_of(flow) for flow in flows}
        return [self._cut(one, flows, limits) for one in artefacts]

    @staticmethod
    def _cut(one: Artefact, flows: Sequence[Flow], limits: dict[str, Constraint]) -> Artefact:
        if not isinstance(one, Scheme) or not flows:
            return one
        if one.kind == Kind.CONCEPT_SCHEME:
            used = {name for flow in flows for name in flow.structure.component_ids}
            return _only(one, used)
        used = set()
        for flow in flows:
            codes = dict(limits[flow.flow.id].values)
            for dimension in flow.structure.dimensions:
                if dimension.codelist == one.ref:
                    used |= set(codes.get(dimension.id, ()))
            if any(attribute.codelist == one.ref for attribute in flow.structure.attributes):
                return one
        return _only(one, used) if used else one


def _only(one: Scheme, used: set[str]) -> Scheme:
    items = tuple(item for item in one.items if item.id in used)
    return replace(one, items=items, is_partial=len(items) < len(one.items))


def _once(artefacts: Iterable[Artefact]) -> list[Artefact]:
    return list({one.ref: one for one in artefacts}.values())


def _matches(one: Artefact, query: StructureQuery) -> bool:
    if query.agencies and one.agency not in query.agencies:
        return False
    if query.ids and one.id not in query.ids:
        return False
    return not query.versions or one.version in query.versions


def _with_items(matching: Sequence[Artefact], items: Sequence[str]) -> list[Artefact]:
    if any(not isinstance(one, Scheme) for one in matching):
        raise SyntaxFault("Only schemes have items: code lists, concept, category and agency schemes.")
    found = [_only(one, set(items)) for one in matching if isinstance(one, Scheme)]
    return [replace(one, is_partial=True) for one in found if one.items]


def _as_told(
    detail: str,
    matching: Sequence[Artefact],
    beside: Sequence[Artefact],
    partial: Callable[[Sequence[Artefact]], list[Artefact]],
) -> Structures:
    everything = [*matching, *beside]
    if detail == "referencepartial":
        kept = {one.ref for one in matching}
        cut = {one.ref: one for one in partial(everything)}
        return Structures(tuple(one if one.ref in kept else cut[one.ref] for one in everything))
    stubs: frozenset[Ref] = frozenset()
    if detail in {"allstubs", "allcompletestubs"}:
        stubs = frozenset(one.ref for one in everything)
    elif detail in {"referencestubs", "referencecompletestubs"}:
        stubs = frozenset(one.ref for one in beside)
    if detail in {"allstubs", "referencestubs"}:
        everything = [replace(one, description="", annotations=()) if one.ref in stubs else one for one in everything]
    return Structures(tuple(everything), stubs)
