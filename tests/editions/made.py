"""Contents made by hypothesis and by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dissemination.editions import content as shapes
from dissemination.editions.content import Content, Figure, Leaf, Stamp, State

# Whole contents take a while to make on a loaded machine; time is no promise of these tests.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Every character that PostgreSQL takes: no NUL, no lone surrogate.
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
floats = st.floats(allow_nan=False, allow_infinity=False)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    bool: st.booleans(),
    int: st.integers(0, 30_000),
    float: floats,
    datetime: moments,
    date: st.dates(date(1960, 1, 1), date(2100, 1, 1)),
}


def anything(kind: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a type made of the dataclasses of content.py."""
    if kind == shapes.Cell:
        return st.none() | texts | st.integers(-(2**53), 2**53) | floats
    if hasattr(kind, "__dataclass_fields__"):
        hints = get_type_hints(kind)
        return st.builds(kind, **{name: given.get(name, anything(hint)) for name, hint in hints.items()})
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        if inner[-1] is Ellipsis:
            return st.lists(anything(inner[0]), max_size=3).map(tuple)
        return st.tuples(*(anything(one) for one in inner))
    if get_origin(kind) in (Union, UnionType):
        return st.one_of(*(st.none() if one is type(None) else anything(one) for one in inner))
    return _SIMPLE[kind]


codes = st.text("abcdefgh0123456789", min_size=1, max_size=6)
letters = st.sampled_from("AEOM")
periods = st.integers(1990, 2035).map(lambda year: year * 1000)
figures = st.lists(
    anything(
        Figure,
        leaf=codes,
        area=codes,
        period=periods,
        obs_status=letters,
        coverage_of=st.sampled_from(["states", "bodies"]),
    ),
    max_size=6,
    unique_by=lambda one: one.key,
).map(tuple)
changes = st.lists(
    anything(shapes.Change, leaf=codes, area=codes, period=periods, cause=codes),
    max_size=4,
    unique_by=lambda one: (one.leaf, one.area, one.period),
).map(tuple)
contents = anything(
    Content,
    figures=figures,
    changes=changes,
    stamp=anything(Stamp, edition=st.just(""), hash=st.just(""), title=codes, meeting=codes),
)

TAKEN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
STATES = (State("BRN", "Brunei Darussalam", date(1984, 1, 7)), State("IDN", "Indonesia", date(1967, 8, 8)))


def leaf(code: str = "6a", **given: Any) -> Leaf:
    plain = Leaf(
        code=code, kpi=6, title="Share of persons in education", wording="provisional", unit="per cent", decimals=1,
        direction="increase", source_type="B", characteristic="B", kra="B1", is_proxy=False, is_demonstration=False,
        note="", recipe_version=1, recipe_lines=(("Method", "the series itself"),), sources=(),
        state_of_data="current", newest_year=2025,
    )  # fmt: skip
    return replace(plain, **given)


def figure(leaf: str = "6a", area: str = "ASEAN", period: int = 2025000, **given: Any) -> Figure:
    plain = Figure(
        leaf=leaf, area=area, period=period, value=50.0, obs_status="A", withheld="", coverage_of="states",
        states_reporting=9, states_expected=11, states_carried=0, population_share=0.9, recipe_version=1,
        inputs_hash="a" * 64, value_id=1,
    )  # fmt: skip
    return replace(plain, **given)


def content(*figures: Figure, leaves: tuple[Leaf, ...] = (), **given: Any) -> Content:
    stamp = Stamp(
        title="Figures for SOCA", edition="", meeting="Forty-first SOCA", meeting_on=date(2026, 12, 1), data_version=7,
        taken_at=TAKEN, published_at=None, embargo_until=None, hash="", address="http://127.0.0.1:8000",
        is_demonstration=False, is_draft=True,
    )  # fmt: skip
    plain = Content(
        stamp=stamp, framework="BP2025", first_current_year=2023, items=(), states=STATES,
        leaves=leaves or (leaf(),), figures=figures, ratings=(), sources=(),
    )  # fmt: skip
    return replace(plain, **given)
