"""The catalogue in DCAT-AP: what data ADME has, in which formats and at which addresses, for harvesters.

Source: DCAT-AP 3.0 (SEMIC), classes Catalogue, Dataset, Distribution, Agent, Data Service; vocabularies of the EU
Publications Office for frequency and access. `dcat_writers` turns it into JSON-LD or Turtle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from databases_b import models as b
from databases_c import models as c

from .availability import Availability
from .catalogue import Catalogue
from .concepts import AGENCY_NAME
from .flows import Flow, Source

FREQUENCIES = "http://publications.europa.eu/resource/authority/frequency/"
_FREQUENCY = {"A": "ANNUAL", "S": "ANNUAL_2", "Q": "QUARTERLY", "M": "MONTHLY", "W": "WEEKLY", "D": "DAILY"}
RESTRICTED = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
COUNTRIES = "http://publications.europa.eu/resource/authority/country/"
THEMES = "http://publications.europa.eu/resource/authority/data-theme/SOCI"
MEDIA = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
# Only licences that have an address of their own are told as a licence; other words stand in the rights statement.
_LICENCES = {
    "CCBY40": "https://creativecommons.org/licenses/by/4.0/",
    "CCBY30IGO": "https://creativecommons.org/licenses/by/3.0/igo/",
    "CCBYSA30IGO": "https://creativecommons.org/licenses/by-sa/3.0/igo/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """One way to have a dataset. `media` is a media type, `file_type` the EU's name of it."""

    id: str
    title: str
    access: str
    media: str
    file_type: str
    licence: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset. `areas` are alpha-3 codes; `first` and `last` days; '' or () where nothing is known."""

    id: str
    title: str
    description: str
    publisher: str
    publisher_page: str
    modified: datetime
    provenance: str
    keywords: tuple[str, ...]
    frequency: str = ""
    areas: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    licence: str = ""
    rights: str = ""
    landing: str = ""
    source: str = ""
    is_demonstration: bool = False
    distributions: tuple[Distribution, ...] = ()


@dataclass(frozen=True, slots=True)
class DataCatalogue:
    """Addresses are absolute; `base` ends in a slash."""

    base: str
    contact: str
    modified: datetime
    version: int
    entries: tuple[Entry, ...] = field(default=())

    @property
    def title(self) -> str:
        return "ADME: data of the ASEAN Socio-Cultural Community"

    @property
    def publisher(self) -> str:
        return AGENCY_NAME


def data_catalogue(
    known: Catalogue, flows: Sequence[Flow], of_flow: Callable[[Flow], Availability], *, base: str, contact: str,
    modified: datetime,
) -> DataCatalogue:  # fmt: skip
    """Of the flows that the reader may know. Three statements beside those of the availability."""
    entries: list[Entry] = []
    datasets = {one.code: one for one in b.Dataset.objects.select_related("provider")}
    for flow in flows:
        if flow.source == Source.KPI:
            entries.append(_kpi(flow, of_flow(flow), base, modified))
        elif flow.source == Source.EXTERNAL and flow.code in datasets:
            entries.append(_external(flow, datasets[flow.code], of_flow(flow), base, modified))
        elif flow.source == Source.RECORDS:
            entries += _records(flow, base, modified)
    return DataCatalogue(base, contact, modified, known.version, tuple(entries))


def licence_address(text: str) -> str:
    """Address of a licence that is named in the usual letters: 'CC BY 4.0'; '' for others."""
    return _LICENCES.get(re.sub(r"[^A-Z0-9]", "", text.upper()), "")


def _kpi(flow: Flow, found: Availability, base: str, modified: datetime) -> Entry:
    return _entry(
        flow, "kpi-values", found, base, modified, key="all",
        publisher=AGENCY_NAME, page=base, keywords=("KPI", "results framework", "ASEAN"),
        provenance="Computed by ADME from the series and reports that each KPI's recipe names.",
        is_demonstration=any(one.is_demonstration for one in flow.indicators.values()),
    )  # fmt: skip


def _external(flow: Flow, dataset: b.Dataset, found: Availability, base: str, modified: datetime) -> Entry:
    provider = dataset.provider
    told = dataset.licence or provider.licence
    return _entry(
        flow, f"external-{dataset.code.lower()}", found, base, modified, key="all",
        publisher=provider.name, page=provider.url, keywords=("external statistics", provider.code),
        provenance=f"Imported from files of {provider.name}; each file is kept with its checksum.",
        licence=licence_address(told), rights=told, landing=dataset.url or provider.url,
        is_demonstration=dataset.is_demonstration,
    )  # fmt: skip


def _records(flow: Flow, base: str, modified: datetime) -> list[Entry]:
    """A dataset for each record set that has published figures. Two statements."""
    figures = c.StatisticObservation.objects.filter(closed_at__isnull=True)
    told: dict[str, dict[str, set[str]]] = {}
    made_up: set[str] = set()
    for code, statistic, area, demonstration in (
        figures.filter(series__statistic__retired_at__isnull=True)
        .order_by()
        .values_list(
            "series__statistic__record_set__code", "series__statistic_id", "series__area__code", "is_demonstration"
        )
        .distinct()
    ):
        held = told.setdefault(code, {"statistics": set(), "areas": set()})
        indicator = flow.indicators.get(statistic)
        if indicator is not None:
            held["statistics"].add(indicator.id)
        held["areas"].add(area)
        if demonstration:
            made_up.add(code)
    entries = []
    for one in (
        c.RecordSet.objects.filter(code__in=told, retired_at__isnull=True).select_related("body").order_by("code")
    ):
        held = told[one.code]
        if not held["statistics"]:
            continue
        key = f"..{'+'.join(sorted(held['statistics']))}...."
        found = Availability({"FREQ": (one.periodicity,), "REF_AREA": tuple(sorted(held["areas"]))}, "", "", 0, 0)
        entries.append(
            _entry(
                flow,
                f"records-{one.code}",
                found,
                base,
                modified,
                key=key,
                title=one.title,
                description=f"{one.unit_of_record}. {one.population}",
                publisher=one.custodian,
                page="",
                keywords=("administrative records", one.body.acronym),
                provenance="Statistics compiled by ADME from records that ministries of the Member States submit.",
                is_demonstration=one.is_demonstration or one.code in made_up,
            )
        )
    return entries


def _entry(
    flow: Flow, id: str, found: Availability, base: str, modified: datetime, *, key: str, publisher: str, page: str,
    keywords: tuple[str, ...], provenance: str, title: str = "", description: str = "", licence: str = "",
    rights: str = "", landing: str = "", is_demonstration: bool = False,
) -> Entry:  # fmt: skip
    frequencies = found.codes.get("FREQ", ())
    address = f"{base}api/sdmx/data/{flow.flow.id}/{key}"
    ways = (
        ("csv", "SDMX-CSV 2.0", "csv-2.0", "text/csv", "CSV"),
        ("json", "SDMX-JSON 2.0", "json-2.0", "application/json", "JSON"),
        ("xml", "SDMX-ML 2.1, structure-specific", "structurespecificdata", "application/xml", "XML"),
    )
    name = title or flow.flow.name
    about = description or flow.flow.description or name
    if is_demonstration:
        about += " Some values are made up for demonstration. Do not cite them."
    return Entry(
        id=id,
        title=name,
        description=about,
        publisher=publisher,
        publisher_page=page,
        modified=modified,
        provenance=provenance,
        keywords=keywords,
        frequency=FREQUENCIES + _FREQUENCY[frequencies[0]] if len(frequencies) == 1 else FREQUENCIES + "OTHER",
        areas=found.codes.get("REF_AREA", ()),
        first=found.first,
        last=found.last,
        licence=licence,
        rights=rights,
        landing=landing,
        is_demonstration=is_demonstration,
        distributions=tuple(
            Distribution(
                f"{id}-{short}", f"{name}: {words}", f"{address}?format={form}", media, file_type, licence, rights
            )
            for short, words, form, media, file_type in ways
        ),
    )
