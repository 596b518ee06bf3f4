"""A reporting tool of two bodies and two states, and rounds with known days: the calendar needs no real tool."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adme.observations.periods import TimePeriod
from adme.reference.models import Area, SectoralBody
from adme.reference.selectors import membership
from adme.reporting import tools
from adme.reporting.models import Obligation, ReportingRound, ReportingSchedule
from adme.reporting.rounds import days_of
from adme.reporting.states import State

# Deadline of `a_round()`: 31 Mar 2027, 23:59:59 in Jakarta.
OPENS = datetime(2025, 12, 31, 17, tzinfo=UTC)
DUE = datetime(2027, 3, 31, 16, 59, 59, tzinfo=UTC)
CLOSES = datetime(2027, 12, 31, 16, 59, 59, tzinfo=UTC)


class FakeTool:
    """Owed by these bodies, and by the member states of the round's last day (or by the two named)."""

    name, title = "fake", "Fake tool"

    def __init__(self) -> None:
        self.bodies = ["SLOM", "SOMCA"]
        self.states: list[str] | None = ["IDN", "VNM"]

    def reporters(self, round_: ReportingRound) -> tools.Reporters:
        day = TimePeriod.from_key(round_.period).last_day
        members = [one.area for one in membership("ASEAN") if one.holds_on(day)]
        states = members if self.states is None else Area.objects.filter(code__in=self.states).order_by("name")
        bodies = SectoralBody.objects.filter(code__in=self.bodies).order_by("code")
        return tools.Reporters(bodies=tuple(bodies), states=tuple(states))

    def may_edit(self, user: Any, obligation: Obligation) -> bool:
        return True


@pytest.fixture
def fake_tool(reference_data: None, monkeypatch: pytest.MonkeyPatch) -> FakeTool:
    """The only tool there is; the shipped schedules are out of the way."""
    tool = FakeTool()
    monkeypatch.setattr(tools, "_tools", {tool.name: tool})
    monkeypatch.setattr(tools, "_families", {})
    ReportingSchedule.objects.all().delete()
    return tool


def schedule(**changes: Any) -> ReportingSchedule:
    fields = {"tool": "fake", "frequency": "A", "first_period": "2026", **changes}
    return ReportingSchedule.objects.create(**fields)


def a_round(period: int = 2026000, **days: datetime) -> ReportingRound:
    """2026: opened with the year, due 31 March 2027, closed at the end of 2027."""
    fields = {"opens_at": OPENS, "due_at": DUE, "closes_at": CLOSES, **days}
    return ReportingRound.objects.create(tool="fake", period=period, **fields)


def owed(round_: ReportingRound | None = None, *, body: str = "", state_area: str = "", **fields: Any) -> Obligation:
    """An obligation of a body (SLOM if none is named) or a state. A state that asks for a reason gets one."""
    fields.setdefault("state", State.DUE)
    if fields["state"] in {State.NOT_APPLICABLE, State.EXCUSED, State.RETURNED, State.REOPENED}:
        fields.setdefault("reason", "as agreed")
    if fields.get("extended_until"):
        fields.setdefault("extension_reason", "as agreed")
    return Obligation.objects.create(
        round=round_ or ReportingRound.objects.filter(tool="fake").first() or a_round(),
        body=None if state_area else SectoralBody.objects.get(code=body or "SLOM"),
        state_area=Area.objects.get(code=state_area) if state_area else None,
        **fields,
    )


def days(one: ReportingSchedule, period: str) -> tuple[datetime, datetime, datetime]:
    found = days_of(one, TimePeriod.parse(period))
    return found.opens_at, found.due_at, found.closes_at
