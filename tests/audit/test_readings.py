"""What pages and downloads make of the trail: filters, differences, and a CSV that no program calculates."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine

from adme.audit import downloads, selectors, words
from adme.audit.models import AuditEvent
from adme.audit.selectors import AuditFilter, Difference, differences
from adme.audit.services import record


def test_only_the_fields_that_changed_are_shown() -> None:
    found = differences({"name": "old", "same": 1, "gone": True}, {"name": "new", "same": 1, "new_field": [1, "b"]})

    assert found == (
        Difference("name", "old", "new"),
        Difference("gone", "yes", ""),
        Difference("new field", "", "1, b"),
    )


def test_an_event_without_before_shows_everything_as_new() -> None:
    assert differences(None, {"active": False, "nothing": None}) == (Difference("active", "", "no"),)
    assert differences(None, None) == ()
    assert differences("a", "b") == (Difference("value", "a", "b"),)


@pytest.mark.django_db
def test_filters_narrow_by_actor_act_target_and_whole_days() -> None:
    with time_machine.travel(datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), tick=False):
        record(action="user.created", actor="ana@example.org", target="user:x@example.org")
    with time_machine.travel(datetime(2026, 3, 2, 0, 0, tzinfo=UTC), tick=False):
        record(action="user.changed", actor="ben@example.org", target="user:x@example.org")
        record(action="batch.applied", actor="ana@example.org", target="batch:7")

    def found(**wanted: object) -> list[str]:
        return [event.action for event in selectors.events(wanted=AuditFilter(**wanted))]  # type: ignore[arg-type]

    assert found(actor="ana@") == ["batch.applied", "user.created"]
    assert found(action="user.") == ["user.changed", "user.created"]
    assert found(action="user") == []
    assert found(target="batch:7") == ["batch.applied"]
    assert found(first_day=date(2026, 3, 2), last_day=date(2026, 3, 2)) == ["batch.applied", "user.changed"]
    assert found(last_day=date(2026, 3, 1)) == ["user.created"]
    assert {"batch.applied", "user.changed", "user.created"} <= set(found(last_day=date.max))


@pytest.mark.parametrize(
    "payload", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\uff0b1"]
)
@pytest.mark.django_db
def test_no_cell_of_the_download_starts_a_formula(payload: str) -> None:
    record(action="x", actor=payload, target=payload, after={payload: "v"}, reason=payload)

    text = "".join(downloads.csv_lines(AuditEvent.objects.all())).removeprefix("\ufeff")
    rows = list(csv.reader(StringIO(text)))

    assert rows[0] == list(downloads.HEADINGS)
    for cell in rows[1][2:]:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b"))


def test_ordinary_text_is_left_as_it_is() -> None:
    assert downloads.safe_cell("user:ana@example.org") == "user:ana@example.org"


def test_acts_and_reports_are_told_in_words_and_codes_without_words_stay_readable() -> None:
    assert words.act("report.approve") == "Report approved"
    assert words.act("batch.applied_twice") == "Batch applied twice"
    own = "ff3df93a-abcf-464c-9ba4-8521d068a6ba"
    assert words.target(f"report {own} tool1 COM to AATHP 2024") == ("Tool 1 of COM to AATHP, 2024", own)
    assert words.target("user:ana@example.org") == ("user:ana@example.org", "")
