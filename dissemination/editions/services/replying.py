"""The right of reply: opened for n days, used by states for their own figures, closed with silence written down."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from adme.accounts.models import User
from adme.audit import services as audit
from adme.observations.periods import TimePeriod
from adme.reporting.errors import FileNotTaken
from adme.reporting.models import Notice
from adme.reporting.selectors.people import reviewers
from adme.reporting.selectors.zones import end_of_day, jakarta_day, jakarta_text
from adme.reporting.services import attachments
from adme.reporting.services.outbox import Message, send

from .. import selectors
from ..errors import BadValue, NotAllowedNow
from ..models import Edition, Reply
from ..states import EditionState, Outcome, ReplyKind
from .common import key_of, locked, plain, require_state, save, trail

LEAST_DAYS, MOST_DAYS = 1, 60
REMIND_DAYS = 3
LONGEST_WORD = 5000
SERIES = 0  # the period of a word on a whole series


@transaction.atomic
def open_reply(*, edition: Edition, days: int, by: User, seen: int, now: datetime | None = None) -> Edition:
    """Ask all Member States, for this many days: until the end of the last one in Jakarta."""
    now = now or timezone.now()
    found = locked(edition, seen=seen)
    require_state(found, EditionState.DRAFT, what="Opening the right of reply")
    if found.taken_at is None:
        raise NotAllowedNow("Take the figures first: states reply to figures.")
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise BadValue(f"Between {LEAST_DAYS} and {MOST_DAYS} days can be given.", "days")
    found.state = EditionState.REPLY
    found.reply_opened_at, found.reply_until = now, end_of_day(jakarta_day(now) + timedelta(days=days))
    save(found, "state", "reply_opened_at", "reply_until")
    trail("reply_opened", found, by, after={"until": found.reply_until, "days": days})
    _tell_states(
        found, "opened", f"Right of reply: {found.title}",
        f"The figures of your state for {found.meeting} can be confirmed, corrected or disputed until "
        f"{jakarta_text(found.reply_until)}. What nobody answers is published with the mark 'no reply'.",
        selectors.focal_points(), now,
    )  # fmt: skip
    return found


@transaction.atomic
def reply(
    *,
    edition: Edition,
    area: str,
    leaf: str,
    kind: str,
    by: User,
    period: int = SERIES,
    proposed_value: float | None = None,
    text: str = "",
    evidence_link: str = "",
    evidence_file: Any = None,
    now: datetime | None = None,
) -> Reply:
    """A state's word on one of its figures, or on a whole series (`period` 0). The view asks who may.

    A correction names the period, the value that the state holds to be right, and a text; with a link or a file that
    shows it. A dispute says why. A later word takes the place of the earlier one.
    """
    now = now or timezone.now()
    found = _open(edition, now)
    if kind not in (ReplyKind.CONFIRMED, ReplyKind.CORRECTED, ReplyKind.DISPUTED):
        raise BadValue("Choose whether the figure is confirmed, corrected or disputed.", "kind")
    figures = selectors.own_figures(found, area, leaf)
    if not figures or (period != SERIES and period not in figures):
        raise BadValue("The edition holds no such figure of this state.", "period")
    text = plain(text, field="text", longest=LONGEST_WORD)
    if kind == ReplyKind.CONFIRMED:
        proposed_value, text, evidence_link, evidence_file = None, "", "", None
    if kind == ReplyKind.DISPUTED:
        proposed_value = None
        if not text:
            raise BadValue("Say why the figure is disputed.", "text")
    if kind == ReplyKind.CORRECTED:
        _check_correction(period, proposed_value, figures, text, evidence_link, evidence_file)
    row = Reply(
        edition=found,
        area=area,
        leaf=leaf,
        period=period,
        kind=kind,
        seen_value=figures.get(period),
        seen={str(one): value for one, value in figures.items() if period in (SERIES, one)},
        proposed_value=proposed_value,
        text=text,
        evidence_link=_link(evidence_link),
        by=by,
        at=now,
        outcome=Outcome.OPEN if kind == ReplyKind.CORRECTED else "",
    )
    _keep_file(row, evidence_file)
    _supersede(found, area, leaf, [period], now)
    row.save()
    _told(found, row, by)
    return row


@transaction.atomic
def confirm_rest(*, edition: Edition, area: str, by: User, now: datetime | None = None) -> int:
    """Confirm every series of the state that nothing was said of yet, in one act; how many."""
    now = now or timezone.now()
    found = _open(edition, now)
    left = selectors.unanswered(found, area)
    rows = [
        Reply(
            edition=found, area=area, leaf=leaf, period=SERIES, kind=ReplyKind.CONFIRMED, by=by, at=now,
            seen={str(period): value for period, value in figures.items()},
        )
        for leaf, figures in left.items()
    ]  # fmt: skip
    Reply.objects.bulk_create(rows)
    if rows:
        audit.record(
            action="edition.rest_confirmed", actor=by.email, target=f"{key_of(found)}:{area}",
            after={"leaves": [row.leaf for row in rows]},
        )  # fmt: skip
    return len(rows)


def _open(edition: Edition, now: datetime) -> Edition:
    found = locked(edition)
    require_state(found, EditionState.REPLY, what="Replying")
    if found.reply_until is None or now > found.reply_until:
        until = jakarta_text(found.reply_until) if found.reply_until else ""
        raise NotAllowedNow(f"The right of reply ended on {until}. Write to the Secretariat.")
    return found


def _check_correction(
    period: int, proposed: float | None, figures: dict[int, float | None], text: str, link: str, file: Any
) -> None:
    if period == SERIES:
        raise BadValue("Say which period is corrected.", "period")
    if proposed is None or not math.isfinite(proposed):
        raise BadValue("Give the value that your state holds to be right, as a number.", "proposed_value")
    if proposed == figures[period]:
        raise BadValue("This is the value that stands there already. Confirm it instead.", "proposed_value")
    if not text:
        raise BadValue("Say where the value comes from.", "text")
    if not link.strip() and not file:
        raise BadValue("Add evidence: a link to the source, or a file.", "evidence_link")


def _link(given: str) -> str:
    given = given.strip()
    if not given:
        return ""
    parts = urlsplit(given) if len(given) <= 500 and given.isprintable() and " " not in given else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadValue("Give the whole address of the source, beginning with https://.", "evidence_link")
    return given


def _keep_file(row: Reply, upload: Any) -> None:
    if not upload:
        return
    with attachments.scratch() as folder:
        try:
            checked = attachments.check(upload, Path(folder))
        except FileNotTaken as error:
            raise BadValue(str(error), "evidence_file") from error
        row.evidence_name = checked.filename[-200:]
        with checked.path.open("rb") as stream:
            row.evidence_file.save(f"{row.area}-{row.leaf}-{checked.filename}", File(stream), save=False)


def _supersede(edition: Edition, area: str, leaf: str, periods: Iterable[int], now: datetime) -> None:
    said = Reply.objects.filter(edition=edition, area=area, leaf=leaf, period__in=list(periods))
    said.filter(superseded_at__isnull=True).update(superseded_at=now)


def _told(edition: Edition, row: Reply, by: User) -> None:
    when = str(TimePeriod.from_key(row.period)) if row.period else "all periods"
    audit.record(
        action=f"edition.{row.kind}",
        actor=by.email,
        target=f"{key_of(edition)}:{row.area}:{row.leaf}",
        before={"period": when, "value": row.seen_value},
        after={"proposed": row.proposed_value, "evidence": row.evidence_link or row.evidence_name},
        reason=row.text,
    )


# --- deadlines ------------------------------------------------------------------------------------------------------


@transaction.atomic
def remind(*, edition: Edition, now: datetime | None = None) -> int:
    """Tell focal points of states that have figures to answer, three days before the end, once; how many states."""
    now = now or timezone.now()
    if edition.state != EditionState.REPLY or edition.reply_until is None:
        return 0
    if not timedelta(0) <= edition.reply_until - now <= timedelta(days=REMIND_DAYS):
        return 0
    silent = [state.area for state in selectors.progress(edition) if state.left]
    people = selectors.focal_points(areas=silent)
    if people:
        _tell_states(
            edition, "reminder", f"Reply until {jakarta_text(edition.reply_until)}: {edition.title}",
            "Some figures of your state have not been answered. What nobody answers is published with the mark "
            "'no reply'.", people, now,
        )  # fmt: skip
    return len(silent)


@transaction.atomic
def close_reply(
    *, edition: Edition, by: User | None = None, seen: int | None = None, now: datetime | None = None
) -> Edition:
    """End the right of reply, after its deadline only. Silence is written down: one row per state and leaf."""
    now = now or timezone.now()
    found = locked(edition, seen=seen)
    require_state(found, EditionState.REPLY, what="Closing the right of reply")
    if found.reply_until is None or now <= found.reply_until:
        until = jakarta_text(found.reply_until) if found.reply_until else "the deadline"
        raise NotAllowedNow(f"States may reply until {until}. Close it after that.")
    silent = [
        Reply(edition=found, area=area, leaf=leaf, period=SERIES, kind=ReplyKind.SILENT, at=found.reply_until)
        for area, leaves in selectors.silence(found).items()
        for leaf in leaves
    ]
    Reply.objects.bulk_create(silent, batch_size=500)
    found.state, found.reply_closed_at = EditionState.CLOSED, now
    save(found, "state", "reply_closed_at")
    counts = selectors.reply_counts(found)
    trail("reply_closed", found, by, after=counts)
    text = "; ".join(f"{ReplyKind(kind).label.lower()}: {count}" for kind, count in counts.items() if count)
    message = Message(
        f"{key_of(found)}:closed", Notice.Kind.EDITION, f"Right of reply closed: {found.title}",
        f"What states said of their series and figures: {text}.", reverse("edition_draft", args=[found.public_id]),
        frozenset(reviewers()),
    )  # fmt: skip
    send([message], now=now)
    return found


def close_due(*, now: datetime | None = None) -> list[Edition]:
    """Close what is over. Each edition for itself; harmless to repeat."""
    now = now or timezone.now()
    due = Edition.objects.filter(state=EditionState.REPLY, reply_until__lt=now).order_by("pk")
    return [close_reply(edition=edition, now=now) for edition in due]


# --- corrections ----------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_correction(
    *, edition: Edition, reply_id: int, outcome: str, text: str, by: User, now: datetime | None = None
) -> Reply:
    """Accept a proposed value, or decline it with a reason. No figure changes by this: an accepted value goes its own
    way (a corrected report, a new record, a new release of the source), and the figures are then taken anew."""
    now = now or timezone.now()
    found = locked(edition)
    require_state(found, EditionState.REPLY, EditionState.CLOSED, what="Answering a correction")
    row = found.replies.select_for_update().filter(pk=reply_id, kind=ReplyKind.CORRECTED).first()
    if row is None or row.superseded_at is not None:
        raise NotAllowedNow("This correction is not there any more: the state has said something else since.")
    if outcome not in (Outcome.ACCEPTED, Outcome.DECLINED):
        raise BadValue("Choose whether the correction is accepted or declined.", "outcome")
    text = plain(text, field="outcome_text", longest=LONGEST_WORD)
    if outcome == Outcome.DECLINED and not text:
        raise BadValue("Say why the correction is declined.", "outcome_text")
    before = {"outcome": row.outcome, "text": row.outcome_text}
    row.outcome, row.outcome_text, row.outcome_by, row.outcome_at = outcome, text, by, now
    row.save(update_fields=["outcome", "outcome_text", "outcome_by", "outcome_at"])
    target = f"{key_of(found)}:{row.area}:{row.leaf}"
    audit.record(
        action=f"edition.correction_{outcome}", actor=by.email, target=target, before=before,
        after={"outcome": outcome, "text": text}, reason=text,
    )  # fmt: skip
    _tell_outcome(found, row, now)
    return row


def _tell_outcome(edition: Edition, row: Reply, now: datetime) -> None:
    done = Outcome(row.outcome).label.lower()
    way = (
        "Please correct the data themselves as well, where your state reports them; the Secretariat then takes the "
        "figures anew."
    )
    text = f"{row.outcome_text}\n{way}".strip() if row.outcome == Outcome.ACCEPTED else row.outcome_text
    _tell_states(
        edition, f"outcome:{row.pk}:{row.outcome}:{row.outcome_at:%Y%m%d%H%M%S}",
        f"Correction {done}: KPI {row.leaf}, {TimePeriod.from_key(row.period)}", text,
        selectors.focal_points(areas=[row.area]), now,
    )  # fmt: skip


def _tell_states(edition: Edition, event: str, title: str, text: str, to: frozenset[int], now: datetime) -> None:
    url = reverse("edition_reply", args=[edition.public_id])
    send([Message(f"{key_of(edition)}:{event}", Notice.Kind.REPLY, title, text, url, to)], now=now)


def last_day(now: datetime, days: int) -> date:
    """The day on which a right of reply opened now would end."""
    return jakarta_day(now) + timedelta(days=days)
