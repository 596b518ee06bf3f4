"""In which format an answer goes out: the Accept header, or ?format= where a header cannot be set.

Media types: SDMX REST, content negotiation (sdmx-twg/sdmx-rest), and the field guides of SDMX-CSV for its parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from adme.exports.sdmx.csv_data import Keys, Labels

from .errors import NotAcceptable, SyntaxFault


class Body(StrEnum):
    CSV = "csv"
    JSON = "json"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class Format:
    """`media` and `version` make the content type; `name` is what ?format= calls it."""

    name: str
    media: str
    version: str
    body: Body
    labels: Labels = Labels.ID
    keys: Keys = Keys.NONE
    aliases: tuple[str, ...] = field(default=(), compare=False)

    @property
    def content_type(self) -> str:
        told = f"{self.media};version={self.version}"
        if self.labels != Labels.ID:
            told += f";labels={self.labels}"
        if self.keys != Keys.NONE:
            told += f";keys={self.keys}"
        return told + (";charset=utf-8" if self.body == Body.CSV else "")


_VND = "application/vnd.sdmx."
CSV_1 = Format("csv-1.0", f"{_VND}data+csv", "1.0.0", Body.CSV, aliases=("csvdata",))
CSV_2 = Format("csv-2.0", f"{_VND}data+csv", "2.0.0", Body.CSV)
JSON_1 = Format("json-1.0", f"{_VND}data+json", "1.0.0", Body.JSON, aliases=("jsondata",))
JSON_2 = Format("json-2.0", f"{_VND}data+json", "2.0.0", Body.JSON)
GENERIC_21 = Format("genericdata", f"{_VND}genericdata+xml", "2.1", Body.XML)
SPECIFIC_21 = Format("structurespecificdata", f"{_VND}structurespecificdata+xml", "2.1", Body.XML)
SPECIFIC_30 = Format("xml-3.0", f"{_VND}data+xml", "3.0.0", Body.XML)
STRUCTURE_XML_21 = Format("structure-2.1", f"{_VND}structure+xml", "2.1", Body.XML, aliases=("structure",))
STRUCTURE_XML_30 = Format("structure-3.0", f"{_VND}structure+xml", "3.0.0", Body.XML, aliases=("xml-3.0",))
STRUCTURE_JSON_1 = Format("json-1.0", f"{_VND}structure+json", "1.0.0", Body.JSON, aliases=("jsonstructure",))
STRUCTURE_JSON_2 = Format("json-2.0", f"{_VND}structure+json", "2.0.0", Body.JSON)
JSON_LD = Format("jsonld", "application/ld+json", "", Body.JSON)
TURTLE = Format("ttl", "text/turtle", "", Body.XML)
_TEXTS = {
    "text/csv": Body.CSV,
    "application/csv": Body.CSV,
    "application/json": Body.JSON,
    "text/json": Body.JSON,
    "application/xml": Body.XML,
    "text/xml": Body.XML,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Formats of an endpoint, in the order in which they are preferred; the first is the default."""

    formats: tuple[Format, ...]

    def of_body(self, body: Body) -> Format | None:
        return next((one for one in self.formats if one.body == body), None)


# Defaults as the standard has them: 1.x generic data 2.1 and structures 2.1, 2.x JSON 2.0.
DATA_1 = Offer((GENERIC_21, SPECIFIC_21, CSV_1, JSON_1, CSV_2, JSON_2, SPECIFIC_30))
DATA_2 = Offer((JSON_2, CSV_2, SPECIFIC_30, CSV_1, JSON_1, SPECIFIC_21, GENERIC_21))
STRUCTURES_1 = Offer((STRUCTURE_XML_21, STRUCTURE_JSON_1, STRUCTURE_XML_30, STRUCTURE_JSON_2))
CATALOGUES = Offer((JSON_LD, TURTLE))
STRUCTURES_2 = Offer((STRUCTURE_JSON_2, STRUCTURE_XML_30, STRUCTURE_JSON_1, STRUCTURE_XML_21))


def choose(offer: Offer, *, accept: str, name: str, labels: str) -> Format:
    """NotAcceptable when none of the formats asked for is offered. `name` and `labels` are query parameters."""
    found = _by_name(offer, name) if name else _by_header(offer, accept)
    if not labels:
        return found
    if labels not in set(Labels) or found.body != Body.CSV:
        raise SyntaxFault(f"labels: '{labels[:40]}' is not known; use id, name or both, with a CSV format.")
    return _checked(replace(found, labels=Labels(labels)))


def body_for_errors(accept: str, name: str, default: Body) -> Body:
    """Errors are XML or JSON, whatever the data would be."""
    told = f"{name} {accept}".lower()
    if "json" in told and ("xml" not in told or told.index("json") < told.index("xml")):
        return Body.JSON
    return Body.XML if "xml" in told or "csv" in told else default


def _by_name(offer: Offer, name: str) -> Format:
    for one in offer.formats:
        if name == one.name or name in one.aliases:
            return one
    if name in set(Body):
        found = offer.of_body(Body(name))
        if found is not None:
            return found
    told = ", ".join(dict.fromkeys([*(one.name for one in offer.formats), "csv", "json", "xml"]))
    raise NotAcceptable(f"There is no format '{name[:40]}' here; use one of {told}.")


def _by_header(offer: Offer, accept: str) -> Format:
    if not accept.strip():
        return offer.formats[0]
    for media, told in _ranges(accept):
        found = _match(offer, media, told)
        if found is not None:
            return found
    told_formats = ", ".join(one.content_type for one in offer.formats)
    raise NotAcceptable(f"None of the formats asked for is offered; there are {told_formats}.")


def _ranges(accept: str) -> list[tuple[str, dict[str, str]]]:
    """Media types with their parameters, the best first; those with q=0 are left out."""
    found = []
    for place, part in enumerate(accept[:2000].lower().split(",")):
        media, *rest = (one.strip() for one in part.split(";"))
        if not media:
            continue
        told = {name.strip(): value.strip().strip('"') for name, _, value in (one.partition("=") for one in rest)}
        try:
            weight = float(told.pop("q", "1"))
        except ValueError:
            weight = 1.0
        if weight > 0:
            found.append((-min(weight, 1.0), place, media, told))
    return [(media, told) for _, _, media, told in sorted(found, key=lambda one: one[:2])]


def _match(offer: Offer, media: str, told: Mapping[str, str]) -> Format | None:
    if media in {"*/*", "application/*"}:
        return offer.formats[0]
    if media == "text/*":
        return offer.of_body(Body.CSV)
    if media in _TEXTS:
        found = offer.of_body(_TEXTS[media])
        return None if found is None else _with(found, told)
    wanted = told.get("version", "")
    for one in offer.formats:
        if one.media == media and (not wanted or one.version == wanted):
            return _with(one, told)
    return None


def _with(found: Format, told: Mapping[str, str]) -> Format | None:
    """With the parameters of SDMX-CSV; None when they ask for what is not made."""
    if found.body != Body.CSV:
        return found
    labels, keys = told.get("labels", "id"), told.get("keys", "none")
    if labels not in set(Labels) or keys not in set(Keys) or told.get("timeformat", "original") != "original":
        return None
    try:
        return _checked(replace(found, labels=Labels(labels), keys=Keys(keys)))
    except SyntaxFault:
        return None


def _checked(found: Format) -> Format:
    if found.name == CSV_1.name and (found.labels == Labels.NAME or found.keys != Keys.NONE):
        raise SyntaxFault("labels=name and keys are of SDMX-CSV 2.0; ask for format=csv-2.0, or labels=both.")
    return found
