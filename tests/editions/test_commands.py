"""Commands of editions: every published edition is proved, and the demonstration is made once and labelled."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from adme.accounts.models import Role
from adme.jobs import periodic
from dissemination.editions import demonstration, tasks
from dissemination.editions.models import Edition, EditionFigure
from dissemination.editions.states import EditionState

pytestmark = pytest.mark.django_db


def _verify():
    out = StringIO()
    call_command("verify_editions", json=True, stdout=out)
    return json.loads(out.getvalue())


def test_an_edition_that_holds_is_proved(published):
    assert _verify() == {"editions": 1, "problems": []}


def test_an_edition_that_was_tampered_with_is_named(published):
    """Somebody with all rights on the database took the triggers away."""
    table = EditionFigure._meta.db_table
    name = "editions_editionfigure_no_update" if connection.vendor == "sqlite" else "editions_editionfigure_frozen"
    where = "" if connection.vendor == "sqlite" else f" ON {table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{where}")
        cursor.execute(f"UPDATE {table} SET value = 51.0 WHERE edition_id = %s AND area = 'ASEAN'", [published.pk])
    with pytest.raises(CommandError, match="edition 1 is not what was published"):
        call_command("verify_editions", stdout=StringIO())


def test_time_is_kept_every_five_minutes():
    (one,) = [one for one in periodic.registered() if one.name == "editions.keep"]
    assert one.every.total_seconds() == 300
    assert tasks.keep.__name__ == "keep"


def test_the_demonstration_is_made_once_and_labelled(today, user_with, settings):
    settings.ADME_DEMO = True
    for number in range(2):
        user_with(Role.ANALYST, email=f"analyst{number}@demo.adme.example", is_demonstration=True)
    for _ in range(2):
        call_command("load_demo_editions", apply=True, first=True, stdout=StringIO())
    assert Edition.objects.count() == 1
    call_command("load_demo_editions", apply=True, stdout=StringIO())
    made = {edition.title: edition for edition in Edition.objects.all()}
    assert all(edition.is_demonstration for edition in made.values())
    assert all("Demonstration" in edition.title for edition in made.values())
    first, second, opened = (made[one] for one in (demonstration.FIRST, demonstration.SECOND, demonstration.OPEN))
    assert (first.number, second.number, second.previous_id) == (1, 2, first.pk)
    assert opened.state == EditionState.REPLY
    assert set(opened.replies.values_list("kind", flat=True)) == {"confirmed", "corrected"}


def test_without_the_switch_there_is_no_demonstration(settings):
    settings.ADME_DEMO = False
    with pytest.raises(CommandError, match="ADME_DEMO"):
        call_command("load_demo_editions", apply=True, stdout=StringIO())
