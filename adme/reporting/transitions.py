"""The one workflow table. Buttons, permissions, documents and tests are made from it; no state is set elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .states import State


class Act(StrEnum):
    START = "start"
    SUBMIT = "submit"
    CERTIFY_NIL = "certify_nil"
    RETURN = "return"
    APPROVE = "approve"
    REOPEN = "reopen"
    EXCUSE = "excuse"
    NOT_APPLICABLE = "not_applicable"
    RESUME = "resume"


class Party(StrEnum):
    """Who acts: the body or state that owes the report, or the Secretariat that reviews it."""

    REPORTER = "reporter"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Transition:
    """`on_behalf`: the other party may act with a written reason. `keeps_revision`: an immutable copy is kept.
    `not_author`: whoever contributed to the content may not do it. `in_window`: only while the calendar lets report."""

    act: Act
    title: str  # on the button
    done: str  # in history and notices
    sources: frozenset[State]
    target: State
    party: Party
    reason: bool = False
    on_behalf: bool = False
    keeps_revision: bool = False
    not_author: bool = False
    in_window: bool = False


_OPEN = frozenset({State.DUE, State.DRAFTING, State.RETURNED})
TRANSITIONS: dict[Act, Transition] = {
    one.act: one
    for one in (
        Transition(
            Act.START, "Start the report", "Started", frozenset({State.DUE}), State.DRAFTING, Party.REPORTER,
            on_behalf=True, in_window=True,
        ),
        Transition(
            Act.SUBMIT, "Submit", "Submitted", frozenset({State.DRAFTING, State.RETURNED, State.REOPENED}),
            State.SUBMITTED, Party.REPORTER, on_behalf=True, keeps_revision=True, in_window=True,
        ),
        Transition(
            Act.CERTIFY_NIL, "Certify that there is nothing to report", "Certified nil", _OPEN, State.CERTIFIED_NIL,
            Party.REPORTER, reason=True, on_behalf=True, keeps_revision=True, in_window=True,
        ),
        Transition(
            Act.RETURN, "Return", "Returned", frozenset({State.SUBMITTED, State.CERTIFIED_NIL}), State.RETURNED,
            Party.REVIEWER, reason=True, keeps_revision=True,
        ),
        Transition(
            Act.APPROVE, "Approve", "Approved", frozenset({State.SUBMITTED}), State.APPROVED, Party.REVIEWER,
            keeps_revision=True, not_author=True,
        ),
        Transition(
            Act.REOPEN, "Reopen", "Reopened", frozenset({State.APPROVED}), State.REOPENED, Party.REVIEWER,
            reason=True, keeps_revision=True,
        ),
        Transition(
            Act.EXCUSE, "Excuse until a day", "Excused", _OPEN, State.EXCUSED, Party.REVIEWER, reason=True
        ),
        Transition(
            Act.NOT_APPLICABLE, "Mark as not applicable", "Marked as not applicable", _OPEN, State.NOT_APPLICABLE,
            Party.REVIEWER, reason=True,
        ),
        Transition(
            Act.RESUME, "Ask for the report again", "Asked for again",
            frozenset({State.EXCUSED, State.NOT_APPLICABLE}), State.DUE, Party.REVIEWER, reason=True,
        ),
    )
}  # fmt: skip
