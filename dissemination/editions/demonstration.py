"""The demonstration's editions: two published ones and one that is open for reply, labelled as demonstrations.

They are made through the services, as people would make them. The first is taken before the made-up reports and records
are loaded, the second after, so that the second lists real differences: what was reported late, and the figures that
came of it. Nothing is changed for the sake of the list. The days of the right of reply lie in the past, as nobody can
wait for them; the figures are taken anew after its end, so `figures as of` is true.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from adme.accounts import demonstration
from adme.accounts.models import Role, User
from adme.reference.models import Area
from adme.reporting.models import Notice
from adme.reporting.selectors.zones import jakarta_day

from . import selectors, services
from .content import ASEAN
from .models import Edition
from .states import ReplyKind

FIRST = "Demonstration: results framework before the reports of the year"
SECOND = "Demonstration: results framework with the reports of the year"
OPEN = "Demonstration: results framework for the next meeting"
MEETING = "Demonstration meeting {}, no meeting of SOCA"
DAYS = 14
KINDS = (Notice.Kind.EDITION, Notice.Kind.REPLY)


def is_made(title: str) -> bool:
    return Edition.objects.filter(title=title).exists()


def make_first() -> Edition:
    return _published(FIRST, 1)


def make_second() -> Edition:
    return _published(SECOND, 2)


@transaction.atomic
def make_open() -> Edition:
    """Open for two weeks, with all kinds of replies: all confirmed, one corrected, one disputed, and silence so far."""
    drafter, _publisher = _analysts()
    edition = _drafted(OPEN, 3, drafter, timezone.now(), days=DAYS + 7)
    edition = services.open_reply(edition=edition, days=DAYS, by=drafter, seen=edition.version)
    states = _states(edition)
    for area in states[:2]:
        services.confirm_rest(edition=edition, area=area, by=_speaker(area))
    if "IDN" in states:
        _correct(edition, "IDN")
    if "VNM" in states:
        _dispute(edition, "VNM")
    _without_mail()
    return edition


@transaction.atomic
def _published(title: str, number: int) -> Edition:
    drafter, publisher = _analysts()
    now = timezone.now()
    begun = now - timedelta(days=DAYS + 2)
    edition = _drafted(title, number, drafter, begun, days=DAYS + 12)
    edition = services.open_reply(edition=edition, days=DAYS, by=drafter, seen=edition.version, now=begun)
    states = _states(edition)
    for area in states[:7]:
        services.confirm_rest(edition=edition, area=area, by=_speaker(area), now=begun + timedelta(days=2))
    if number > 1 and "VNM" in states:
        _dispute(edition, "VNM", now=begun + timedelta(days=3))
    edition = services.close_reply(edition=edition, now=now)
    edition = services.take_figures(edition=edition, by=drafter, seen=edition.version)
    edition = services.publish(edition=edition, by=publisher, seen=edition.version)
    services.announce_due()
    _without_mail()
    return edition


def _without_mail() -> None:
    """People of the demonstration have no mail box; their notices stand in the application."""
    waiting = Notice.objects.filter(user__is_demonstration=True, kind__in=KINDS, mailed_at__isnull=True)
    waiting.update(mailed_at=timezone.now())


def _drafted(title: str, number: int, by: User, now: datetime, *, days: int) -> Edition:
    edition = services.draft_edition(
        title=title, meeting=MEETING.format(number), meeting_on=jakarta_day(now) + timedelta(days=days), by=by
    )
    return services.take_figures(edition=edition, by=by, seen=edition.version, now=now)


def _analysts() -> tuple[User, User]:
    """Two of them, made by load_demo_users."""
    known = User.objects.filter(is_demonstration=True, is_active=True, assignments__role=Role.ANALYST)
    first, second = known.distinct().order_by("pk")[:2]
    return first, second


def _states(edition: Edition) -> list[str]:
    return [one.area for one in selectors.progress(edition) if one.series]


def _speaker(area: str) -> User:
    return demonstration.focal_point_of(Area.objects.get(code=area))


def _newest(edition: Edition, area: str, place: int) -> tuple[str, int, float]:
    """Leaf, period and value of the newest figure of the state's series at this place of the edition."""
    rows = edition.figures.filter(area=area, value__isnull=False).exclude(area=ASEAN).order_by("position")
    newest = {leaf: (leaf, period, value or 0.0) for leaf, period, value in rows.values_list("leaf", "period", "value")}
    return list(newest.values())[place]


def _correct(edition: Edition, area: str) -> None:
    leaf, period, value = _newest(edition, area, 1)
    services.reply(
        edition=edition, area=area, leaf=leaf, period=period, kind=ReplyKind.CORRECTED, by=_speaker(area),
        proposed_value=round(value * 1.02, 3),
        text="Demonstration: a made-up correction, which shows how a state proposes a value with its evidence.",
        evidence_link="https://example.org/demonstration-evidence",
    )  # fmt: skip


def _dispute(edition: Edition, area: str, now: datetime | None = None) -> None:
    leaf, _period, _value = _newest(edition, area, 0)
    services.reply(
        edition=edition, area=area, leaf=leaf, kind=ReplyKind.DISPUTED, by=_speaker(area), now=now,
        text="Demonstration: a made-up dispute, which shows how the mark travels with the figure.",
    )  # fmt: skip
