"""Two servers do the daily work at the same time: every obligation, notice and mail is there once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections  # noqa: F401  the condition of the skip names it

from adme.accounts.models import Role, User
from adme.jobs.embedded import run_next
from adme.jobs.models import Job
from adme.jobs.registry import QUEUES
from adme.reporting.models import Notice, Obligation, ReportingRound
from adme.reporting.services.calendar import keep_ledger
from adme.reporting.services.notices import remind
from tests.reporting.fakes import DUE, fake_tool, schedule  # noqa: F401

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite in memory has one connection only"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fake_tool"),
]


def _at_once(act: Callable[[], Any], times: int = 4) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(times)

    def work() -> None:
        try:
            together.wait(timeout=10)
            act()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []


def test_the_ledger_reminders_and_mails_are_made_once(user_with: Callable[..., User]) -> None:
    user_with(Role.ME_OFFICER, body="SLOM")
    user_with(Role.FOCAL_POINT, state="VNM")
    schedule()

    _at_once(lambda: keep_ledger(now=DUE + timedelta(days=1)))
    assert (ReportingRound.objects.count(), Obligation.objects.count()) == (3, 12)

    _at_once(lambda: remind(now=DUE))
    assert Notice.objects.count() == 2

    # the same notices in several jobs, run side by side
    ids = list(Notice.objects.values_list("pk", flat=True))
    Job.objects.all().delete()
    Job.objects.bulk_create([Job(name="reporting.mail", args={"notices": ids}) for _ in range(4)])
    _at_once(lambda: run_next(queues=QUEUES))
    while run_next(queues=QUEUES):
        pass
    assert len(mail.outbox) == 2
    assert set(Job.objects.values_list("state", flat=True)) == {"succeeded"}
