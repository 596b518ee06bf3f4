"""Random histories of one report: whatever people try, only legal steps are taken, and what was reported stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from adme.reporting.errors import ReportingError
from adme.reporting.models import RecordChange, Revision
from adme.reporting.states import EDITABLE, State
from adme.reporting.transitions import TRANSITIONS, Act
from databases_a.tool1.models import ActivityFact

from . import factories as make
from .factories import act, again, save

pytestmark = pytest.mark.usefixtures("reference_data")
PEOPLE = ("officer", "colleague", "analyst", "other_analyst", "stranger", "reader")
REVIEWERS = {"analyst", "other_analyst"}
REPORTERS = {"officer", "colleague"}


class Histories(RuleBasedStateMachine):
    """The test's own small picture of the rules, held against what the services do."""

    @initialize()
    def begin(self) -> None:
        self.work = transaction.atomic()
        self.work.__enter__()
        self.report = make.make_obligation("SOMHD")
        self.people = {
            "officer": make.officer("SOMHD"),
            "colleague": make.officer("SOMHD"),
            "analyst": make.analyst(),
            "other_analyst": make.analyst(),
            "stranger": make.officer("SLOM"),
            "reader": make.soca_member(),
        }
        self.key = make.key_of(make.make_activity())
        self.authors: set[str] = set()
        self.revisions: list[tuple[int, str, int]] = []
        self.contents: dict[int, dict[str, Any]] = {}
        self.approved: int | None = None  # the percentage that was approved last
        self.submitted: int | None = None
        self.percent: int | None = None
        self.forms: dict[str, tuple[Act, str, int]] = {}

    def teardown(self) -> None:
        if hasattr(self, "work"):
            transaction.set_rollback(True)
            self.work.__exit__(None, None, None)

    def state(self) -> str:
        return again(self.report).state

    @rule(who=st.sampled_from(PEOPLE), percent=st.integers(1, 99), reason=st.sampled_from(["", "Counted again."]))
    def write(self, who: str, percent: int, reason: str) -> None:
        before, changes = self.state(), RecordChange.objects.count()
        try:
            with transaction.atomic():
                raw = {**make.REPORT, "percent_complete": percent}
                saved = save(self.report, self.key, raw, self.people[who], reason=reason)
        except (ReportingError, PermissionDenied):
            assert (self.state(), RecordChange.objects.count()) == (before, changes)
            return
        assert who in REPORTERS | REVIEWERS
        assert before in EDITABLE
        if saved.changed:
            assert self.state() == (State.DRAFTING if before == State.DUE else before)
            if who in REVIEWERS and who not in self.authors:
                assert reason
            if self.approved not in {None, percent} and "percent_complete" in saved.changed:
                assert reason
            self.authors.add(who)
            self.percent = percent

    @rule(
        what=st.sampled_from([one for one in Act if one != Act.START]),
        who=st.sampled_from(PEOPLE),
        reason=st.sampled_from(["", "It was agreed."]),
        seen=st.sampled_from(["current", "old"]),
    )
    def step(self, what: Act, who: str, reason: str, seen: str) -> None:
        before = self.state()
        options: dict[str, Any] = {
            "until": make.timezone.now().date().replace(year=2059),
            "idempotency_key": make.fresh(),
        }
        version = again(self.report).version
        kept = list(Revision.objects.filter(obligation=self.report).order_by("number").values_list("pk", flat=True))
        if what in {Act.APPROVE, Act.RETURN}:
            options["revision_id"] = kept[-1 if seen == "current" else 0] if kept else None
        try:
            with transaction.atomic():
                act(self.report, what, self.people[who], reason=reason, **options)
        except (ReportingError, PermissionDenied):
            assert self.state() == before
            assert Revision.objects.filter(obligation=self.report).count() == len(kept)
            return
        if self._was_there_already(what, reason, before, version):
            return
        self._was_legal(what, who, reason, before, kept, options)

    def _was_there_already(self, what: Act, reason: str, before: str, version: int) -> bool:
        """The same set aside for the same reason, from another window: it stands as it stood, and nothing is made."""
        transition = TRANSITIONS[what]
        if before in transition.sources or before != transition.target or transition.keeps_revision or not reason:
            return False
        return self.state() == before and bool(again(self.report).version == version)

    def _was_legal(
        self, what: Act, who: str, reason: str, before: str, kept: list[int], options: dict[str, Any]
    ) -> None:
        transition = TRANSITIONS[what]
        assert before in transition.sources
        assert self.state() == transition.target
        assert who in (REVIEWERS if transition.party == "reviewer" else REPORTERS | REVIEWERS)
        assert reason or not (transition.reason or (transition.party == "reporter" and who in REVIEWERS))
        if what in {Act.APPROVE, Act.RETURN}:
            assert options["revision_id"] == kept[-1]
        if what == Act.APPROVE:
            assert who not in self.authors
        self._remember(what, who, options["idempotency_key"])

    def _remember(self, what: Act, who: str, form: str) -> None:
        if TRANSITIONS[what].keeps_revision:
            newest = make.current(self.report)
            self.revisions.append((newest.pk, newest.act, newest.content_id))
            self.contents[newest.content_id] = newest.content.data
            self.forms[form] = (what, who, len(self.revisions))
        if what == Act.SUBMIT:
            self.submitted = self.percent
            self.authors.add(who)
        elif what == Act.CERTIFY_NIL:
            self.submitted = None
            self.authors.add(who)
        elif what == Act.RETURN:
            self.submitted = None
        elif what == Act.APPROVE:
            self.approved, self.submitted, self.authors = self.percent, None, set()

    @rule()
    def repeat_the_last_form(self) -> None:
        """The back button: a form that was sent before makes nothing, whatever happened since."""
        if not self.forms:
            return
        form, (what, who, _number) = list(self.forms.items())[-1]
        before = self.state()
        act(self.report, what, self.people[who], reason="It was agreed.", idempotency_key=form)
        assert self.state() == before

    @invariant()
    def revisions_are_numbered_without_gaps_and_never_change(self) -> None:
        if not hasattr(self, "report"):
            return
        stored = list(Revision.objects.filter(obligation=self.report).select_related("content").order_by("number"))
        assert [one.number for one in stored] == list(range(1, len(stored) + 1))
        assert [(one.pk, one.act, one.content_id) for one in stored] == self.revisions
        assert all(one.content.data == self.contents[one.content_id] for one in stored)

    @invariant()
    def others_read_what_was_approved_and_what_waits(self) -> None:
        if not hasattr(self, "report"):
            return
        current = ActivityFact.objects.current().filter(obligation=self.report)
        read = dict(current.values_list("standing", "percent_complete"))
        expected = {"approved": self.approved, "submitted": self.submitted}
        assert read == {standing: percent for standing, percent in expected.items() if percent is not None}


@pytest.mark.django_db
def test_whatever_people_try_only_legal_histories_come_about() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.DUE} | {one.target for one in TRANSITIONS.values()}
    left = frozenset().union(*(one.sources for one in TRANSITIONS.values()))

    assert reached == set(State)
    assert left == set(State)
