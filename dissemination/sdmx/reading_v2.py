"""Data queries of the SDMX REST interface 2.x: /data/{context}/{agency}/{id}/{version}/{key}?c[REF_AREA]=IDN,VNM&...

Source: SDMX REST 2.2, data queries and availability queries (sdmx-twg/sdmx-rest).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite

from adme.exports.sdmx.structures import OBS_VALUE, TIME_PERIOD, Attachment

from .catalogue import Catalogue
from .concepts import AGENCY
from .errors import NoResults, NotImplementedHere, SemanticFault, SyntaxFault
from .flows import Flow
from .parameters import Parameters, codes_of, count_of, is_flat, no_history
from .periods import read_moment, read_period
from .queries import NUMBER_TESTS, OPERATORS, Condition, DataQuery, Key, Test

DATA = (
    "updatedAfter", "firstNObservations", "lastNObservations", "dimensionAtObservation", "attributes", "measures",
    "includeHistory", "asOf", "limit", "offset", "sort", "reportingYearStartDay",
)  # fmt: skip
AVAILABILITY = ("updatedAfter", "references", "mode", "reportingYearStartDay")
_NOT_YET = ("limit", "offset", "sort", "reportingYearStartDay")
CONTEXTS = ("datastructure", "dataflow", "provisionagreement", "*")
NUMBERS = frozenset({"Integer", "Double"})
MOST_TESTS = 500


def flow_of(context: str, agency: str, resource: str, version: str, known: Catalogue) -> Flow:
    """One dataflow. `*` stands where there can be but one, and for agency and version."""
    if context not in CONTEXTS:
        raise SyntaxFault(f"context: there is no '{context[:40]}'; use one of {', '.join(CONTEXTS)}.")
    if context in {"datastructure", "provisionagreement"}:
        raise NotImplementedHere(f"Data by {context} are not implemented; ask by dataflow.")
    agencies, resources, versions = agency.split(","), resource.split(","), version.split(",")
    if not {"*", AGENCY} & set(agencies):
        raise NoResults(f"There is no agency '{agency[:40]}' here; {AGENCY} is the only one.")
    chosen = list(known.flows) if "*" in resources else [one for one in resources if one in known.flows]
    if not chosen:
        raise NoResults(f"There is no flow '{resource[:80]}'; /api/sdmx/v2/structure/dataflow lists those of {AGENCY}.")
    if len(chosen) > 1:
        raise NotImplementedHere("Several flows in one answer are not implemented; ask for each by itself.")
    found = known.flows[chosen[0]]
    # All versions are drafts in the sense of semantic versioning of 3.0, so '+' (latest stable) finds this one too.
    if not {"*", "+", "~", "1.0+", "1+", "1.0.0", found.flow.version} & set(versions):
        raise NoResults(f"{found.flow.id} has no version '{version[:40]}'; it has {found.flow.version}.")
    return found


def data_query(flow: Flow, key: str, given: Parameters) -> DataQuery:
    given.only([*DATA, *_component_names(given)])
    no_history(given)
    for name in _NOT_YET:
        if given.one(name):
            raise NotImplementedHere(f"{name} is not implemented; leave it out.")
    shown, with_observations = _shown(flow, given)
    updated_after, as_of = _moment(given, "updatedAfter"), _moment(given, "asOf")
    if updated_after and as_of and updated_after > as_of:
        raise SemanticFault("updatedAfter is later than asOf; nothing can have changed then.")
    return DataQuery(
        flow=flow,
        keys=read_keys(flow, key),
        where=_conditions(flow, given),
        updated_after=updated_after,
        as_of=as_of,
        first=count_of(given, "firstNObservations"),
        last=count_of(given, "lastNObservations"),
        is_flat=is_flat(flow, given.one("dimensionAtObservation")),
        shown=shown,
        with_observations=with_observations,
    )


def availability_query(flow: Flow, key: str, given: Parameters) -> DataQuery:
    given.only([*AVAILABILITY, *_component_names(given)])
    if given.one("reportingYearStartDay"):
        raise NotImplementedHere("reportingYearStartDay is not implemented; leave it out.")
    return DataQuery(
        flow=flow,
        keys=read_keys(flow, key),
        where=_conditions(flow, given),
        updated_after=_moment(given, "updatedAfter"),
        shown=frozenset(),
    )


def read_keys(flow: Flow, key: str) -> tuple[Key, ...]:
    """`A.IDN.31c,A.VNM.31c.*.*`: keys parted by commas; * or a missing end is all codes of a dimension."""
    if key in {"", "*"}:
        return ()
    names = [one.id for one in flow.structure.dimensions]
    keys = []
    for told in key.split(","):
        parts = told.split(".")
        if len(parts) > len(names):
            raise SyntaxFault(
                f"key: '{told[:80]}' has {len(parts)} places; the series of {flow.flow.id} have {len(names)}: "
                f"{'.'.join(names)}. Write * for all codes of a dimension."
            )
        parts += ["*"] * (len(names) - len(parts))
        if "" in parts:
            raise SyntaxFault(f"key: '{told[:80]}' has an empty place; write * for all codes of a dimension.")
        keys.append(
            tuple(
                None if part == "*" else codes_of(part.replace(" ", "+"), "+", f"key, {name}")
                for part, name in zip(parts, names, strict=True)
            )
        )
    return tuple(keys)


def _component_names(given: Parameters) -> list[str]:
    return [name for name in given.names if name.startswith("c[") and name.endswith("]")]


def _conditions(flow: Flow, given: Parameters) -> Mapping[str, Condition]:
    found: dict[str, Condition] = {}
    for name in _component_names(given):
        component = name[2:-1]
        if component not in flow.structure.component_ids:
            told = ", ".join(flow.structure.component_ids)
            raise SyntaxFault(f"{flow.flow.id} has no component '{component[:40]}'; it has {told}.")
        attribute = next((one for one in flow.structure.attributes if one.id == component), None)
        if attribute is not None and attribute.attachment == Attachment.DATASET:
            raise NotImplementedHere(f"{name}: attributes of the whole data set are not filtered by.")
        is_number = component == OBS_VALUE or (attribute is not None and attribute.text_type in NUMBERS)
        found[component] = _condition(name, given.one(name), component, is_number)
    return found


def _condition(name: str, text: str, component: str, is_number: bool) -> Condition:
    """A comma is 'or', a plus sign 'and' (in an address it may come as a blank)."""
    if not text:
        raise SyntaxFault(f"{name} is empty; write {name}=A,B or {name}=ge:2016+le:2024.")
    groups = [group.replace(" ", "+").split("+") for group in text.split(",")]
    if sum(map(len, groups)) > MOST_TESTS:
        raise SyntaxFault(f"{name} has more than {MOST_TESTS} values; ask for fewer at once.")
    return tuple(tuple(_test(name, one, component, is_number) for one in group) for group in groups)


def _test(name: str, text: str, component: str, is_number: bool) -> Test:
    operator, colon, value = text.partition(":")
    if not colon or operator not in OPERATORS:
        operator, value = "eq", text
    if not value:
        raise SyntaxFault(f"{name}: a value is missing beside '{text[:40]}'.")
    if component == TIME_PERIOD and operator in NUMBER_TESTS:
        return Test(operator, value, span=read_period(value, name))
    if is_number and operator in NUMBER_TESTS:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not isfinite(number):
            raise SyntaxFault(f"{name}: '{value[:40]}' is no number.")
        return Test(operator, value, number=number)
    return Test(operator, value)


def _moment(given: Parameters, name: str) -> datetime | None:
    text = given.one(name)
    return read_moment(text, name) if text else None


def _shown(flow: Flow, given: Parameters) -> tuple[frozenset[str] | None, bool]:
    """Which attributes are shown, and whether observations are."""
    measures = (given.one("measures") or "all").split(",")
    wrong = next((one for one in measures if one not in {"all", "none", OBS_VALUE}), None)
    if wrong is not None:
        raise SyntaxFault(f"measures: there is no '{wrong[:40]}'; use all, none or {OBS_VALUE}.")
    with_observations = measures != ["none"]
    groups = {
        "dataset": {one.id for one in flow.structure.attached(Attachment.DATASET)},
        "series": {one.id for one in flow.structure.attached(Attachment.SERIES)},
        "obs": {one.id for one in flow.structure.attached(Attachment.OBSERVATION)},
        "none": set(),
        "msd": set(),  # there is no reference metadata
    }
    groups["dsd"] = groups["all"] = groups["dataset"] | groups["series"] | groups["obs"]
    shown: set[str] = set()
    for one in (given.one("attributes") or "dsd").split(","):
        if one not in groups and one not in groups["all"]:
            raise SyntaxFault(
                f"attributes: {flow.flow.id} has no '{one[:40]}'; it has {', '.join(sorted(groups['all']))}."
            )
        shown |= groups.get(one, {one})
    if not with_observations:
        shown -= groups["obs"]
    return (None if shown == groups["all"] else frozenset(shown)), with_observations
