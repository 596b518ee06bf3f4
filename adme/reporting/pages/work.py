"""My work: what a reporter has to hand in, by when, how far it is, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from adme.common.formatting import period as period_text

from ..models import Obligation, ReportingRound, Revision
from ..selectors import ledger
from ..selectors.readiness import readiness
from ..states import Standing
from .marks import Deadline, Mark, deadline, link, mark, next_step, tool_title
from .reports import reason_labels

OPEN = frozenset(
    {Standing.DUE, Standing.DRAFTING, Standing.RETURNED, Standing.REOPENED, Standing.OVERDUE, Standing.MISSING}
)
MOST_COUNTED = 8  # reports whose records are counted for one page; the others say so on their own page
KEPT_SECONDS = 300
RECENT = 8
MOST_CARDS = 6  # the most urgent reports get a card; where there are more, the others get a line in their group


@dataclass(frozen=True, slots=True)
class Progress:
    total: int
    ready: int
    blockers: int
    contradictions: int
    first: str  # the first thing that blocks
    is_empty: bool  # it holds no record, and that stands against handing it in

    @property
    def text(self) -> str:
        return f"{self.ready} of {self.total} ready" if self.total else "No records yet"


@dataclass(frozen=True, slots=True)
class WorkCard:
    obligation: Obligation
    title: str
    period: str
    mark: Mark
    due: Deadline
    due_at: datetime
    days: str  # '12 days left', '3 days late'
    is_late: bool
    progress: Progress | None
    returned: str
    returned_codes: list[str]
    returned_by: str
    next_step: str
    url: str
    continue_url: str
    continue_label: str


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Open reports with one deadline, or all whose deadline has passed; folded unless `is_open`."""

    title: str
    cards: list[WorkCard]
    is_open: bool
    returned: int
    begun: int


@dataclass(frozen=True)
class WorkPage:
    cards: list[WorkCard]
    also: list[WorkCard]  # as well open, less urgent
    groups: list[WorkGroup]  # of those, by deadline
    waiting: list[WorkCard]  # handed in, now with the Secretariat
    recent: list[WorkCard]  # approved, or set aside
    coming: list[tuple[str, Deadline]]  # the next rounds to open
    next_due: WorkCard | None
    counts: dict[str, int]
    has_demonstration: bool


def work_page(user: Any, *, now: datetime | None = None) -> WorkPage:
    now = now or timezone.now()
    found: list[Any] = ledger.my_obligations(user, now=now)
    cards = {one.obligation.pk: one for one in _cards(found, now)}
    due = [cards[one.pk] for one in found if one.standing in OPEN]
    return WorkPage(
        cards=due[:MOST_CARDS],
        also=due[MOST_CARDS:],
        groups=_groups(due[MOST_CARDS:], now),
        waiting=[cards[one.pk] for one in found if one.standing == Standing.SUBMITTED],
        recent=[cards[one.pk] for one in found if one.standing not in OPEN | {Standing.SUBMITTED, Standing.SCHEDULED}][
            :RECENT
        ],
        coming=_coming(now),
        next_due=min((card for card in due if card.due_at >= now), key=lambda card: card.due_at, default=None),
        counts={
            "open": len(due),
            "late": sum(card.is_late for card in due),
            "returned": sum(card.mark.code == Standing.RETURNED for card in due),
            "waiting": sum(one.standing == Standing.SUBMITTED for one in found),
        },
        has_demonstration=any(one.is_demonstration for one in found),
    )


def _groups(cards: Sequence[WorkCard], now: datetime) -> list[WorkGroup]:
    """What is late first, then one group for each period and deadline, the next to come first."""
    late = [one for one in cards if one.due_at < now]
    by_deadline: dict[tuple[datetime, str, str], list[WorkCard]] = {}
    for one in cards:
        if one.due_at >= now:
            by_deadline.setdefault((one.due_at, one.due.jakarta, one.period), []).append(one)
    found = [_group("Past the deadline", late, is_open=True)] if late else []
    for (_, when, period), own in sorted(by_deadline.items(), key=lambda pair: pair[0]):
        found.append(
            _group(f"{period}, due {when}", sorted(own, key=lambda one: one.title), is_open=len(by_deadline) == 1)
        )
    return found


