"""The database refuses to change what was reported, even past Django."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from . import factories as make

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.mark.parametrize("table", ["reporting_revision", "reporting_revisioncontent", "reporting_recordchange"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_reported_is_neither_changed_nor_deleted(table, statement, report, officer):
    make.submitted(report, officer)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL knows no REPLACE")
def test_replace_does_not_go_around_it(report, officer):
    make.submitted(report, officer)
    statement = "INSERT OR REPLACE INTO reporting_revisioncontent (id, sha256, data) SELECT id, sha256, '{}' FROM "

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}reporting_revisioncontent")
