"""Reads of editions: which a person may see, what states have said, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from adme.accounts.models import Assignment, Role
from adme.accounts.permissions import Permission, assignments_of, may
from adme.observations.services import current_data_version
from databases_a.rfmd.selectors.evidence import inputs_of, rows_as_of

from . import live
from .changes import compare
from .content import ASEAN, Change, Content, Figure
from .models import Edition, Reply
from .plain import decode, encode
from .reading import published_content
from .states import EditionState, Outcome, ReplyKind

_DAY = 24 * 3600


# --- which editions -------------------------------------------------------------------------------------------------


def manages(user: Any) -> bool:
    return may(user, Permission.EDITION_MANAGE)


def visible(user: Any, *, now: datetime | None = None) -> QuerySet[Edition]:
    """Published editions whose embargo is over; for who manages editions all published ones. Newest first."""
    found = Edition.objects.filter(state=EditionState.PUBLISHED).order_by("-number")
    return found if manages(user) else found.filter(released(now=now))


def released(*, now: datetime | None = None) -> Q:
    return Q(state=EditionState.PUBLISHED) & (
        Q(embargo_until__isnull=True) | Q(embargo_until__lte=now or timezone.now())
    )


def is_released(edition: Edition, *, now: datetime | None = None) -> bool:
    over = edition.embargo_until is None or edition.embargo_until <= (now or timezone.now())
    return edition.state == EditionState.PUBLISHED and over


def edition_for(user: Any, number: int) -> Edition:
    """The published edition, or Http404, which is also the answer before the end of its embargo."""
    related = ("previous", "published_by", "drafted_by")
    found = visible(user).select_related(*related).filter(number=number).first()
    if found is None:
        raise Http404("There is no such edition.")
    return found


def latest_published() -> Edition | None:
    return Edition.objects.filter(number__isnull=False).order_by("-number").first()


# --- what changed ---------------------------------------------------------------------------------------------------


def changes_between(before: Content, after: Content, *, areas: Collection[str] | None = None) -> tuple[Change, ...]:
    return compare(before, after, inputs_of, areas=areas)


@dataclass(frozen=True, slots=True)
class Today:
    """What differs now from an edition or a file. `data_version` is that of the comparison."""

    changes: tuple[Change, ...]
    data_version: int
    compared: int  # figures that were compared
    made_up: tuple[str, ...]  # leaves that rest on made-up data now


def changes_since(edition: Edition) -> Today:
    """Figures of a published edition against today's; worked out once for each data version."""
    version = current_data_version().number
    key = f"editions:since:2:{edition.hash}:{version}"
    kept = cache.get(key)
    if kept is None:
        content = published_content(edition)
        now = live.take()
        changes = changes_between(content, now)
        kept = {
            "changes": encode(changes, tuple[Change, ...]),
            "compared": len(content.figures),
            "made_up": _made_up(now),
        }
        cache.set(key, kept, _DAY)
    return Today(decode(kept["changes"], tuple[Change, ...]), version, kept["compared"], tuple(kept["made_up"]))


def changes_since_moment(moment: datetime) -> Today:
    """Figures that stood at this moment against today's; for files that are not of an edition."""
    now = live.take()
    then = content_at(moment, now)
    return Today(changes_between(then, now), now.stamp.data_version, len(then.figures), _made_up(now))


def _made_up(content: Content) -> tuple[str, ...]:
    return tuple(leaf.code for leaf in content.leaves if leaf.is_demonstration)


def content_at(moment: datetime, now: Content) -> Content:
    """The figures of a past moment within today's frame: leaves know the recipe that their figures were made by."""
    rows = rows_as_of(moment)
    shown = {ASEAN, *(state.code for state in now.states)}
    figures = tuple(
        Figure(
            leaf.code, row.area, row.period, row.value, row.obs_status, row.withheld, row.coverage_of,
            row.states_reporting, row.states_expected, row.states_carried, row.population_share, row.recipe_version,
            row.inputs_hash, row.pk,
        )
        for leaf in now.leaves
        for row in sorted(rows.get(leaf.code, ()), key=lambda one: (one.area != ASEAN, one.area, one.period))
        if row.area in shown
    )  # fmt: skip
    version = {figure.leaf: figure.recipe_version for figure in figures}
    leaves = tuple(replace(leaf, recipe_version=version.get(leaf.code, leaf.recipe_version)) for leaf in now.leaves)
    return replace(now, stamp=replace(now.stamp, taken_at=moment), leaves=leaves, figures=figures)


def changes_of_draft(content: Content) -> tuple[Change, ...]:
    """What would differ in a draft if its figures were taken anew now."""
    return changes_between(content, live.take())


# --- right of reply -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StateProgress:
    """How far a state has answered, counted in series (leaves with at least one figure of the state)."""

    area: str
    name: str
    series: int
    confirmed: int
    corrected: int
    disputed: int
    left: int
    last_at: datetime | None

    @property
    def answered(self) -> int:
        return self.series - self.left

    @property
    def share(self) -> int:
        """Of 100."""
        return 100 * self.answered // self.series if self.series else 100


def own_areas(user: Any) -> dict[str, str]:
    """States that this user may speak for: code and name."""
    held = (one for one in assignments_of(user) if one.role == Role.FOCAL_POINT and one.state is not None)
    return {one.state.code: one.state.name for one in held if one.state is not None}