def _group(title: str, cards: list[WorkCard], *, is_open: bool) -> WorkGroup:
    codes = [one.mark.code for one in cards]
    return WorkGroup(title, cards, is_open, codes.count(Standing.RETURNED), codes.count(Standing.DRAFTING))


def _cards(found: Sequence[Any], now: datetime) -> list[WorkCard]:
    returned = _returned([one.pk for one in found if one.standing == Standing.RETURNED])
    progress = _progress([one for one in found if one.standing in OPEN])
    return [_card(one, progress.get(one.pk), returned.get(one.pk), now) for one in found]


def _card(one: Any, progress: Progress | None, sent_back: Revision | None, now: datetime) -> WorkCard:
    due, closes = deadline(one.due_on), deadline(one.closes_on)
    can_edit = one.is_editable(now)
    url = link("report", one.public_id)
    todo = progress.total - progress.ready if progress else None
    return WorkCard(
        obligation=one, title=f"{tool_title(one.tool)} of {one.reporter_label}",
        period=period_text(one.round.period_label), mark=mark(one.standing), due=due, due_at=one.due_on,
        days=days_text(one.due_on, now), is_late=one.standing in {Standing.OVERDUE, Standing.MISSING},
        progress=progress, returned=sent_back.reason if sent_back else "",
        returned_codes=reason_labels(sent_back.reason_codes) if sent_back else [],
        returned_by=str(sent_back.by) if sent_back else "",
        next_step=next_step(one, one.standing, waiting=todo, due=due.jakarta, closes=closes.jakarta, reviewer=False,
                            is_empty=progress is not None and progress.is_empty),
        url=url, continue_url=url if can_edit else "",
        continue_label="Start" if one.standing == Standing.DUE else "Continue",
    )  # fmt: skip


def days_text(due: datetime, now: datetime) -> str:
    days = (due - now).days
    if days < -1 or due < now:
        late = max(1, (now - due).days)
        return f"{late} day{'' if late == 1 else 's'} late"
    return "due within a day" if days == 0 else f"{days} day{'' if days == 1 else 's'} left"


def _returned(ids: Sequence[int]) -> dict[int, Revision]:
    """The return that each report stands in."""
    rows = Revision.objects.filter(obligation_id__in=ids, act="return").select_related("by")
    return {one.obligation_id: one for one in rows.order_by("number")}


def _progress(found: Sequence[Obligation]) -> dict[int, Progress]:
    """How far each report is. Kept by the count of its saves, so that only what changed is counted anew."""
    keys = {f"report-progress:{one.pk}:{one.version}:{one.content_version}": one for one in found}
    kept: dict[str, Progress] = cache.get_many(list(keys))
    fresh = {key: _count(one) for key, one in list(keys.items()) if key not in kept and _first(key, keys, kept)}
    if fresh:
        cache.set_many(fresh, KEPT_SECONDS)
    return {keys[key].pk: progress for key, progress in {**kept, **fresh}.items()}


def _first(key: str, keys: dict[str, Obligation], kept: dict[str, Progress]) -> bool:
    return key in [one for one in keys if one not in kept][:MOST_COUNTED]


def _count(obligation: Obligation) -> Progress:
    state = readiness(obligation)
    blockers = [blocker for one in state.records for blocker in one.blockers]
    return Progress(
        total=len(state.records),
        ready=sum(one.is_ready for one in state.records),
        blockers=len(blockers),
        contradictions=sum(len(one.contradictions) for one in state.records),
        first=blockers[0].sentence if blockers else "",
        is_empty=bool(state.report_blockers),
    )


def _coming(now: datetime) -> list[tuple[str, Deadline]]:
    rounds = ReportingRound.objects.filter(opens_at__gt=now).order_by("opens_at")[:2]
    return [(f"{tool_title(one.tool)}, {period_text(one.period_label)}", deadline(one.opens_at)) for one in rounds]
