"""Rounds and obligations come from the schedules by themselves; analysts change schedules and extend, with a reason."""

from __future__ import annotations

import csv
import json
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command

from adme.accounts.models import Role, User
from adme.audit.models import AuditEvent
from adme.observations.periods import TimePeriod
from adme.reference.loading import LoadError
from adme.reporting import tools
from adme.reporting.errors import BadValues, NotAllowedNow, ReasonNeeded
from adme.reporting.loading import load_schedules
from adme.reporting.models import Notice, Obligation, ReportingRound, ReportingSchedule
from adme.reporting.selectors.zones import end_of_day, jakarta_day, start_of_day
from adme.reporting.services.calendar import extend, keep_ledger, set_schedule
from adme.reporting.states import State
from tests.reporting.fakes import CLOSES, DUE, OPENS, FakeTool, a_round, fake_tool, owed, schedule  # noqa: F401

pytestmark = pytest.mark.django_db
MID_2026 = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def _labels() -> list[str]:
    return [
        str(TimePeriod.from_key(key))
        for key in ReportingRound.objects.order_by("opens_at").values_list("period", flat=True)
    ]


def _who(label: str) -> set[str]:
    found = Obligation.objects.filter(round__period=TimePeriod.parse(label).key).select_related("body", "state_area")
    return {one.body.code if one.body else one.state_area.code for one in found}


# ---- rounds and obligations


@pytest.mark.parametrize(
    ("frequency", "first", "made"),
    [
        ("A", "2026", ["2026", "2027"]),
        ("S", "2026-S1", ["2026-S1", "2026-S2"]),
        ("Q", "2026-Q1", ["2026-Q1", "2026-Q2", "2026-Q3"]),
    ],
)
def test_rounds_are_made_up_to_the_next_one_for_each_frequency(
    fake_tool: FakeTool,  # noqa: F811
    frequency: str,
    first: str,
    made: list[str],
) -> None:
    schedule(frequency=frequency, first_period=first)
    counts = keep_ledger(now=MID_2026)
    assert _labels() == made
    assert counts == {"rounds": len(made), "moved": 0, "obligations": 4 * len(made), "skipped": 0}


