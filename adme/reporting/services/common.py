"""What all services of reporting share: the lock of a report, who acts and why, and the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from adme.accounts.models import User
from adme.audit import services as audit

from .. import access
from ..errors import BadValues, FieldProblem, NotAllowedNow, ReasonNeeded
from ..models import Contribution, Obligation
from ..states import EDITABLE, State

LONGEST_REASON = 2000


def locked(obligation_id: int, now: datetime | None = None) -> Obligation:
    """The report, alone until the transaction ends, together with its reporter's other reports of the same tool.

    Plan values belong to the reporter and not to a period, so two reports of one reporter must not be written at once.
    """
    owner = Obligation.objects.values_list("body_id", "state_area_id", "round__tool").get(pk=obligation_id)
    body, state_area, tool = owner
    siblings = Obligation.objects.filter(body_id=body, state_area_id=state_area, round__tool=tool)
    list(siblings.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    related = ("round", "body", "state_area", "submitted_by", "decided_by")
    return access.awake(Obligation.objects.select_related(*related).get(pk=obligation_id), now)


def plain(text: str, *, name: str, label: str, most: int = LONGEST_REASON) -> str:
    """A reason, a remark or a title as it can be stored; BadValues with the remedy."""
    found = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\x00" in found or any(0xD800 <= ord(character) <= 0xDFFF for character in found):
        hint = f"{label}: it holds a character that cannot be stored; type it anew."
        raise BadValues((FieldProblem(name, "bad_character", "", hint),))
    if len(found) > most:
        hint = f"{label}: {len(found):,} characters were given and at most {most:,} can be kept; shorten it."
        raise BadValues((FieldProblem(name, "too_long", found[:60], hint),))
    return found


def require_editable(obligation: Obligation, by: User, now: datetime) -> None:
    """The person may write in this report, and state and calendar let anybody do so now."""
    if not access.may_edit(by, obligation):
        raise PermissionDenied("This report belongs to another reporter.")
    if not obligation.is_editable(now):
        raise NotAllowedNow(why_closed(obligation, now))


def why_closed(obligation: Obligation, now: datetime) -> str:
    """Why nobody can write in this report now, and what to do."""
    if obligation.state == State.CERTIFIED_NIL:
        return "It was certified that there is nothing to report. To change that, ask the Secretariat to return it."
    if obligation.state not in EDITABLE:
        remedy = {
            State.SUBMITTED: "ask the Secretariat to return it",
            State.APPROVED: "ask the Secretariat to reopen it",
        }.get(State(obligation.state), "ask the Secretariat for the report to be asked for again")
        return f"The report is {obligation.get_state_display().lower()}, so it cannot be changed now; {remedy}."
    if now < obligation.round.opens_at:
        return f"Reporting for {obligation.round.period_label} is not open yet."
    return f"Reporting for {obligation.round.period_label} has closed. Ask the Secretariat for an extension."


def require_reason_on_behalf(obligation: Obligation, by: User, reason: str) -> None:
    """Who writes for somebody else says why, once until the report is approved."""
    if not reason and owes_reason(obligation, by):
        raise ReasonNeeded(f"You write on behalf of {obligation.reporter_label}. Say why.")


def owes_reason(obligation: Obligation, by: User) -> bool:
    """Writes for somebody else, and has not yet said why."""
    if access.is_reporter(by, obligation):
        return False
    return not Contribution.objects.filter(obligation=obligation, user=by, settled_at__isnull=True).exists()


def contribute(obligation: Obligation, by: User, now: datetime) -> None:
    """Remember that this person wrote content: authors do not approve."""
    mine = Contribution.objects.filter(obligation=obligation, user=by, settled_at__isnull=True)
    if not mine.update(last_at=now):
        Contribution.objects.create(obligation=obligation, user=by, first_at=now, last_at=now)


def trail(action: str, obligation: Obligation, by: User, **what: Any) -> None:
    """The last step of an act: the report is named as people name it, and by its public id."""
    named = f"report {obligation.public_id} {obligation.round.tool} {obligation.reporter_label} "
    audit.record(action=f"report.{action}", actor=by.email, target=named + obligation.round.period_label, **what)
