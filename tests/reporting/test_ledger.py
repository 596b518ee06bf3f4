"""What boards, lists and queues say about obligations, for every state and every day of the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from adme.accounts.models import Role, User
from adme.reporting.models import Obligation, Revision, RevisionContent
from adme.reporting.selectors import ledger
from adme.reporting.states import Standing, State
from tests.reporting.fakes import CLOSES, DUE, OPENS, FakeTool, a_round, fake_tool, owed  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_tool")]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MOMENTS = {
    "before opening": OPENS - SECOND,
    "open": OPENS,
    "last second": DUE,
    "past due": DUE + SECOND,
    "last second of closing": CLOSES,
    "closed": CLOSES + SECOND,
}
# What the calendar makes of the two states in which nobody has handed in anything.
CALENDAR = {
    "before opening": {State.DUE: Standing.SCHEDULED},
    "open": {State.DUE: Standing.DUE},
    "last second": {State.DUE: Standing.DUE},
    "past due": {State.DUE: Standing.OVERDUE, State.DRAFTING: Standing.OVERDUE},
    "last second of closing": {State.DUE: Standing.OVERDUE, State.DRAFTING: Standing.OVERDUE},
    "closed": {State.DUE: Standing.MISSING, State.DRAFTING: Standing.MISSING},
}


def _standing(one: Obligation, now: datetime) -> str:
    return ledger.with_standing(now).get(pk=one.pk).standing


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("state", State)
def test_the_standing_of_every_state_on_every_side_of_the_calendar(state: State, moment: str) -> None:
    until = {"excused_until": CLOSES + 30 * DAY} if state == State.EXCUSED else {}
    one = owed(a_round(), state=state, **until)

    assert _standing(one, MOMENTS[moment]) == CALENDAR[moment].get(state, state.value)


@pytest.mark.parametrize("state", [State.DUE, State.DRAFTING])
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (DUE + SECOND, None),
        (DUE + 10 * DAY, None),
        (DUE + 10 * DAY + SECOND, Standing.OVERDUE),
        (CLOSES + SECOND, "missing"),
    ],
)
def test_an_extension_moves_the_deadline_of_one_reporter_and_ends_by_itself(
    state: State, moment: datetime, expected: str | None
) -> None:
    round_ = a_round()
    extended = owed(round_, state=state, extended_until=DUE + 10 * DAY)
    other = owed(round_, body="SOMCA", state=state)

    assert _standing(extended, moment) == (expected or state.value)
    assert _standing(other, moment) in {Standing.OVERDUE, Standing.MISSING}


def test_an_extension_beyond_the_closing_day_keeps_reporting_open_for_that_reporter() -> None:
    one = owed(a_round(), extended_until=CLOSES + 5 * DAY)
    assert _standing(one, CLOSES + 5 * DAY) == Standing.DUE
    assert _standing(one, CLOSES + 5 * DAY + SECOND) == Standing.MISSING


@pytest.mark.parametrize(
    ("until", "moment", "expected"),
    [
        (DUE - 5 * DAY, DUE - 5 * DAY, "excused"),
        (DUE - 5 * DAY, DUE - 5 * DAY + SECOND, "due"),
        (DUE - 5 * DAY, DUE + SECOND, "overdue"),
        (DUE + 5 * DAY, DUE + 5 * DAY, "excused"),
        (DUE + 5 * DAY, DUE + 5 * DAY + SECOND, "overdue"),
        (DUE + 5 * DAY, CLOSES + SECOND, "missing"),
        (CLOSES + 5 * DAY, CLOSES + DAY, "excused"),
    ],
)
def test_an_excuse_counts_until_its_day_and_then_the_report_is_owed_again(
    until: datetime, moment: datetime, expected: str
) -> None:
    assert _standing(owed(a_round(), state=State.EXCUSED, excused_until=until), moment) == expected


def test_the_standing_in_sql_and_the_windows_in_python_agree() -> None:
    one = owed(a_round(), extended_until=DUE + 10 * DAY)
    found = ledger.with_standing(DUE).get(pk=one.pk)
    assert (found.due_by, found.closes_by) == (found.due_on, found.closes_on)


# ---- one person's work


def test_my_work_holds_what_my_body_owes_and_nothing_of_others(user_with: Callable[..., User]) -> None:
    round_ = a_round()
    mine = owed(round_, body="SLOM")
    state = owed(round_, state_area="VNM")
    owed(round_, body="SOMCA")

    assert ledger.my_obligations(user_with(Role.ME_OFFICER, body="SLOM"), DUE) == [mine]
    assert ledger.my_obligations(user_with(Role.FOCAL_POINT, state="VNM"), DUE) == [state]
    assert ledger.my_obligations(user_with(Role.ANALYST), DUE) == []
    assert ledger.my_obligations(user_with(None), DUE) == []


def test_my_work_begins_with_what_is_most_urgent(user_with: Callable[..., User]) -> None:
    now = DUE + DAY
    late = owed(a_round())
    soon = owed(a_round(2027000, opens_at=OPENS, due_at=now + 30 * DAY, closes_at=CLOSES + 365 * DAY))
    coming = owed(a_round(2028000, opens_at=CLOSES, due_at=CLOSES + DAY, closes_at=CLOSES + 400 * DAY))
    done = owed(a_round(2025000), state=State.APPROVED)

    found = ledger.my_obligations(user_with(Role.ME_OFFICER), now)
    assert found == [late, soon, coming, done]
    assert [one.standing for one in found] == ["overdue", "due", "scheduled", "approved"]


def test_what_closed_long_ago_leaves_my_work_but_not_what_was_sent_back(user_with: Callable[..., User]) -> None:
    officer = user_with(Role.ME_OFFICER)
    one = owed(a_round(), state=State.APPROVED)
    now = CLOSES + 400 * DAY
    assert ledger.my_obligations(officer, CLOSES + 300 * DAY) == [one]
    assert ledger.my_obligations(officer, now) == []
    Obligation.objects.update(state=State.RETURNED, reason="mend the dates")
    assert ledger.my_obligations(officer, now) == [one]


# ---- completeness


def test_completeness_counts_reports_of_those_that_owe_one() -> None:
    round_ = a_round()
    owed(round_, body="SLOM", state=State.APPROVED, first_submitted_at=DUE)
    owed(round_, body="SOMCA", state=State.DRAFTING)
    owed(round_, state_area="IDN", state=State.SUBMITTED, first_submitted_at=DUE + SECOND)
    owed(round_, state_area="VNM", state=State.NOT_APPLICABLE)
    owed(round_, state_area="THA", state=State.EXCUSED, excused_until=CLOSES)
    owed(round_, state_area="LAO", state=State.CERTIFIED_NIL, first_submitted_at=OPENS)

    found = ledger.completeness("fake", now=DUE + DAY)

    assert found.total.numbers == {
        "approved": 1, "overdue": 1, "submitted": 1, "not_applicable": 1, "excused": 1, "certified_nil": 1,
    }  # fmt: skip
    assert (found.total.owed, found.total.reported, found.total.in_time) == (4, 3, 2)
    assert (found.total.completeness, found.total.timeliness) == (0.75, 0.5)
    assert [(row.code, row.tally.completeness) for row in found.bodies] == [("SLOM", 1.0), ("SOMCA", 0.0)]
    assert [row.name for row in found.states] == ["Indonesia", "Lao PDR", "Thailand", "Viet Nam"]
    assert found.states[0].tally.timeliness == 0.0


def test_where_nothing_is_owed_there_is_no_share_rather_than_zero() -> None:
    owed(a_round(), state=State.NOT_APPLICABLE)
    found = ledger.completeness("fake", now=DUE)
    assert (found.total.owed, found.total.completeness, found.total.timeliness) == (0, None, None)
    assert ledger.completeness("nothing").total.completeness is None


def test_a_report_that_is_not_open_yet_or_set_aside_counts_neither_for_nor_against() -> None:
    owed(a_round(opens_at=DUE - DAY), state=State.DUE)
    owed(body="SOMCA", state=State.NOT_APPLICABLE, first_submitted_at=OPENS)
    found = ledger.completeness("fake", now=OPENS)
    assert (found.total.owed, found.total.in_time) == (0, 0)


def test_an_extended_report_is_in_time_by_its_own_deadline() -> None:
    owed(a_round(), state=State.APPROVED, first_submitted_at=DUE + DAY, extended_until=DUE + 2 * DAY)
    owed(body="SOMCA", state=State.APPROVED, first_submitted_at=DUE + DAY)
    found = ledger.completeness("fake", now=CLOSES)
    assert [row.tally.timeliness for row in found.bodies] == [1.0, 0.0]


def test_completeness_is_of_the_chosen_periods_and_of_one_tool() -> None:
    owed(a_round(), state=State.APPROVED)
    owed(a_round(2025000), state=State.DRAFTING)
    assert ledger.completeness("fake", now=DUE).periods == (2026000, 2025000)
    assert ledger.completeness("fake", [2026000], now=DUE).total.completeness == 1.0
    assert ledger.completeness("other", now=DUE).total.total == 0


def test_boards_and_lists_take_the_same_number_of_statements_for_one_report_and_for_many(
    fake_tool: FakeTool,  # noqa: F811
    django_assert_num_queries: Any,
    user_with: Callable[..., User],
) -> None:
    officer = user_with(Role.ME_OFFICER)

    def measure() -> None:
        with django_assert_num_queries(1):
            ledger.completeness("fake", now=DUE)
        with django_assert_num_queries(2):
            for row in ledger.review_queue(CLOSES):
                assert row.obligation.reporter_label
                assert row.obligation.round.period_label
        fresh = User.objects.get(pk=officer.pk)
        with django_assert_num_queries(2):  # the assignments, and the obligations
            for one in ledger.my_obligations(fresh, DUE):
                assert one.reporter_label

    _submitted(owed(a_round(), state=State.SUBMITTED, submitted_at=DUE), officer)
    measure()
    for year in range(1950, 2000):
        _submitted(owed(a_round(year * 1000), state=State.SUBMITTED, submitted_at=DUE), officer)
    measure()


# ---- the queue for review


def _submitted(one: Obligation, by: User, number: int = 1, kept: int = 0) -> Revision:
    records = [{"key": str(place), "kept": {"C1": "as agreed"}} for place in range(kept)]
    content = RevisionContent.objects.create(sha256=f"{one.pk}-{number}", data={"records": [*records, {"key": "x"}]})
    return Revision.objects.create(
        obligation=one,
        number=number,
        act="submit",
        content=content,
        by=by,
        at=timezone.now(),
        idempotency_key=str(number),
    )


def test_the_queue_shows_the_longest_waiting_first_with_the_version_to_approve(user_with: Callable[..., User]) -> None:
    officer = user_with(Role.ME_OFFICER)
    now = DUE + 10 * DAY
    young = owed(a_round(), state=State.SUBMITTED, submitted_at=now - DAY, first_submitted_at=DUE)
    old = owed(body="SOMCA", state=State.SUBMITTED, submitted_at=now - 9 * DAY, first_submitted_at=DUE + SECOND)
    owed(body="SOMRI", state=State.APPROVED)
    _submitted(young, officer)
    _submitted(old, officer)
    second = _submitted(old, officer, number=2, kept=3)

    found = ledger.review_queue(now)

    assert [row.obligation for row in found] == [old, young]
    assert (found[0].revision_id, found[0].revision_number, found[0].kept) == (second.pk, 2, 3)
    assert [(row.waiting_days, row.is_late, row.kept) for row in found] == [(9, True, 3), (1, False, 0)]
    assert ledger.review_queue(now, tool="other") == []
