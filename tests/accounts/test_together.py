"""Acts at the same moment, on PostgreSQL: the chain does not fork, and two administrators cannot remove each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from adme.accounts import errors, services
from adme.accounts.models import Assignment, Role, User
from adme.audit.chain import walk
from adme.audit.models import AuditEvent
from adme.audit.services import record

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _only_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment, each on a connection of its own; what each gave or raised."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return act()
        except errors.AccountRuleError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_events_written_at_the_same_moment_stand_in_one_chain() -> None:
    before = AuditEvent.objects.count()

    together(*[lambda n=n: [record(action=f"thing.{n}", actor="x") for _ in range(10)] for n in range(4)])

    assert AuditEvent.objects.count() == before + 40
    assert walk(AuditEvent.objects.order_by("sequence")).holds


def test_two_administrators_cannot_remove_each_other_at_the_same_moment(user_with: Callable[..., User]) -> None:
    one, other = user_with(Role.ADMINISTRATOR), user_with(Role.ADMINISTRATOR)

    outcomes = together(
        lambda: services.set_active(user=other, active=False, by=one),
        lambda: services.end_assignment(assignment=one.assignments.get(), by=other),
    )

    assert sum(isinstance(each, errors.LastAdministrator) for each in outcomes) == 1
    assert Assignment.objects.held().filter(role=Role.ADMINISTRATOR, user__is_active=True).count() == 1