def test_a_round_has_its_three_days(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule()
    keep_ledger(now=MID_2026)
    one = ReportingRound.objects.get(period=2026000)
    assert (one.opens_at, one.due_at, one.closes_at) == (OPENS, DUE, CLOSES)


def test_keeping_the_ledger_again_makes_nothing_and_touches_nothing(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule()
    keep_ledger(now=MID_2026)
    Obligation.objects.update(state=State.DRAFTING)
    before = list(Obligation.objects.order_by("pk").values())
    events = AuditEvent.objects.count()

    assert keep_ledger(now=MID_2026 + DAY) == {"rounds": 0, "moved": 0, "obligations": 0, "skipped": 0}

    assert list(Obligation.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events


def test_who_is_new_gets_an_obligation_and_who_has_gone_keeps_it(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule()
    keep_ledger(now=MID_2026)
    fake_tool.bodies, fake_tool.states = ["SOMCA", "SOMRI"], ["IDN", "TLS"]
    assert keep_ledger(now=MID_2026)["obligations"] == 4  # SOMRI and TLS, in two rounds
    assert _who("2026") == {"SLOM", "SOMCA", "SOMRI", "IDN", "VNM", "TLS"}


def test_a_state_owes_what_ends_after_it_became_a_member(fake_tool: FakeTool) -> None:  # noqa: F811
    fake_tool.states = None
    schedule(frequency="Q", first_period="2025-Q2")
    keep_ledger(now=MID_2026)
    assert "TLS" not in _who("2025-Q3")  # Timor-Leste became a member on 26 October 2025
    assert "TLS" in _who("2025-Q4")


def test_who_joins_later_owes_nothing_for_what_is_closed(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule()
    keep_ledger(now=MID_2026)
    fake_tool.bodies.append("SOMRI")
    keep_ledger(now=CLOSES + DAY)
    assert "SOMRI" not in _who("2026")
    assert "SOMRI" in _who("2027")


def test_a_tool_that_is_not_installed_is_skipped_with_a_note(
    fake_tool: FakeTool,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    schedule()
    schedule(tool="unknown")
    with caplog.at_level(logging.WARNING, logger="adme.reporting"):
        assert keep_ledger(now=MID_2026)["skipped"] == 1
    assert "No reporting tool 'unknown' is registered" in caplog.text
    assert set(ReportingRound.objects.values_list("tool", flat=True)) == {"fake"}


def test_a_schedule_ends_with_its_last_period_or_where_the_next_begins(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule(first_period="2024", last_period="2024")
    schedule(first_period="2025")
    schedule(frequency="S", first_period="2026-S1")
    keep_ledger(now=MID_2026)
    assert _labels() == ["2024", "2025", "2026-S1", "2026-S2"]


def test_a_retired_schedule_makes_no_rounds(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule(retired_at=MID_2026)
    assert keep_ledger(now=MID_2026)["rounds"] == 0


def test_the_ledger_takes_the_same_number_of_statements_however_many_owe(
    fake_tool: FakeTool,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    schedule()
    fake_tool.states = None
    with django_assert_max_num_queries(20):
        assert keep_ledger(now=MID_2026)["obligations"] == 26


def test_what_the_ledger_makes_is_audited(fake_tool: FakeTool) -> None:  # noqa: F811
    schedule()
    keep_ledger(now=MID_2026)
    event = AuditEvent.objects.filter(action="calendar.ledger_kept").get()
    assert event.after["obligations"] == 8


def test_the_command_tells_first_and_writes_with_apply(
    fake_tool: FakeTool,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    schedule()
    schedule(tool="unknown")
    with time_machine.travel(MID_2026, tick=False):
        call_command("keep_ledger")
        assert "Obligations made: 8." in (shown := capsys.readouterr().out)
        assert "no reporting tool 'unknown' is installed" in shown
        assert not Obligation.objects.exists()
        call_command("keep_ledger", "--apply", "--json")
    document = json.loads(capsys.readouterr().out)
    assert (document["applied"], document["obligations"], document["unknown_tools"]) == (True, 8, ["unknown"])
    assert Obligation.objects.count() == 8


# ---- schedules in files


@pytest.fixture
def files(reference_data: None, tmp_path: Path) -> Path:
    """A copy of the shipped files; `_load` reads it."""
    shutil.copytree(settings.BASE_DIR / "fixtures" / "reference", tmp_path / "reference")
    shutil.copytree(settings.BASE_DIR / "fixtures" / "reporting", tmp_path / "reporting")
    return tmp_path


def _load(files: Path) -> str:
    out = StringIO()
    call_command("load_reference", apply=True, directory=files / "reference", stdout=out)
    return out.getvalue()


def _edit(files: Path, **changes: str) -> None:
    """Change every row of the file."""
    path = files / "reporting" / "schedules.csv"
    with path.open(newline="") as stream:
        rows = [{**row, **changes} for row in csv.DictReader(stream)]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_both_tools_are_shipped_as_annual_from_2026(reference_data: None) -> None:
    found = ReportingSchedule.objects.filter(from_file=True).order_by("tool")
    assert list(found.values_list("tool", "frequency", "first_period", "last_period")) == [
        ("tool1", "A", "2026", ""),
        ("tool2", "A", "2026", ""),
    ]
    assert set(found.values_list("opens_after_start", "due_after_end", "closes_after_end")) == {(0, 90, 365)}


def test_what_the_file_says_is_loaded_and_what_a_person_added_is_left_alone(files: Path) -> None:
    mine = schedule(tool="tool1", first_period="2030", due_after_end=10)
    _edit(files, due_after_end="60")
    assert "60" in _load(files)
    assert set(ReportingSchedule.objects.filter(from_file=True).values_list("due_after_end", flat=True)) == {60}
    mine.refresh_from_db()
    assert (mine.due_after_end, mine.from_file, mine.retired_at) == (10, False, None)


def test_a_shipped_schedule_that_an_analyst_changed_is_the_analysts(
    files: Path, user_with: Callable[..., User]
) -> None:
    one = ReportingSchedule.objects.get(tool="tool1")
    _set(user_with(Role.ANALYST), schedule_id=one.pk, tool="tool1", due_after_end=120)
    _load(files)
    one.refresh_from_db()
    assert (one.due_after_end, one.from_file) == (120, False)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"frequency": "M"}, "frequency"),
        ({"first_period": "2026-Q1"}, "first_period"),
        ({"due_after_end": "soon"}, "due_after_end"),
        ({"closes_after_end": "30"}, "closes_after_end"),
        ({"last_period": "2020"}, "last_period"),
    ],
)
def test_a_wrong_row_is_named_with_its_line_and_column(files: Path, changes: dict[str, str], column: str) -> None:
    _edit(files, **changes)
    with pytest.raises(LoadError, match=rf"schedules\.csv, line 2, column {column}"):
        load_schedules(files / "reference", True)


# ---- schedules by analysts


def _set(by: User, **changes: Any) -> ReportingSchedule:
    fields = {
        "tool": "fake", "frequency": "A", "first_period": "2026", "opens_after_start": 0, "due_after_end": 90,
        "closes_after_end": 365, "reason": "as SOCA decided", "now": MID_2026, **changes,
    }  # fmt: skip
    return set_schedule(by=by, **fields)


@pytest.fixture
def analyst(fake_tool: FakeTool, user_with: Callable[..., User]) -> User:  # noqa: F811
    return user_with(Role.ANALYST)


def test_a_new_schedule_is_audited_with_its_reason_and_makes_rounds(analyst: User) -> None:
    one = _set(analyst, frequency="Q", first_period="2026-Q1", last_period="2026-Q2")
    keep_ledger(now=MID_2026)
    assert _labels() == ["2026-Q1", "2026-Q2"]
    event = AuditEvent.objects.get(action="schedule.made")
    assert (event.actor, event.reason, event.target) == (analyst.email, "as SOCA decided", f"schedule:{one.pk}")


def test_other_days_hold_for_rounds_to_come_and_leave_open_rounds_alone(analyst: User) -> None:
    one = schedule()
    keep_ledger(now=MID_2026)
    _set(analyst, schedule_id=one.pk, due_after_end=120)
    dues = dict(ReportingRound.objects.values_list("period", "due_at"))
    assert dues[2026000] == DUE
    assert jakarta_day(dues[2027000]) == date(2028, 4, 29)
    event = AuditEvent.objects.get(action="schedule.changed")
    assert (event.before["due_after_end"], event.after["due_after_end"]) == (90, 120)
    assert not Notice.objects.exists()


def test_open_rounds_move_when_asked_and_their_officers_are_told(analyst: User, user_with: Callable[..., User]) -> None:
    officer = user_with(Role.ME_OFFICER, body="SLOM")
    done = user_with(Role.ME_OFFICER, body="SOMCA")
    one = schedule()
    keep_ledger(now=MID_2026)
    Obligation.objects.filter(body__code="SOMCA").update(state=State.APPROVED)
    _set(analyst, schedule_id=one.pk, due_after_end=120, opens_after_start=30, open_rounds_too=True)
    moved = ReportingRound.objects.get(period=2026000)
    assert jakarta_day(moved.due_at) == date(2027, 4, 30)
    assert moved.opens_at == OPENS  # an opening that has come stays
    assert [(note.user, note.kind) for note in Notice.objects.all()] == [(officer, "calendar")]
    assert "30 Apr 2027, 23:59 Jakarta time" in Notice.objects.get().title
    assert not Notice.objects.filter(user=done).exists()


def test_closed_rounds_never_move(analyst: User) -> None:
    one = schedule(first_period="2024")
    keep_ledger(now=MID_2026)
    before = ReportingRound.objects.get(period=2024000).due_at
    _set(analyst, schedule_id=one.pk, first_period="2024", due_after_end=10, open_rounds_too=True)
    assert ReportingRound.objects.get(period=2024000).due_at == before
    assert jakarta_day(ReportingRound.objects.get(period=2025000).due_at) == date(2026, 1, 10)


def test_the_days_of_a_changed_file_reach_rounds_to_come(fake_tool: FakeTool) -> None:  # noqa: F811
    one = schedule()
    keep_ledger(now=MID_2026)
    ReportingSchedule.objects.filter(pk=one.pk).update(due_after_end=100)
    assert keep_ledger(now=MID_2026)["moved"] == 1
    assert jakarta_day(ReportingRound.objects.get(period=2027000).due_at) == date(2028, 4, 9)
    assert ReportingRound.objects.get(period=2026000).due_at == DUE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"frequency": "M"}, "frequency"),
        ({"first_period": "2026-Q1"}, "first_period"),
        ({"first_period": "x" * 5000}, "first_period"),
        ({"last_period": "2025"}, "last_period"),
        ({"due_after_end": 99_999}, "due_after_end"),
        ({"opens_after_start": -9999}, "opens_after_start"),
        ({"closes_after_end": 10}, "closes_after_end"),
        ({"frequency": "Q", "first_period": "2026-Q1", "opens_after_start": 200}, "due_after_end"),
        ({"tool": ""}, "tool"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_by_field(analyst: User, changes: dict[str, Any], field: str) -> None:
    if field == "due_after_end" and "frequency" in changes:
        changes = {**changes, "due_after_end": 30}
    with pytest.raises(BadValues) as caught:
        _set(analyst, **changes)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert not ReportingSchedule.objects.exists()


def test_a_schedule_needs_a_reason(analyst: User) -> None:
    with pytest.raises(ReasonNeeded):
        _set(analyst, reason="  ")


def test_a_second_schedule_from_the_same_period_is_refused_by_field(analyst: User) -> None:
    schedule()
    with pytest.raises(BadValues) as caught:
        _set(analyst, first_period="2026")
    assert caught.value.problems[0].field == "first_period"


def test_rounds_that_were_asked_for_never_lose_their_schedule(analyst: User) -> None:
    one = schedule()
    keep_ledger(now=MID_2026)  # 2026, and 2027 to come
    for changes in (
        {"schedule_id": one.pk, "last_period": "2026"},
        {"schedule_id": one.pk, "frequency": "S", "first_period": "2026-S1"},
        {"frequency": "S", "first_period": "2027-S1"},
    ):
        with pytest.raises(NotAllowedNow):
            _set(analyst, **changes)
    _set(analyst, schedule_id=one.pk, last_period="2027")
    _set(analyst, frequency="S", first_period="2028-S1")
    keep_ledger(now=datetime(2028, 1, 15, tzinfo=UTC))
    assert _labels() == ["2026", "2027", "2028-S1", "2028-S2"]


# ---- extensions


def _extend(one: Obligation, by: User, until: date = date(2027, 4, 30), **changes: Any) -> Obligation:
    return extend(obligation_id=one.pk, until=until, by=by, **{"reason": "floods", "now": DUE, **changes})


def test_an_extension_is_for_one_reporter_until_the_end_of_a_day_in_jakarta(
    analyst: User, user_with: Callable[..., User]
) -> None:
    officer, other = user_with(Role.ME_OFFICER, body="SLOM"), user_with(Role.ME_OFFICER, body="SOMCA")
    one, second = owed(a_round()), owed(body="SOMCA")

    found = _extend(one, analyst)

    assert found.extended_until == datetime(2027, 4, 30, 16, 59, 59, tzinfo=UTC)
    assert found.extension_reason == "floods"
    second.refresh_from_db()
    assert second.extended_until is None
    note = Notice.objects.get()
    assert (note.user, note.kind, note.obligation) == (officer, "calendar", one)
    assert "floods" in note.text
    assert not Notice.objects.filter(user=other).exists()
    event = AuditEvent.objects.get(action="obligation.extended")
    assert (event.actor, event.reason, event.before["extended_until"]) == (analyst.email, "floods", None)


def test_the_same_extension_again_changes_nothing(analyst: User, user_with: Callable[..., User]) -> None:
    user_with(Role.ME_OFFICER)
    one = owed(a_round())
    _extend(one, analyst)
    _extend(one, analyst, now=DUE + DAY)
    assert (Notice.objects.count(), AuditEvent.objects.filter(action="obligation.extended").count()) == (1, 1)
    _extend(one, analyst, until=date(2027, 5, 31))
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("until", "now"),
    [
        (date(2027, 3, 31), OPENS),  # the deadline of the round itself
        (date(2027, 3, 1), OPENS),
        (date(2027, 4, 10), DUE + 30 * DAY),  # over already
        (date(2091, 1, 1), DUE),
        (date.max, DUE),
        (date.min, DUE),
    ],
)
def test_an_extension_lies_after_the_deadline_and_in_the_future(analyst: User, until: date, now: datetime) -> None:
    one = owed(a_round())
    with pytest.raises(BadValues) as caught:
        _extend(one, analyst, until=until, now=now)
    assert caught.value.problems[0].field == "until"
    assert Obligation.objects.get().extended_until is None


def test_today_is_the_earliest_day_of_an_extension(analyst: User) -> None:
    now = start_of_day(date(2027, 4, 10))
    assert _extend(owed(a_round()), analyst, until=date(2027, 4, 10), now=now).extended_until == end_of_day(
        date(2027, 4, 10)
    )


def test_an_extension_says_why(analyst: User) -> None:
    with pytest.raises(ReasonNeeded):
        _extend(owed(a_round()), analyst, reason=" ")


@pytest.mark.parametrize("state", State)
def test_only_a_report_that_can_still_be_written_is_extended(analyst: User, state: State) -> None:
    until = {"excused_until": CLOSES} if state == State.EXCUSED else {}
    one = owed(a_round(), state=state, **until)
    if state in {State.DUE, State.DRAFTING, State.RETURNED, State.REOPENED}:
        assert _extend(one, analyst).extended_until is not None
    else:
        with pytest.raises(NotAllowedNow):
            _extend(one, analyst)


def test_the_registry_of_tools_is_what_the_ledger_asks(fake_tool: FakeTool) -> None:  # noqa: F811
    assert [tool.name for tool in tools.all_tools()] == ["fake"]
