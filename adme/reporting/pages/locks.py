"""Why a report cannot be edited now, in words that say what would open it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from adme.common.formatting import moment

from .. import access
from ..models import Obligation
from ..selectors.zones import jakarta_text
from ..states import State


def can_edit(user: Any, obligation: Obligation) -> bool:
    return access.may_edit(user, obligation) and obligation.is_editable()


def lock_sentence(user: Any, obligation: Obligation) -> str:
    """'' while this user can edit the report."""
    if can_edit(user, obligation):
        return ""
    if not access.may_edit(user, obligation):
        return f"You can read this report. {obligation.reporter_label} writes it."
    state = obligation.state
    if state == State.SUBMITTED:
        return f"Submitted on {moment(obligation.submitted_at)}. It opens again when the reviewer returns it."
    if state == State.APPROVED:
        return f"Locked since it was approved on {moment(obligation.decided_at)}. A reviewer can reopen it."
    if state == State.CERTIFIED_NIL:
        return "It was certified that there is nothing to report. It opens again when the reviewer returns it."
    if state == State.NOT_APPLICABLE:
        return f"Marked as not applicable: {obligation.reason}"
    if state == State.EXCUSED and obligation.excused_until:
        return f"Excused until {jakarta_text(obligation.excused_until)}: {obligation.reason}"
    if timezone.now() < obligation.round.opens_at:
        return f"The reporting window opens on {jakarta_text(obligation.round.opens_at)}."
    return f"The reporting window closed on {jakarta_text(obligation.closes_on)}. The Secretariat can extend it."


def window_sentence(obligation: Obligation) -> str:
    """By when the work is due, for those who can edit."""
    if obligation.state in {State.RETURNED, State.REOPENED}:
        word = "Returned" if obligation.state == State.RETURNED else "Reopened"
        return f"{word}: {obligation.reason}"
    closes = jakarta_text(obligation.closes_on)
    if timezone.now() > obligation.due_on:
        return f"It was due on {jakarta_text(obligation.due_on)}. The window closes on {closes}."
    return f"Due on {jakarta_text(obligation.due_on)}. The window closes on {closes}."
