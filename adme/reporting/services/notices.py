"""Who is told what: after acts of the workflow, comments and changes of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from ..models import Comment, Notice, Obligation, ReportingRound, Revision
from ..selectors import people
from ..selectors.naming import record_url, report_name, report_url
from ..selectors.zones import jakarta_text
from ..states import State
from ..transitions import TRANSITIONS, Act
from .outbox import Message, send
from .reminders import digest, remind

if TYPE_CHECKING:
    from adme.accounts.models import User

__all__ = ["after_act", "after_comment", "after_extension", "after_moved_rounds", "digest", "remind"]
_KINDS = {
    Act.SUBMIT: Notice.Kind.SUBMITTED,
    Act.CERTIFY_NIL: Notice.Kind.SUBMITTED,
    Act.RETURN: Notice.Kind.RETURNED,
    Act.APPROVE: Notice.Kind.APPROVED,
    Act.REOPEN: Notice.Kind.REOPENED,
    Act.EXCUSE: Notice.Kind.CALENDAR,
    Act.NOT_APPLICABLE: Notice.Kind.CALENDAR,
    Act.RESUME: Notice.Kind.CALENDAR,
}
_OF_REPORTER = frozenset({Act.SUBMIT, Act.CERTIFY_NIL})


def after_act(*, obligation: Obligation, revision: Revision | None, act: Act, by: User, reason: str) -> None:
    """Tell the other side, inside the transaction of the act. The person who acted is not told."""
    if act not in _KINDS:
        return
    officers = people.officers_of([obligation])[obligation.pk]
    if act in _OF_REPORTER:
        to = people.reviewers() | (set() if by.pk in officers else officers)
    else:
        to = officers | people.seeing_all([obligation.submitted_by_id])
    version = f"r{revision.number}" if revision else f"v{obligation.version}"
    message = Message(
        event=f"{act.value}:{obligation.pk}:{version}",
        kind=_KINDS[act],
        title=f"{TRANSITIONS[act].done}: {report_name(obligation)}",
        text=_what_was_done(obligation, act, by, reason, on_behalf=by.pk not in officers),
        url=report_url(obligation),
        to=frozenset(to - {by.pk}),
        obligation=obligation,
    )
    send([message], now=timezone.now())


def _what_was_done(obligation: Obligation, act: Act, by: User, reason: str, *, on_behalf: bool) -> str:
    behalf = f" on behalf of {obligation.reporter_label}" if on_behalf and act in _OF_REPORTER else ""
    lines = [f"{TRANSITIONS[act].done} by {by}{behalf}."]
    if act == Act.EXCUSE and obligation.excused_until:
        lines.append(f"Excused until {jakarta_text(obligation.excused_until)}.")
    if act in {Act.RETURN, Act.REOPEN}:
        lines.append("Please correct the report and submit it again.")
    if act == Act.RESUME:
        lines.append(f"The report is due {jakarta_text(obligation.due_on)}.")
    if reason.strip():
        lines.append(f"Reason: {reason.strip()}")
    return "\n".join(lines)


def after_comment(*, comment: Comment) -> None:
    """Tell the reporter and who takes part in the thread and may still read it; reviewers too while the report waits
    for them."""
    obligation = comment.obligation
    officers = people.officers_of([obligation])[obligation.pk]
    thread = Comment.objects.filter(obligation=obligation, record_key=comment.record_key)
    to = officers | people.seeing_all(thread.values_list("by_id", flat=True).distinct())
    if obligation.state == State.SUBMITTED and comment.by_id in officers:
        to |= people.reviewers()
    message = Message(
        event=f"comment:{comment.pk}",
        kind=Notice.Kind.COMMENT,
        title=f"Comment: {report_name(obligation)}",
        text=f"{comment.by} wrote:\n{comment.text}",
        url=record_url(obligation, comment.record_key),
        to=frozenset(to - {comment.by_id}),
        obligation=obligation,
    )
    send([message], now=comment.at)


def after_extension(*, obligation: Obligation, by: User, now: datetime) -> None:
    """Tell the officers of the one reporter who got a later day."""
    message = Message(
        event=f"extended:{obligation.pk}:{obligation.due_on:%Y-%m-%d}:{now.isoformat()}",
        kind=Notice.Kind.CALENDAR,
        title=f"Deadline extended to {jakarta_text(obligation.due_on)}: {report_name(obligation)}",
        text=f"The report is now due {jakarta_text(obligation.due_on)}.\nReason: {obligation.extension_reason}",
        url=report_url(obligation),
        to=frozenset(people.officers_of([obligation])[obligation.pk] - {by.pk}),
        obligation=obligation,
    )
    send([message], now=now)


def after_moved_rounds(*, rounds: Sequence[ReportingRound], reason: str, by: User, now: datetime) -> None:
    """Tell everybody who still owes a report of a round whose deadline moved."""
    writing = [State.DUE, State.DRAFTING, State.RETURNED, State.REOPENED]
    found = Obligation.objects.filter(round__in=rounds, state__in=writing)
    held = list(found.select_related("round", "body", "state_area"))
    officers = people.officers_of(held)
    messages = [
        Message(
            event=f"moved:{one.pk}:{now.isoformat()}",
            kind=Notice.Kind.CALENDAR,
            title=f"Deadline changed to {jakarta_text(one.due_on)}: {report_name(one)}",
            text=f"The report is now due {jakarta_text(one.due_on)}.\nReason: {reason}",
            url=report_url(one),
            to=frozenset(officers[one.pk] - {by.pk}),
            obligation=one,
        )
        for one in held
    ]
    send(messages, now=now)
