"""Who approves a correction of few records is told that the figures before and after tell about just these."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.reporting.models import Obligation
from adme.reporting.transitions import Act
from databases_c.models import RecordSet
from databases_c.services import vintages
from tests.records import factories as records
from tests.reporting import factories as reporting
from tests.reporting.pages import client_of

from .test_publishing import COUNT, PERSONAL, PERSONS, approve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
WORDS = "can subtract them"


@pytest.fixture
def record_set(settings: Any, tmp_path: Any) -> RecordSet:
    settings.MEDIA_ROOT = tmp_path
    found = records.make_set(columns=PERSONAL, kind="records", is_personal=True)
    records.make_statistic(found, {**COUNT, "minimum_cell": 5})
    return found


@pytest.fixture
def corrected(record_set: RecordSet) -> Obligation:
    """Approved with forty persons, and open again."""
    report = records.make_report(record_set)
    approve(report, PERSONS)
    return reporting.act(reporting.again(report), Act.REOPEN, reporting.analyst(), reason="A mistake.")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (PERSONS, None),
        (PERSONS[:-1], (1, 5)),
        ([*PERSONS, ["X1", "F"], ["X2", "M"]], (2, 5)),
        ([["P0", "F"], *PERSONS[1:]], (1, 5)),  # one record written otherwise
        ([["P0", "F"], ["P1", "M"], *PERSONS[2:], ["X1", "F"]], (3, 5)),
        ([*reversed(PERSONS)], None),
        (PERSONS[:35], None),
    ],
)
def test_the_smaller_the_correction_the_more_it_tells(
    corrected: Obligation, rows: list[list[str]], told: tuple[int, int] | None
) -> None:
    records.send(corrected, rows, by=reporting.focal_point())
    assert vintages.few_changed(corrected) == told
    shown = client_of(reporting.analyst()).get(reverse("report", args=[corrected.public_id])).content.decode()
    assert (WORDS in shown) == (told is not None)


def test_the_state_and_administrators_are_not_asked(corrected: Obligation) -> None:
    records.send(corrected, PERSONS[:-1], by=reporting.focal_point())
    at = reverse("report", args=[corrected.public_id])
    for user in (reporting.focal_point(), reporting.administrator()):
        shown = client_of(user).get(at)
        assert shown.status_code == 200
        assert WORDS not in shown.content.decode()


def test_of_large_versions_and_of_rows_that_are_gone_the_numbers_are_compared(
    corrected: Obligation, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = records.send(corrected, PERSONS[:-2], by=reporting.focal_point())
    monkeypatch.setattr(vintages, "MOST_COMPARED", 10)
    assert vintages.few_changed(corrected) == (2, 5)
    monkeypatch.undo()
    held.rows_file.storage.delete(held.rows_file.name)
    assert vintages.few_changed(corrected) == (2, 5)


def test_nothing_is_told_of_things_of_counts_and_before_the_first_approval(record_set: RecordSet) -> None:
    report = records.make_report(record_set)
    records.send(report, PERSONS[:3], by=reporting.focal_point())
    assert vintages.few_changed(report) is None
    things = records.make_set(columns=PERSONAL, kind="records")
    records.make_statistic(things, {**COUNT, "minimum_cell": 0}, code="THINGS")
    other = records.make_report(things)
    approve(other, PERSONS)
    other = reporting.act(reporting.again(other), Act.REOPEN, reporting.analyst(), reason="A mistake.")
    records.send(other, PERSONS[:-1], by=reporting.focal_point())
    with CaptureQueriesContext(connection) as asked:
        assert vintages.few_changed(other) is None
    assert len(asked) <= 5
