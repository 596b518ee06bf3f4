"""A published edition never changes: the database refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from dissemination.editions.models import Edition, EditionChange, EditionFigure, EditionPart, EditionText, Reply

from .conftest import NOW

pytestmark = pytest.mark.django_db
PARTS = (EditionFigure, EditionPart, Reply)


def _refused(act):
    with pytest.raises(DatabaseError, match="A published edition never changes"), transaction.atomic():
        act()


@pytest.mark.parametrize("model", PARTS)
def test_rows_of_a_published_edition_are_neither_changed_nor_deleted(published, model):
    rows = model.objects.filter(edition=published)
    assert rows.exists()
    name = {EditionFigure: "value", EditionPart: "kind", Reply: "text"}[model]
    _refused(lambda: rows.update(**{name: 1 if name == "value" else "x"}))
    _refused(lambda: rows._raw_delete(rows.db))


@pytest.mark.parametrize("model", PARTS)
def test_rows_of_a_draft_are_changed_and_deleted(closed, model):
    rows = model.objects.filter(edition=closed)
    name = {EditionFigure: "value", EditionPart: "kind", Reply: "text"}[model]
    assert rows.filter(pk=rows.first().pk).update(**{name: 1 if name == "value" else "x"}) == 1
    rows._raw_delete(rows.db)
    assert not rows.exists()


def test_nothing_is_added_to_a_published_edition(published, second):
    common = {"edition": published}
    _refused(lambda: EditionPart.objects.create(kind="more", content=[], **common))
    _refused(lambda: EditionText.objects.create(key="notes", text="x", changed_by=second, **common))
    _refused(lambda: Reply.objects.create(area="IDN", leaf="9z", kind="confirmed", at=NOW, **common))
    _refused(
        lambda: EditionChange.objects.create(position=1, leaf="6a", area="IDN", period=2025000, cause="other", **common)
    )


def test_no_row_moves_into_or_out_of_a_published_edition(published, today, analyst):
    from datetime import date

    from dissemination.editions import services

    other = services.draft_edition(title="T", meeting="M", meeting_on=date(2026, 12, 1), by=analyst)
    part = EditionPart.objects.create(edition=other, kind="extra", content=[])
    _refused(lambda: EditionPart.objects.filter(pk=part.pk).update(edition=published))
    _refused(lambda: EditionPart.objects.filter(edition=published, kind="leaves").update(edition=other))


@pytest.mark.parametrize(
    "given", [{"title": "x"}, {"number": 9}, {"state": "draft"}, {"embargo_until": NOW}, {"hash": "0" * 64}]
)
def test_of_a_published_edition_nothing_changes(published, given):
    _refused(lambda: Edition.objects.filter(pk=published.pk).update(**given))
    _refused(lambda: Edition.objects.filter(pk=published.pk).update(announced_at=NOW, **given))


def test_a_published_edition_is_not_deleted(published):
    rows = Edition.objects.filter(pk=published.pk)
    _refused(lambda: rows._raw_delete(rows.db))


def test_when_readers_were_told_is_written_once(published):
    rows = Edition.objects.filter(pk=published.pk)
    assert rows.update(announced_at=NOW) == 1
    _refused(lambda: rows.update(announced_at=None))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="INSERT OR REPLACE is SQLite's")
def test_replacing_is_no_way_around(published):
    def replace_part():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO editions_editionpart (id, edition_id, kind, content) "
                "SELECT id, edition_id, kind, '[]' FROM editions_editionpart WHERE edition_id = %s",
                [published.pk],
            )

    _refused(replace_part)
