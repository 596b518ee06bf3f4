"""SDMX REST: who may? -> one query -> one message."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from adme.api.throttles import ByUse
from adme.exports.sdmx.data import Series
from adme.exports.sdmx.structures import Kind

from . import availability, dcat, dcat_writers, negotiation, reading_v1, reading_v2, structure_queries
from .errors import NoResults, NotImplementedHere, SyntaxFault
from .negotiation import Body
from .queries import DataQuery
from .reading import data_set, series_of
from .responses import data_chunks, structure_bytes
from .structure_queries import Library, StructureQuery
from .throttles import WholeFlows
from .views_base import SdmxView

MODES = ("exact", "available")


class _DataView(SdmxView):
    throttle_classes = (ByUse, WholeFlows)

    def send(self, query: DataQuery) -> HttpResponseBase:
        self.require(query.flow)
        unchanged = self.unchanged()
        if unchanged is not None:
            return unchanged
        series = _at_least_one(series_of(query, self.known))
        header = self.header()
        data = data_set(query, self.known, series, prepared=header.prepared, message=header.id)
        response = StreamingHttpResponse(data_chunks(data, self.format_), content_type=self.format_.content_type)
        if self.format_.body == Body.CSV:
            name = f"adme_{query.flow.flow.id}_v{self.now.version}.csv"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return self.finished(response)


class DataV1(_DataView):
    """`data/{flow}/{key}/{provider}`."""

    offer = negotiation.DATA_1

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        flow, key, provider = _filled(parts, ("", "all", "all"))
        found = reading_v1.flow_of(flow, self.known)
        return self.send(reading_v1.data_query(found, key, provider, self.given))


class DataV2(_DataView):
    """`v2/data/{context}/{agency}/{id}/{version}/{key}`."""

    offer = negotiation.DATA_2
    is_two = True

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        context, agency, resource, version, key = _filled(parts, ("*", "*", "*", "*", "*"))
        found = reading_v2.flow_of(context, agency, resource, version, self.known)
        return self.send(reading_v2.data_query(found, key, self.given))


class _StructureView(SdmxView):
    def library(self) -> Library:
        return Library(
            self.known,
            self.flows(),
            lambda flow: availability.constraint(flow, availability.of_flow(flow, self.known, self.now)),
        )

    def send(self, query: StructureQuery) -> HttpResponseBase:
        unchanged = self.unchanged()
        if unchanged is not None:
            return unchanged
        found = self.library().find(query)
        body = structure_bytes(found, self.header(), self.format_)
        return self.finished(HttpResponse(body, content_type=self.format_.content_type))

    def read(self, every: str, separator: str, parts: list[str]) -> StructureQuery:
        resource, agency, artefact, version, item = _filled(parts, (every, every, every, "", every))
        self.given.only(("references", "detail"))
        references, kinds = structure_queries.references_of(self.given.one("references"))
        latest = ("latest", "all", "*", "~", "+")
        return StructureQuery(
            kinds=structure_queries.kinds_of(resource, every),
            agencies=structure_queries.listed(agency, separator, (every,), "agency"),
            ids=structure_queries.listed(artefact, separator, (every,), "id"),
            versions=_plain(structure_queries.listed(version, ",", latest, "version") if version != "+" else ()),
            items=structure_queries.listed(item, separator, (every,), "item"),
            references=references,
            reference_kinds=kinds,
            detail=structure_queries.detail_of(self.given.one("detail")),
        )


class StructuresV1(_StructureView):
    """`{resource}/{agency}/{id}/{version}/{item}`."""

    offer = negotiation.STRUCTURES_1

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        resource = "all" if kwargs["resource"] == "structure" else kwargs["resource"]
        return self.send(self.read("all", "+", [resource, *(part for part in parts if part or len(parts) > 1)]))


class StructuresV2(_StructureView):
    """`v2/structure/{type}/{agency}/{id}/{version}/{item}`."""

    offer = negotiation.STRUCTURES_2
    is_two = True

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        return self.send(self.read("*", ",", parts))


class _AvailabilityView(_StructureView):
    def tell(self, query: DataQuery, component: str) -> HttpResponseBase:
        self.require(query.flow)
        mode = self.given.one("mode") or "exact"
        if mode not in MODES:
            raise SyntaxFault(f"mode: there is no '{mode[:40]}'; use exact or available.")
        references, kinds = structure_queries.references_of(self.given.one("references"))
        wanted = None
        if component not in {"", "all", "*"}:
            wanted = component.replace(" ", "+").replace("+", ",").split(",")
            held = {one.id for one in query.flow.structure.dimensions} | {"TIME_PERIOD"}
            wrong = next((one for one in wanted if one not in held), None)
            if wrong is not None:
                raise SyntaxFault(f"{query.flow.flow.id} has no dimension '{wrong[:40]}'.")
        unchanged = self.unchanged()
        if unchanged is not None:
            return unchanged
        read = availability.exact if mode == "exact" else availability.open_choices
        found = read(query, self.known)
        if not found.series and mode == "exact":
            raise NoResults("Nothing has data under this query.")
        told = availability.constraint(query.flow, found, wanted)
        shown = () if references == "none" else kinds if references == "some" else tuple(Kind)
        structures = self.library().with_references(told, query.flow, shown)
        body = structure_bytes(structures, self.header(), self.format_)
        return self.finished(HttpResponse(body, content_type=self.format_.content_type))


class AvailabilityV1(_AvailabilityView):
    """`availableconstraint/{flow}/{key}/{provider}/{component}`."""

    offer = negotiation.STRUCTURES_1

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        flow, key, provider, component = _filled(parts, ("", "all", "all", "all"))
        found = reading_v1.flow_of(flow, self.known)
        return self.tell(reading_v1.availability_query(found, key, provider, self.given), component)


class AvailabilityV2(_AvailabilityView):
    """`v2/availability/{context}/{agency}/{id}/{version}/{key}/{component}`."""

    offer = negotiation.STRUCTURES_2
    is_two = True

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        context, agency, resource, version, key, component = _filled(parts, ("*", "*", "*", "*", "*", "*"))
        found = reading_v2.flow_of(context, agency, resource, version, self.known)
        return self.tell(reading_v2.availability_query(found, key, self.given), component)


class NotHere(SdmxView):
    """What the standard has and ADME does not: metadata sets, schemas, registrations."""

    offer = negotiation.STRUCTURES_1

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise NotImplementedHere("ADME has no such resource; it answers data, availability and structure queries.")


class NotHereV2(NotHere):
    is_two = True


def _at_least_one(series: Iterator[Series]) -> Iterator[Series]:
    """Looks at the first before anything is sent, since an empty answer is an error in SDMX."""
    first = next(series, None)
    if first is None:
        raise NoResults("No observation matches the query.")
    return chain([first], series)


def _filled(parts: list[str], defaults: tuple[str, ...]) -> tuple[str, ...]:
    """Parts of the path, those that are missing or empty at their defaults."""
    told = parts[:-1] if parts and not parts[-1] else parts
    if len(told) > len(defaults):
        raise SyntaxFault(f"The address has {len(told)} parts; this query has {len(defaults)} at most.")
    return tuple(part or default for part, default in zip([*told, *[""] * len(defaults)], defaults, strict=False))


def _plain(versions: tuple[str, ...]) -> tuple[str, ...]:
    """1.0.0 is 1.0 in the writing of SDMX 3, and 1.0+ finds it."""
    return tuple("1.0" if one in {"1.0.0", "1", "1.0+", "1+"} else one for one in versions)


class CatalogueView(SdmxView):
    """`/api/dcat/catalog.jsonld` and `.ttl`: the DCAT-AP catalogue of what this reader may know of."""

    offer = negotiation.CATALOGUES

    def answer(self, parts: list[str], **kwargs: Any) -> HttpResponseBase:
        self.given.only(())
        self.format_ = negotiation.TURTLE if kwargs["extension"] == "ttl" else negotiation.JSON_LD
        unchanged = self.unchanged()
        if unchanged is not None:
            return unchanged
        found = dcat.data_catalogue(
            self.known,
            self.flows(),
            lambda flow: availability.of_flow(flow, self.known, self.now),
            base=f"{settings.SITE_URL.rstrip('/')}/",
            contact=settings.DEFAULT_FROM_EMAIL,
            modified=self.now.changed_at,
        )
        write = dcat_writers.turtle if kwargs["extension"] == "ttl" else dcat_writers.json_ld
        return self.finished(HttpResponse(write(found), content_type=self.format_.media))