def focal_points(*, areas: Iterable[str] | None = None) -> frozenset[int]:
    """Active focal points, of all states or of these, by user id."""
    found = Assignment.objects.filter(role=Role.FOCAL_POINT, user__is_active=True, state__isnull=False).held()
    if areas is not None:
        found = found.filter(state__code__in=list(areas))
    return frozenset(found.values_list("user_id", flat=True))


def own_figures(edition: Edition, area: str, leaf: str) -> dict[int, float | None]:
    """Figures of one series by period. Regional figures are nobody's own."""
    if area == ASEAN:
        return {}
    found = edition.figures.filter(area=area, leaf=leaf).order_by("period")
    return dict(found.values_list("period", "value"))


def _series(edition: Edition, area: str = "") -> dict[str, dict[str, dict[int, float | None]]]:
    """{area: {leaf: {period: value}}} of the states."""
    figures = edition.figures.exclude(area=ASEAN).order_by("position")
    found: dict[str, dict[str, dict[int, float | None]]] = {}
    for of_area, leaf, period, value in (figures.filter(area=area) if area else figures).values_list(
        "area", "leaf", "period", "value"
    ):
        found.setdefault(of_area, {}).setdefault(leaf, {})[period] = value
    return found


def unanswered(edition: Edition, area: str) -> dict[str, dict[int, float | None]]:
    """Series of the state without a word on the whole of them."""
    said = edition.replies.filter(area=area, period=0, superseded_at__isnull=True).values_list("leaf", flat=True)
    known = set(said)
    return {leaf: periods for leaf, periods in _series(edition, area).get(area, {}).items() if leaf not in known}


def silence(edition: Edition) -> dict[str, list[str]]:
    """Per state the leaves of which it said nothing at all."""
    said = set(edition.replies.filter(superseded_at__isnull=True).values_list("area", "leaf"))
    return {area: [leaf for leaf in leaves if (area, leaf) not in said] for area, leaves in _series(edition).items()}


def progress(edition: Edition) -> list[StateProgress]:
    """All states with figures, in ASEAN's alphabetical order. Three statements."""
    names = {one["code"]: one["name"] for one in _part(edition, "states")}
    words: dict[str, dict[str, set[str]]] = {}
    last: dict[str, datetime] = {}
    for area, leaf, kind, at in edition.replies.filter(superseded_at__isnull=True).values_list(
        "area", "leaf", "kind", "at"
    ):
        words.setdefault(area, {}).setdefault(leaf, set()).add(kind)
        if kind != ReplyKind.SILENT:
            last[area] = max(last.get(area, at), at)
    series = _series(edition)
    return [
        _progress(area, names[area], series.get(area, {}), words.get(area, {}), last.get(area))
        for area in sorted(names, key=lambda code: names[code])
    ]


def _progress(
    area: str, name: str, series: dict[str, Any], words: dict[str, set[str]], last_at: datetime | None
) -> StateProgress:
    said = {leaf: kinds for leaf, kinds in words.items() if kinds - {ReplyKind.SILENT}}
    kinds = Counter(kind for found in said.values() for kind in found)
    return StateProgress(
        area, name, len(series), kinds[ReplyKind.CONFIRMED], kinds[ReplyKind.CORRECTED], kinds[ReplyKind.DISPUTED],
        sum(leaf not in said for leaf in series), last_at,
    )  # fmt: skip


def _part(edition: Edition, kind: str) -> Any:
    return edition.parts.filter(kind=kind).values_list("content", flat=True).first() or []


def reply_counts(edition: Edition) -> dict[str, int]:
    counted = Counter(edition.replies.filter(superseded_at__isnull=True).values_list("kind", flat=True))
    return {kind: counted[kind] for kind in ReplyKind.values}


def corrections(edition: Edition) -> list[Reply]:
    """Proposed corrections that stand, those without an answer first."""
    found = edition.replies.filter(kind=ReplyKind.CORRECTED, superseded_at__isnull=True)
    rows = list(found.select_related("by", "outcome_by").order_by("area", "leaf", "period"))
    return sorted(rows, key=lambda row: row.outcome != Outcome.OPEN)


def open_corrections(edition: Edition) -> int:
    return edition.replies.filter(kind=ReplyKind.CORRECTED, superseded_at__isnull=True, outcome=Outcome.OPEN).count()


def seen_by_states(edition: Edition) -> dict[tuple[str, str, int], dict[str, float | None]]:
    """The figures that each standing word was about: {(area, leaf, period of the word): {period key: value}}."""
    rows = edition.replies.filter(superseded_at__isnull=True).values_list("area", "leaf", "period", "seen")
    return {(area, leaf, period): seen for area, leaf, period, seen in rows}


def replies_told(edition: Edition) -> list[dict[str, Any]]:
    """All that states said, for the trail of an edition that is given up."""
    fields = ("area", "leaf", "period", "kind", "proposed_value", "text", "evidence_link", "evidence_name", "outcome")
    return list(edition.replies.exclude(kind=ReplyKind.SILENT).order_by("pk").values(*fields))


def open_for(user: Any) -> list[Edition]:
    """Editions that a focal point is asked about now; none for others."""
    if not may(user, Permission.EDITION_REPLY) or not own_areas(user):
        return []
    return list(
        Edition.objects.filter(state=EditionState.REPLY, reply_until__gte=timezone.now()).order_by("reply_until")
    )
