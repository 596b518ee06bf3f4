"""The hash chain: it holds for what was recorded, and names the first row that was touched behind its back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from adme.audit.chain import storable, walk
from adme.audit.models import AuditEvent
from adme.audit.services import record

pytestmark = pytest.mark.django_db


@contextmanager
def without_triggers() -> Iterator[Callable[[str, list[object]], None]]:
    """What an operator with full rights could do: switch the guard off and write."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_event_no_change")
        else:
            for name in ("update", "delete", "replace"):
                cursor.execute(f"DROP TRIGGER audit_event_no_{name}")
        yield lambda sql, values: cursor.execute(sql, values)


def three_events() -> list[AuditEvent]:
    return [record(action="thing.done", actor="a@example.org", target=f"thing:{n}", after={"n": n}) for n in (1, 2, 3)]


def whole_chain() -> list[AuditEvent]:
    return list(AuditEvent.objects.order_by("sequence"))


def verify(**options: object) -> dict[str, object]:
    out = StringIO()
    call_command("verify_audit", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_recorded_events_follow_each_other_without_a_gap() -> None:
    first, second, third = three_events()

    assert [second.sequence, third.sequence] == [first.sequence + 1, first.sequence + 2]
    assert [second.previous_hash, third.previous_hash] == [first.hash, second.hash]
    assert walk(whole_chain()).holds


def test_recording_costs_two_statements_however_long_the_trail_is(django_assert_max_num_queries) -> None:
    three_events()

    with django_assert_max_num_queries(5):  # savepoint, lock, last event, insert, release
        record(action="thing.done", actor="a@example.org")


def test_an_event_is_gone_when_the_act_it_belongs_to_is_rolled_back() -> None:
    three_events()

    def failing_act() -> None:
        with transaction.atomic():
            record(action="thing.undone", actor="a@example.org")
            raise ValueError("act failed")

    with pytest.raises(ValueError, match="act failed"):
        failing_act()

    assert not AuditEvent.objects.filter(action="thing.undone").exists()
    assert walk(whole_chain()).holds


@pytest.mark.parametrize(
    ("sql", "values", "fault"),
    [
        ("UPDATE audit_auditevent SET actor = %s WHERE target = 'thing:2'", ["b@example.org"], "content was changed"),
        ("UPDATE audit_auditevent SET after = %s WHERE target = 'thing:2'", ['{"n": 9}'], "content was changed"),
        ("UPDATE audit_auditevent SET reason = %s WHERE target = 'thing:2'", ["other"], "content was changed"),
        (
            "UPDATE audit_auditevent SET at = %s WHERE target = 'thing:2'",
            ["2020-01-01 00:00:00"],
            "content was changed",
        ),
        ("DELETE FROM audit_auditevent WHERE target = %s", ["thing:2"], "is missing"),
    ],
)
def test_the_first_touched_event_is_named(sql: str, values: list[object], fault: str) -> None:
    first = three_events()[0]
    assert verify()["holds"]

    with without_triggers() as execute:
        execute(sql, values)

    verdict = walk(whole_chain())
    assert not verdict.holds
    assert verdict.broken_at in {first.sequence + 1, first.sequence + 2}
    assert fault in verdict.fault
    with pytest.raises(CommandError, match=f"broken at event {verdict.broken_at}"):
        verify()


def test_a_head_noted_outside_shows_that_the_newest_events_were_cut_off() -> None:
    three_events()
    head = str(verify()["head"])
    assert verify(anchor=(int(head.split(":")[0]), head.split(":")[1]))["holds"]

    with without_triggers() as execute:
        execute("DELETE FROM audit_auditevent WHERE target = %s", ["thing:3"])

    assert verify()["holds"]  # the chain alone cannot tell
    with pytest.raises(CommandError, match="noted event is missing"):
        call_command("verify_audit", f"--anchor={head}", stdout=StringIO())


def test_what_the_database_keeps_hashes_the_same_when_read_back() -> None:
    awkward = {"whole": 1e16, "tiny": 5e-324, "sum": 0.1 + 0.2, "minus": -0.0, "big": 2**70, "nan": float("nan")}
    record(
        action="x", actor="a", before=awkward, after={"text": "NUL \x00, surrogate \ud800, ភាសា", "list": [1.0, None]}
    )

    assert walk(whole_chain()).holds


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=10))
def test_storing_twice_changes_nothing_more(value: object) -> None:
    once = storable(value)

    assert storable(once) == once
    assert storable(json.loads(json.dumps(once))) == once


def test_the_database_refuses_to_change_an_event() -> None:
    event = three_events()[1]

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(actor="somebody else")
    event.actor = "somebody else"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()

    assert AuditEvent.objects.get(pk=event.pk).actor == "a@example.org"


def test_the_database_refuses_to_delete_an_event() -> None:
    event = three_events()[1]

    for delete in (event.delete, AuditEvent.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            delete()

    assert AuditEvent.objects.filter(sequence=event.sequence).exists()


def test_the_database_refuses_to_replace_an_event() -> None:
    event = three_events()[1]
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO audit_auditevent (id, sequence, at, actor, action, target, reason, previous_hash,"
            " hash) SELECT id, sequence, at, 'forger', action, target, reason, previous_hash, hash"
            " FROM audit_auditevent WHERE id = %s",
            [event.pk],
        )


@pytest.mark.django_db(transaction=True)
def test_flushing_the_whole_database_still_works_for_tests() -> None:
    three_events()

    call_command("flush", interactive=False, verbosity=0)

    assert not AuditEvent.objects.exists()
    event = three_events()[0]
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEvent.objects.filter(pk=event.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_taken_off_and_put_back_by_migration() -> None:
    event = three_events()[0]
    try:
        call_command("migrate", "audit", "0001", verbosity=0)
        assert AuditEvent.objects.filter(pk=event.pk).update(reason="possible without the guard") == 1
    finally:
        call_command("migrate", verbosity=0)  # all: migrations of other packages that build on it were taken back too

    with pytest.raises(DatabaseError, match="append-only"):
        AuditEvent.objects.filter(pk=event.pk).update(reason="no longer possible")
