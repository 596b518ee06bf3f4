"""Several people and tabs at once: real connections, real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from adme.reporting.errors import Conflict, NotAllowedNow, Outdated, ReportingError
from adme.reporting.models import Obligation, Publication, RecordChange, Revision
from adme.reporting.states import State
from adme.reporting.transitions import Act
from databases_a.tool1.models import ActivityFact

from . import factories as make
from .factories import act, again, current, ready_report, save, submitted, tokens_now, values_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shared_database", "reference_data"),
]


def together(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Run each act in a thread of its own, as nearly at once as can be; what they raised, by place."""
    start = threading.Barrier(len(acts))
    raised: list[BaseException | None] = [None] * len(acts)

    def run(place: int, one: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            one()
        except BaseException as error:
            raised[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


@pytest.fixture
def people(shared_database: None, reference_data: None):
    return make.make_obligation("SOMHD"), make.officer("SOMHD"), make.analyst()


def test_the_same_form_five_times_at_once_is_one_revision_and_five_same_answers(people):
    report, officer, _analyst = people
    ready_report(report, officer)
    answers: list[Obligation] = []

    raised = together(*[lambda: answers.append(act(report, Act.SUBMIT, officer, idempotency_key="one form"))] * 5)

    assert raised == [None] * 5
    assert {(one.state, one.version) for one in answers} == {(State.SUBMITTED, 2)}
    assert (Revision.objects.count(), Publication.objects.count(), ActivityFact.objects.count()) == (1, 1, 1)


def test_two_forms_at_once_are_one_submission(people):
    report, officer, _analyst = people
    ready_report(report, officer)

    raised = together(*[lambda: act(report, Act.SUBMIT, officer)] * 4)

    assert sum(one is None for one in raised) == 1
    assert all(isinstance(one, NotAllowedNow) for one in raised if one is not None)
    assert Revision.objects.count() == 1


def test_of_approval_and_return_at_once_one_holds(people):
    report, officer, analyst = people
    submitted(report, officer)
    seen, other = current(report).pk, make.analyst()

    raised = together(
        lambda: act(report, Act.APPROVE, analyst, revision_id=seen),
        lambda: act(report, Act.RETURN, other, reason="A figure.", revision_id=seen),
    )

    assert sum(one is None for one in raised) == 1
    expected = State.APPROVED if raised[0] is None else State.RETURNED
    assert again(report).state == expected
    standings = list(ActivityFact.objects.current().values_list("standing", flat=True))
    assert standings == (["approved"] if expected == State.APPROVED else [])


def test_an_approval_never_holds_for_a_version_that_was_not_seen(people):
    report, officer, analyst = people
    (key,) = submitted(report, officer)
    seen, other = current(report).pk, make.analyst()

    def mend() -> None:
        act(report, Act.RETURN, other, reason="A figure.", revision_id=seen)
        save(report, key, {"percent_complete": 77}, officer)
        act(report, Act.SUBMIT, officer)

    def approve() -> None:
        for _ in range(5):
            try:
                act(report, Act.APPROVE, analyst, revision_id=seen)
                return
            except ReportingError as error:
                refused = error
        raise refused

    raised = together(mend, approve)

    assert isinstance(raised[0] or raised[1], NotAllowedNow | Outdated)
    approvals = Revision.objects.filter(act="approve").select_related("content")
    assert all(one.content.data["records"][0]["values"]["percent_complete"] == 40 for one in approvals)
    numbers = list(Revision.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_saved_while_the_report_is_handed_in_is_in_it_or_refused(people):
    report, officer, _analyst = people
    (key,) = ready_report(report, officer)
    tokens = tokens_now(report, key)

    raised = together(
        lambda: act(report, Act.SUBMIT, officer),
        lambda: save(report, key, {"percent_complete": 77}, officer, tokens=tokens),
    )

    assert raised[0] is None
    handed_in = current(report).content.data["records"][0]["values"]["percent_complete"]
    assert handed_in == (77 if raised[1] is None else 40)
    assert values_of(report, key)["percent_complete"] == handed_in


def test_editors_at_once_lose_nothing_that_was_acknowledged(people):
    report, officer, _analyst = people
    (key,) = ready_report(report, officer)
    shown, tokens = values_of(report, key), tokens_now(report, key)
    names = ["remarks", "explanation", "description", "expected_output", "remarks", "explanation"]

    def editor(number: int, name: str) -> Callable[[], object]:
        typed, base = {name: f"{name} by {number}"}, {name: shown[name]}
        return lambda: save(report, key, typed, officer, tokens=tokens, base=base)

    raised = together(*[editor(number, name) for number, name in enumerate(names)])

    assert all(one is None or isinstance(one, Conflict) for one in raised)
    kept = {f"{names[n]} by {n}" for n, one in enumerate(raised) if one is None}
    stored = values_of(report, key)
    assert kept == {stored[name] for name in set(names)}
    assert RecordChange.objects.filter(field__in=names).count() == 4
    assert again(report).content_version == 5


def test_plan_values_are_written_one_after_the_other_from_two_periods(people):
    report, officer, _analyst = people
    (key,) = ready_report(report, officer)
    later = make.make_obligation("SOMHD", period="2026")
    tokens, later_tokens = tokens_now(report, key), tokens_now(later, key)

    raised = together(
        lambda: save(report, key, {"title": "From 2025"}, officer, tokens=tokens),
        lambda: save(later, key, {"title": "From 2026"}, officer, tokens=later_tokens),
    )

    assert sorted(type(one).__name__ for one in raised) == ["Conflict", "NoneType"]
    assert values_of(report, key)["title"] == ("From 2025" if raised[0] is None else "From 2026")
