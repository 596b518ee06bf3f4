"""The page that asks before an act: what will be sent, to whom, what happens next, and what stands against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from .. import access, tools
from ..models import Obligation, Revision
from ..selectors import people
from ..selectors.readiness import readiness
from ..services import revisions
from ..states import State
from ..transitions import TRANSITIONS, Act, Party, Transition
from . import report_rows
from .marks import link
from .report_rows import Line
from .reports import Head, head

BLOCKERS_SHOWN = 50
_NEXT = {
    Act.SUBMIT: "The report is locked. The Secretariat approves it or returns it; you are told either way. Until then "
    "others read what you submitted, marked as not approved.",
    Act.CERTIFY_NIL: "The report counts as handed in, with nothing to report. The Secretariat can return it.",
    Act.APPROVE: "The report is locked and counts in the figures at once. It can be reopened with a reason.",
    Act.RETURN: "The reporter reads your reason in full, mends the report and submits it again. Others no longer "
    "read what was submitted.",
    Act.REOPEN: "The reporter can change it and submits it again. The approved version counts until the new one is "
    "approved.",
    Act.EXCUSE: "Nothing is owed until the end of that day in Jakarta; after it the report is owed again by itself.",
    Act.NOT_APPLICABLE: "Nothing is owed for this period, and boards leave the report out of their totals.",
    Act.RESUME: "The report is owed again, by the deadline of its round.",
}


@dataclass(frozen=True)
class ActPage:
    head: Head
    act: Act
    transition: Transition
    title: str
    on_behalf: str
    sends: list[tuple[str, int]]  # what the report holds, in figures
    blockers: list[Line]
    blocker_count: int
    kept: list[Line]
    told: str
    next: str
    revision: Revision | None  # the version that the person has seen
    own_work: bool

    @property
    def is_possible(self) -> bool:
        return not self.blockers and not self.own_work


def wanted(user: Any, obligation: Obligation, name: str) -> Act:
    """The act of the address; Http404 for an unknown one, PermissionDenied for one of the other party."""
    try:
        act = Act(name)
    except ValueError:
        raise Http404("There is no such act.") from None
    if act == Act.START:
        raise Http404("A report is started by its first save.")
    transition = TRANSITIONS[act]
    mine = access.is_reviewer(user) if transition.party == Party.REVIEWER else access.may_edit(user, obligation)
    if not mine and not (transition.on_behalf and access.is_reviewer(user)):
        raise PermissionDenied("This act is for somebody else.")
    return act


def act_page(user: Any, obligation: Obligation, act: Act) -> ActPage:
    transition = TRANSITIONS[act]
    on_behalf = obligation.reporter_label if access.acts_on_behalf(user, obligation, act) else ""
    title = f"{transition.title} for {on_behalf}" if on_behalf else transition.title
    top = head(user, obligation, (title, ""))
    state = readiness(obligation) if act in {Act.SUBMIT, Act.APPROVE, Act.RETURN} else None
    waits = state is not None and act == Act.SUBMIT
    blockers = [
        *(report_rows.blockers(obligation, state) if state and waits else ()),
        *(report_rows.open_contradictions(obligation, state) if state and waits else ()),
    ]
    return ActPage(
        head=top,
        act=act,
        transition=transition,
        title=title,
        on_behalf=on_behalf,
        sends=_sends(obligation, top, state) if state else [],
        blockers=blockers[:BLOCKERS_SHOWN],
        blocker_count=len(blockers),
        kept=list(report_rows.kept_contradictions(obligation, state)) if state else [],
        told=_told(obligation, act),
        next=_next(obligation, act),
        revision=revisions.latest(obligation) if act in {Act.APPROVE, Act.RETURN} else None,
        own_work=transition.not_author and obligation.contributions.filter(user=user, settled_at=None).exists(),
    )


def _next(obligation: Obligation, act: Act) -> str:
    own = tools.own_work(obligation.tool)
    return own.after_submitting if own is not None and act == Act.SUBMIT else _NEXT[act]


def _sends(obligation: Obligation, top: Head, state: Any) -> list[tuple[str, int]]:
    rows = report_rows.rows(obligation, top.tool, state, ())
    noun = top.tool.noun[len(rows) != 1]
    found: list[tuple[str, int]] = [(noun, len(rows))]
    found += [(word.lower(), number) for word, number in Counter(row.status for row in rows).most_common() if word]
    evidence = sum(row.evidence for row in rows)
    return [*found, ("files and links as evidence", evidence)] if evidence else found


def _told(obligation: Obligation, act: Act) -> str:
    """Who gets a notice of it."""
    if act in {Act.SUBMIT, Act.CERTIFY_NIL}:
        return f"{_people(len(people.reviewers()), 'analyst', 'analysts')} of the ASEAN Secretariat"
    number = len(people.officers_of([obligation])[obligation.pk])
    kind = ("M&E officer", "M&E officers") if obligation.body_id else ("focal point", "focal points")
    return f"{_people(number, *kind)} of {obligation.reporter_label}"


def _people(number: int, one: str, many: str) -> str:
    return f"{number or 'No'} {one if number == 1 else many}"


def closed_sentence(obligation: Obligation, act: Act) -> str:
    """Why the act is not possible in this state, for a page opened too late; '' while it is."""
    if obligation.state in TRANSITIONS[act].sources:
        return ""
    return (
        f"The report is '{State(obligation.state).label.lower()}' now, so '{TRANSITIONS[act].title}' is not possible."
    )


def report_link(obligation: Obligation) -> str:
    return link("report", obligation.public_id)
