"""Data queries of the SDMX REST interface 1.x: /data/{flow}/{key}/{provider}?startPeriod=&endPeriod=&detail=...

Source: SDMX REST 1.5, data queries (sdmx-twg/sdmx-rest).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from adme.exports.sdmx.structures import TIME_PERIOD, Attachment

from .catalogue import Catalogue
from .concepts import AGENCY
from .errors import NoResults, NotImplementedHere, SemanticFault, SyntaxFault
from .flows import Flow
from .parameters import Parameters, codes_of, count_of, is_flat, no_history
from .periods import read_moment, read_period
from .queries import Condition, DataQuery, Key, Test

DATA = (
    "startPeriod", "endPeriod", "updatedAfter", "firstNObservations", "lastNObservations", "dimensionAtObservation",
    "detail", "includeHistory", "asOf",
)  # fmt: skip
AVAILABILITY = ("startPeriod", "endPeriod", "updatedAfter", "references", "mode")
_DETAILS = ("full", "dataonly", "serieskeysonly", "nodata")
ALL = "all"


def flow_of(text: str, known: Catalogue) -> Flow:
    """`DF_KPI`, `ADME,DF_KPI` or `ADME,DF_KPI,1.0`; `all` and `latest` where the standard has them."""
    parts = text.split(",")
    if not 1 <= len(parts) <= 3 or not all(parts):
        raise SyntaxFault(f"flow: '{text[:80]}' is none; write DF_KPI or {AGENCY},DF_KPI,1.0.")
    agency, flow, version = {1: (ALL, parts[0], "latest")}.get(len(parts)) or (*parts, "latest")[:3]
    if flow == ALL:
        raise NotImplementedHere("A data query asks for one flow; ask for each by itself.")
    found = known.flows.get(flow)
    if found is None or agency not in {ALL, AGENCY} or version not in {"latest", ALL, found.flow.version}:
        raise NoResults(f"There is no flow '{text[:80]}'; /api/sdmx/dataflow lists those of {AGENCY}.")
    return found


def data_query(flow: Flow, key: str, provider: str, given: Parameters) -> DataQuery:
    given.only(DATA)
    no_history(given)
    shown, with_observations = _detail(flow, given.one("detail") or "full")
    return DataQuery(
        flow=flow,
        keys=read_key(flow, key, provider),
        where=_time(given),
        updated_after=_moment(given, "updatedAfter"),
        as_of=_moment(given, "asOf"),
        first=count_of(given, "firstNObservations"),
        last=count_of(given, "lastNObservations"),
        is_flat=is_flat(flow, given.one("dimensionAtObservation")),
        shown=shown,
        with_observations=with_observations,
    )


def availability_query(flow: Flow, key: str, provider: str, given: Parameters) -> DataQuery:
    given.only(AVAILABILITY)
    return DataQuery(
        flow=flow,
        keys=read_key(flow, key, provider),
        where=_time(given),
        updated_after=_moment(given, "updatedAfter"),
        shown=frozenset(),
    )


def read_key(flow: Flow, key: str, provider: str) -> tuple[Key, ...]:
    """`A.IDN+VNM.31c..`: codes of each dimension parted by dots, alternatives by +, nothing for all of them."""
    if provider not in {"", ALL, AGENCY, f"{AGENCY},{AGENCY}", f"{ALL},{ALL}"}:
        raise NoResults(f"There is no provider '{provider[:40]}'; {AGENCY} is the only one.")
    if key in {"", ALL}:
        return ()
    names = [one.id for one in flow.structure.dimensions]
    # A plus sign reaches some servers as a blank.
    parts = [part.replace(" ", "+") for part in key.split(".")]
    if len(parts) != len(names):
        raise SyntaxFault(
            f"key: '{key[:80]}' has {len(parts)} places; the series of {flow.flow.id} have {len(names)}: "
            f"{'.'.join(names)}. Leave a place empty for all its codes, or write 'all' for everything."
        )
    return (tuple(codes_of(part, "+", f"key, {name}") for part, name in zip(parts, names, strict=True)),)


def _time(given: Parameters) -> Mapping[str, Condition]:
    start, end = given.one("startPeriod"), given.one("endPeriod")
    tests = []
    if start:
        tests.append(Test("ge", start, span=read_period(start, "startPeriod")))
    if end:
        tests.append(Test("le", end, span=read_period(end, "endPeriod")))
    spans = [test.span for test in tests]
    if len(spans) == 2 and spans[0] and spans[1] and spans[0].first > spans[1].last:
        raise SemanticFault(f"startPeriod {start} is later than endPeriod {end}; swap them.")
    return {TIME_PERIOD: (tuple(tests),)} if tests else {}


def _moment(given: Parameters, name: str) -> datetime | None:
    text = given.one(name)
    return read_moment(text, name) if text else None


def _detail(flow: Flow, detail: str) -> tuple[frozenset[str] | None, bool]:
    """Which attributes are shown, and whether observations are."""
    if detail not in _DETAILS:
        raise SyntaxFault(f"detail: there is no '{detail[:40]}'; use one of {', '.join(_DETAILS)}.")
    if detail == "full":
        return None, True
    if detail == "nodata":
        held: Sequence[str] = [one.id for one in flow.structure.attributes if one.attachment != Attachment.OBSERVATION]
        return frozenset(held), False
    return frozenset(), detail == "dataonly"
