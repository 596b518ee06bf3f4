"""Reads of what can be watched, what a person watches, and of webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse

from adme.reference.models import SectoralBody
from adme.reference.selectors import member_states
from databases_a.rfmd.selectors.rows import leaves

from . import people
from .models import Delivery, DeliveryState, Endpoint, EndpointState, FeedKey, News, Pace, Watch, WatchKind, Wishes


def things(kind: WatchKind) -> dict[str, str]:
    """Code and name of everything of a kind that can be watched, in its usual order. One statement."""
    if kind == WatchKind.LEAF:
        return {leaf.code: f"KPI {leaf.code} {leaf.title}" for leaf in leaves()}
    if kind == WatchKind.STATE:
        return {area.code: area.name for area in member_states()}
    found = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym")
    return {code: f"{acronym} {name}" for code, acronym, name in found.values_list("code", "acronym", "name")}


@dataclass(frozen=True, slots=True)
class WatchLine:
    """One thing that is watched. `url` is blank where it has no page."""

    kind: str
    code: str
    kind_label: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    label: str
    lines: tuple[WatchLine, ...]
    offered: tuple[tuple[str, str], ...]  # what could be added


@dataclass(frozen=True, slots=True)
class WatchPage:
    groups: tuple[Group, ...]
    wishes: Wishes
    paces: tuple[tuple[str, str], ...]
    waiting: int  # news that the next digest tells
    feed: FeedKey | None

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups)


def lines_for(user: Any) -> list[WatchLine]:
    """Everything that a person watches, kind by kind in the usual order; what is retired stands last, by its code."""
    held = {(one.kind, one.code) for one in Watch.objects.filter(user=user)}
    found = []
    for kind in WatchKind:
        known = things(kind)
        own = [code for code in known if (kind, code) in held]
        gone = sorted(code for of_kind, code in held if of_kind == kind and code not in known)
        for code in [*own, *gone]:
            url = reverse("leaf", args=[code]) if kind == WatchKind.LEAF and code in known else ""
            name = known.get(code, f"{code} (no longer in use)")
            found.append(WatchLine(kind.value, code, str(kind.label), name, url))
    return found


def watch_page(user: Any) -> WatchPage:
    lines = lines_for(user)
    groups = []
    for kind in WatchKind:
        own = tuple(line for line in lines if line.kind == kind)
        codes = {line.code for line in own}
        offered = tuple((code, name) for code, name in things(kind).items() if code not in codes)
        groups.append(Group(kind.value, str(kind.label), own, offered))
    return WatchPage(
        groups=tuple(groups),
        wishes=people.wishes_for(user),
        paces=tuple((one.value, str(one.label)) for one in Pace),
        waiting=News.objects.filter(user=user, told_at__isnull=True).count(),
        feed=FeedKey.objects.filter(user=user, ended_at__isnull=True).first(),
    )


def is_watched(user: Any, kind: str, code: str) -> bool:
    return Watch.objects.filter(user=user, kind=kind, code=code).exists()


# --- webhooks ---------------------------------------------------------------------------------------------------------


def endpoints() -> list[Endpoint]:
    """All but the ended, with `given_up`, `delivered` and `last_at` of their deliveries. One statement."""
    found = Endpoint.objects.exclude(state=EndpointState.ENDED).select_related("created_by")
    return list(
        found.annotate(
            delivered=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DELIVERED)),
            given_up=Count("deliveries", filter=Q(deliveries__state=DeliveryState.GIVEN_UP)),
            last_at=Max("deliveries__tried_at"),
        ).order_by("name", "pk")
    )


def deliveries(endpoint: Endpoint) -> Any:
    return Delivery.objects.filter(endpoint=endpoint).order_by("-pk")
