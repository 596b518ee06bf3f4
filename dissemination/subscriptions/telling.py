"""Tells watchers: at once through the outbox, or as rows that the daily digest tells together. Each event once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from adme.accounts.permissions import Permission
from adme.reporting.models import Notice, Revision
from adme.reporting.selectors.naming import report_name, report_url
from adme.reporting.services import outbox
from adme.reporting.transitions import TRANSITIONS, Act
from dissemination.editions.models import Edition
from dissemination.products.kinds import FileState
from dissemination.products.models import ProductFile

from . import people
from .addresses import absolute
from .models import News, Pace, Watch, WatchKind
from .run_changes import FigureChange, concerned, kras_of_bodies, watches_of

NAMED = 8  # changes that a notice names; the page of the run has all
KEPT = timedelta(days=90)
TOLD_ACTS = (Act.APPROVE, Act.REOPEN)


@dataclass(frozen=True, slots=True)
class Event:
    """What one or more people are told of. `key` names it: nobody is told of a key twice."""

    key: str
    title: str
    text: str
    url: str
    to: frozenset[int]


@transaction.atomic
def tell(events: Sequence[Event], *, now: datetime) -> int:
    """Notices for those who want them at once, news for the digest of the others; for how many people."""
    wishes = people.wishes_of({user for event in events for user in event.to})
    messages: list[outbox.Message] = []
    news: list[News] = []
    for event in events:
        for mail in (True, False):
            at_once = {one for one in event.to if wishes[one].pace == Pace.AT_ONCE and wishes[one].by_mail == mail}
            if at_once:
                messages.append(_message(event, Notice.Kind.WATCHED, frozenset(at_once), mail=mail))
        news += [_news(event, one, now) for one in sorted(event.to) if wishes[one].pace == Pace.DAILY]
    outbox.send(messages, now=now)
    News.objects.bulk_create(news, ignore_conflicts=True, batch_size=500)
    return len(wishes)


def _message(event: Event, kind: Notice.Kind, to: frozenset[int], *, mail: bool) -> outbox.Message:
    return outbox.Message(event.key, kind, event.title, event.text, event.url, to, mail=mail)


def _news(event: Event, user: int, now: datetime) -> News:
    title = outbox.one_line(event.title)[:300]
    return News(user_id=user, event=event.key, title=title, text=event.text, url=event.url[:300], at=now)


# --- figures ----------------------------------------------------------------------------------------------------------


def after_run(run_id: int, changes: Sequence[FigureChange], *, now: datetime) -> int:
    """Tell who watches what the run changed: one notice for each person. How many were told."""
    watches = watches_of(changes) if changes else {}
    allowed = people.holding(Permission.DASHBOARD_VIEW, watches) if watches else frozenset()
    watches = {user: held for user, held in watches.items() if user in allowed}
    kras = kras_of_bodies({one.code for held in watches.values() for one in held if one.kind == WatchKind.BODY})
    alike: dict[tuple[FigureChange, ...], set[int]] = {}  # people with the same changes read the same text
    for user, held in watches.items():
        if own := concerned(changes, held, kras):
            alike.setdefault(own, set()).add(user)
    events = [_of_run(run_id, own, frozenset(users)) for own, users in alike.items()]
    return tell(events, now=now) if events else 0


def _of_run(run_id: int, changes: Sequence[FigureChange], to: frozenset[int]) -> Event:
    codes = list(dict.fromkeys(one.leaf for one in changes))
    if len(codes) == 1 and len(changes) <= NAMED:
        url = reverse("leaf", args=codes)
    else:
        url = reverse("watch_changes", args=[run_id])
    newest = sorted(changes, key=lambda one: -one.period)  # of a long series the latest figures say most
    lines = [one.line for one in newest[:NAMED]]
    if len(changes) > NAMED:
        lines.append(f"And {len(changes) - NAMED} more, on the page.")
    title = f"{_counted(len(changes), 'watched figure')} changed: KPI {_listed(codes)}"
    return Event(f"watched-run:{run_id}", title, "\n".join(lines), url, to)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")


# --- reports ----------------------------------------------------------------------------------------------------------


def watched_by_report(revision: Revision) -> Iterable[int]:
    """People who watch the body or state whose report was approved or reopened."""
    if revision.act not in TOLD_ACTS:
        return ()
    owed = revision.obligation
    if owed.body is not None:
        found = Watch.objects.filter(kind=WatchKind.BODY, code=owed.body.code)
    else:
        found = Watch.objects.filter(kind=WatchKind.STATE, code=owed.state_area.code)  # type: ignore[union-attr]
    return found.values_list("user_id", flat=True)


def after_report(revision_id: int, *, now: datetime | None = None) -> int:
    """Tell who watches the body or state that its report was approved or reopened, but not whoever did that."""
    related = ("obligation__round", "obligation__body", "obligation__state_area")
    revision = Revision.objects.select_related(*related).get(pk=revision_id)
    to = people.holding(Permission.REPORT_READ, set(watched_by_report(revision))) - {revision.by_id}
    if not to:
        return 0
    owed = revision.obligation
    done = TRANSITIONS[Act(revision.act)].done
    made_up = " [demonstration]" if owed.is_demonstration else ""
    after = "Its content counts from now on." if revision.act == Act.APPROVE else "It may change until it is approved."
    text = f"The report of {owed.reporter_label} was {done.lower()}. {after}{made_up}"
    event = Event(f"watched-report:{revision.pk}", f"{done}: {report_name(owed)}", text, report_url(owed), to)
    return tell([event], now=now or timezone.now())


# --- editions ---------------------------------------------------------------------------------------------------------


def after_release(edition: Edition, *, now: datetime) -> int:
    """Tell all readers who want it that an edition may be read. At once: it was made for a meeting."""
    readers = people.holding(Permission.DASHBOARD_VIEW)
    wishes = people.wishes_of(readers)
    made_up = " [demonstration]" if edition.is_demonstration else ""
    event = Event(
        f"edition:{edition.pk}",
        f"Edition {edition.number}: {edition.title}{made_up}",
        f"For {edition.meeting}, {edition.meeting_on.day} {edition.meeting_on:%B %Y}. {brief_line(edition)}",
        reverse("edition_detail", args=[edition.number]),
        frozenset(user for user in readers if wishes[user].editions),
    )
    messages = []
    for mail in (True, False):
        to = frozenset(user for user in event.to if wishes[user].by_mail == mail)
        messages.append(_message(event, Notice.Kind.EDITION, to, mail=mail))
    return outbox.send(messages, now=now).total()


def brief_of(edition: Edition) -> ProductFile | None:
    """The brief as PDF that all readers share, once it is built."""
    held = ProductFile.objects.filter(edition=edition, product="brief", format="pdf", state=FileState.READY)
    return held.filter(parameters={}).order_by("-pk").first()


def brief_line(edition: Edition) -> str:
    brief = brief_of(edition)
    if brief is None:
        return "The brief and the other files stand on the edition's page."
    return f"Brief (PDF): {absolute(reverse('product_file', args=[brief.public_id]))}"


# --- the daily digest -------------------------------------------------------------------------------------------------


@transaction.atomic
def digest(*, now: datetime | None = None) -> int:
    """One notice for each person with news that were not told. Who lost the permission gets none, and the news end."""
    now = now or timezone.now()
    waiting: dict[int, list[News]] = {}
    for one in News.objects.filter(told_at__isnull=True).order_by("user_id", "pk"):
        waiting.setdefault(one.user_id, []).append(one)
    allowed = people.holding(Permission.DASHBOARD_VIEW, waiting) if waiting else frozenset()
    wishes = people.wishes_of(allowed)
    messages = [
        _message(_together(waiting[user]), Notice.Kind.WATCHED, frozenset({user}), mail=wishes[user].by_mail)
        for user in sorted(allowed)
    ]
    outbox.send(messages, now=now)
    told = [one.pk for held in waiting.values() for one in held]
    for start in range(0, len(told), 500):
        News.objects.filter(pk__in=told[start : start + 500]).update(told_at=now)
    News.objects.filter(told_at__lt=now - KEPT).delete()
    return len(messages)


def _together(held: Collection[News]) -> Event:
    rows = list(held)
    title = rows[0].title if len(rows) == 1 else f"{len(rows)} things that you watch changed"
    text = "\n\n".join(f"{one.title}\n{one.text}\n{absolute(one.url)}" for one in rows)
    url = rows[0].url if len(rows) == 1 else reverse("watch_list")
    return Event(f"watched-digest:{rows[-1].pk}", title, text, url, frozenset())
