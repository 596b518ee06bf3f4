"""All structures that ADME serves, made of its reference data and of what its databases hold.

A code list holds every code of the reference list and every code that a stored value uses, so that each reference of a
data message resolves. It is read in a constant number of statements, and kept for as long as no data change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from adme.exports.sdmx.structures import (
    Annotation,
    Artefact,
    Categorisation,
    Item,
    Kind,
    Ref,
    Scheme,
    names_of,
)
from adme.observations.keeping import kept
from adme.observations.status import ObsStatus
from adme.reference.models import Area, Code
from databases_a.rfmd.models import KpiLeaf, Recipe
from databases_a.rfmd.selectors.frame import frame
from databases_b import models as b
from databases_c import models as c

from . import concepts
from .concepts import AGENCY, AGENCY_NAME, VERSION
from .dimensions import TOTAL, parts_of, rest_id, rest_name
from .flows import KPI_FLOW, RECORDS_FLOW, Flow, IndicatorCode, Source, codelist, make_flow
from .ids import ids_of, safe_id, unit_ids
from .stamps import Stamp

_LISTS = ("CL_FREQ", "CL_OBS_STATUS", "CL_CONF_STATUS", "CL_SEX", "CL_AGE", "CL_URBANISATION", "CL_UNIT")
CATEGORIES = Ref(Kind.CATEGORY_SCHEME, AGENCY, "CS_DATABASES", VERSION)
_CATEGORIES = {
    Source.KPI: ("KPI", "Database A: results framework", "Values of the KPIs of the ASCC results framework."),
    Source.EXTERNAL: ("EXTERNAL", "Database B: external statistics", "Statistics of international providers."),
    Source.RECORDS: ("RECORDS", "Database C: administrative records", "Statistics compiled from national records."),
}


@dataclass(frozen=True)
class Catalogue:
    """`codes`: id of each stored code by the concept of its dimension; `units` by text; `flows` by id."""

    version: int
    flows: Mapping[str, Flow]
    artefacts: Mapping[Ref, Artefact]
    codes: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    names: Mapping[Ref, Mapping[str, str]] = field(default_factory=dict)

    @property
    def areas(self) -> Mapping[str, str]:
        return self.names[codelist("CL_AREA")]

    def code(self, concept: str, stored: str) -> str:
        """A stored code as it leaves. One that came in just now, and is in no list yet, is made of its text."""
        return self.codes.get(concept, {}).get(stored) or safe_id(stored)

    def key(self, dimensions: str) -> tuple[str, str, str, str]:
        """SEX, AGE, URBANISATION and COMPOSITE_BREAKDOWN of stored dimensions."""
        parts = parts_of(dimensions)
        rest = self.code("COMPOSITE_BREAKDOWN", parts.rest) if parts.rest else TOTAL
        return (
            self.code("SEX", parts.sex), self.code("AGE", parts.age), self.code("URBANISATION", parts.urbanisation),
            rest,
        )  # fmt: skip

    def unit(self, text: str) -> str | None:
        return self.units.get(text) or (safe_id(text.upper()) if text else None)


def catalogue(now: Stamp) -> Catalogue:
    """Of this state of the data; from the cache where it was made before."""
    return kept(f"sdmx:catalogue-1:{now.batch}", now.version or None, lambda: _catalogue(now.version))


def _catalogue(version: int) -> Catalogue:
    """A dozen statements, whatever is stored."""
    lists: dict[str, list[Item]] = {code: [] for code in _LISTS}
    for code_list, code, name in (
        Code.objects.filter(code_list__code__in=_LISTS, retired_at__isnull=True)
        .order_by("code_list__code", "position", "code")
        .values_list("code_list__code", "code", "name")
    ):
        lists[code_list].append(Item(safe_id(code), name))
    lists["CL_OBS_STATUS"] += [
        Item(one.value, str(one.label))
        for one in ObsStatus
        if one.value not in {each.id for each in lists["CL_OBS_STATUS"]}
    ]
    lists |= _fixed()
    lists["CL_AREA"] = _areas()
    codes = _breakdowns(lists)
    units = {item.name: item.id for item in lists["CL_UNIT"]}
    units = unit_ids(_unit_texts(), units)
    held = {item.id for item in lists["CL_UNIT"]}
    lists["CL_UNIT"] += [Item(code, name) for name, code in units.items() if code not in held]
    flows = {flow.flow.id: flow for flow in (_kpi(lists), *_external(lists), _records(lists))}
    artefacts = _artefacts(lists, flows)
    return Catalogue(
        version=version,
        flows=flows,
        artefacts={one.ref: one for one in artefacts},
        codes=codes,
        units=units,
        names=names_of(artefacts),
    )


def _fixed() -> dict[str, list[Item]]:
    return {
        "CL_UNIT_MULT": [Item("0", "Units")],
        "CL_COVERAGE_OF": [Item("states", "States"), Item("bodies", "Sectoral bodies")],
        "CL_DEMONSTRATION": [Item("Y", "Made up for demonstration; do not cite"), Item("N", "Not made up")],
    }


def _areas() -> list[Item]:
    """Alpha-3 codes, as all of ADME uses them; two-letter and M49 codes beside them. Retired ones may have values."""
    found = Area.objects.order_by("code").values_list("code", "name", "iso2", "m49")
    return [
        Item(
            code, name,
            annotations=tuple(
                Annotation(kind, text) for kind, text in (("ISO_3166_ALPHA_2", iso2), ("M49", m49)) if text
            ),
        )
        for code, name, iso2, m49 in found
    ]  # fmt: skip


def _breakdowns(lists: dict[str, list[Item]]) -> dict[str, dict[str, str]]:
    """Adds the codes that series use to the lists, and says under which id each is found. Two statements."""
    used: dict[str, set[str]] = {"SEX": {TOTAL}, "AGE": {TOTAL}, "URBANISATION": {TOTAL}}
    rests: set[str] = set()
    stored = set(b.Series.objects.order_by().values_list("dimensions", flat=True).distinct())
    stored |= set(c.StatisticSeries.objects.order_by().values_list("dimensions", flat=True).distinct())
    for dimensions in stored:
        parts = parts_of(dimensions)
        used["SEX"].add(parts.sex)
        used["AGE"].add(parts.age)
        used["URBANISATION"].add(parts.urbanisation)
        rests.add(parts.rest)
    codes: dict[str, dict[str, str]] = {}
    for concept, found in used.items():
        items = lists[f"CL_{concept}"]
        codes[concept] = ids_of(found, {item.id: item.id for item in items})
        held = {item.id for item in items}
        items += [Item(each, code) for code, each in sorted(codes[concept].items()) if each not in held]
    composite = ids_of({rest_id(one) for one in rests - {""}}, {TOTAL: TOTAL})
    codes["COMPOSITE_BREAKDOWN"] = {one: composite[rest_id(one)] for one in sorted(rests - {""})}
    lists["CL_COMPOSITE_BREAKDOWN"] = [
        Item(TOTAL, "No other breakdown"),
        *(Item(each, rest_name(one)) for one, each in codes["COMPOSITE_BREAKDOWN"].items()),
    ]
    return codes


def _unit_texts() -> set[str]:
    """Four statements."""
    found = {*b.Indicator.objects.order_by().values_list("unit", flat=True).distinct()}
    found |= {*c.Statistic.objects.order_by().values_list("unit", flat=True).distinct()}
    found |= {*Recipe.objects.order_by().values_list("unit", flat=True).distinct()}
    found |= {*KpiLeaf.objects.order_by().values_list("unit", flat=True).distinct()}
    return found - {""}


def _kpi(lists: dict[str, list[Item]]) -> Flow:
    made_up = frame().made_up
    rows = list(
        KpiLeaf.objects.order_by("position", "code").values_list("id", "code", "title", "unit", "wording", "retired_at")
    )
    ids = ids_of(code for _, code, *_ in rows)
    indicators = {pk: IndicatorCode(ids[code], unit, None, code in made_up) for pk, code, _, unit, _, _ in rows}
    lists["CL_KPI_LEAF"] = [
        Item(
            ids[code], title,
            annotations=(
                Annotation("WORDING", wording), *((Annotation("RETIRED", f"{retired:%Y-%m-%d}"),) if retired else ()),
            ),
        )
        for _, code, title, _, wording, retired in rows
    ]  # fmt: skip
    return make_flow(
        Source.KPI, id=KPI_FLOW, name="KPI values of the ASCC results framework",
        description="Values of the KPI leaves by Member State and for ASEAN, with the coverage of regional values.",
        indicator_list="CL_KPI_LEAF", indicators=indicators,
    )  # fmt: skip


def _external(lists: dict[str, list[Item]]) -> Iterable[Flow]:
    """One flow for each dataset that has indicators. Two statements."""
    held: dict[int, list[tuple[int, str, str, str, int | None]]] = {}
    for owner, pk, code, title, unit, decimals in b.Indicator.objects.order_by("dataset_id", "code").values_list(
        "dataset_id", "id", "code", "title", "unit", "decimals"
    ):
        held.setdefault(owner, []).append((pk, code, title, unit, decimals))
    datasets = [one for one in b.Dataset.objects.select_related("provider").order_by("code") if one.pk in held]
    flow_ids = ids_of((one.code for one in datasets), {"": "KPI", " ": "RECORDS"})
    for dataset in datasets:
        rows, own = held[dataset.pk], flow_ids[dataset.code]
        ids = ids_of(code for _, code, *_ in rows)
        lists[f"CL_INDICATOR_{own}"] = [
            Item(ids[code], title, annotations=(Annotation("SERIES", f"{dataset.code}:{code}"),))
            for _, code, title, _, _ in rows
        ]
        yield make_flow(
            Source.EXTERNAL, id=f"DF_{own}", name=f"{dataset.name} ({dataset.provider.name})",
            description=dataset.description, indicator_list=f"CL_INDICATOR_{own}",
            indicators={
                pk: IndicatorCode(ids[code], unit, decimals, dataset.is_demonstration)
                for pk, code, _, unit, decimals in rows
            },
            code=dataset.code, is_demonstration=dataset.is_demonstration,
        )  # fmt: skip


def _records(lists: dict[str, list[Item]]) -> Flow:
    rows = list(
        c.Statistic.objects.filter(retired_at__isnull=True)
        .order_by("record_set__code", "code")
        .values_list(
            "id", "code", "title", "unit", "is_proposed", "record_set__code", "record_set__is_demonstration",
            "current__recipe__decimals",
        )
    )  # fmt: skip
    ids = ids_of(code for _, code, *_ in rows)
    lists["CL_STATISTIC"] = [
        Item(
            ids[code], title,
            annotations=(
                Annotation("RECORD_SET", record_set), *((Annotation("PROPOSED", "yes"),) if proposed else ()),
            ),
        )
        for _, code, title, _, proposed, record_set, _, _ in rows
    ]  # fmt: skip
    return make_flow(
        Source.RECORDS, id=RECORDS_FLOW, name="Statistics compiled from administrative records",
        description="Statistics of Database C, compiled from the records that ministries of the Member States keep.",
        indicator_list="CL_STATISTIC",
        indicators={
            pk: IndicatorCode(ids[code], unit, decimals if isinstance(decimals, int) else 0, made_up)
            for pk, code, _, unit, _, _, made_up, decimals in rows
        },
    )  # fmt: skip


def _artefacts(lists: Mapping[str, Iterable[Item]], flows: Mapping[str, Flow]) -> list[Artefact]:
    found: list[Artefact] = [concepts.concept_scheme()]
    for code, items in lists.items():
        name = code.removeprefix("CL_").replace("_", " ").capitalize()
        found.append(
            Scheme(
                kind=Kind.CODELIST, id=code, agency=AGENCY, version=VERSION, name=f"Codes: {name}", items=tuple(items),
            )
        )  # fmt: skip
    for flow in flows.values():
        found += [flow.structure, flow.flow, _categorisation(flow)]
    found.append(
        Scheme(
            kind=Kind.CATEGORY_SCHEME, id=CATEGORIES.id, agency=AGENCY, version=VERSION, name="Databases of ADME",
            items=tuple(Item(code, name, text) for code, name, text in _CATEGORIES.values()),
        )
    )  # fmt: skip
    found.append(
        Scheme(
            kind=Kind.AGENCY_SCHEME, id="AGENCIES", agency=AGENCY, version="1.0", name="Agencies that ADME names",
            items=(Item(AGENCY, AGENCY_NAME),),
        )
    )  # fmt: skip
    return found


def _categorisation(flow: Flow) -> Categorisation:
    return Categorisation(
        kind=Kind.CATEGORISATION, id=f"CAT_{flow.flow.id}", agency=AGENCY, version=VERSION,
        name=f"Category of: {flow.flow.name}", source=flow.flow.ref, scheme=CATEGORIES,
        category=_CATEGORIES[flow.source][0],
    )  # fmt: skip
