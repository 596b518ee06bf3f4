"""`import_observations --once`: what sets up a demonstration may run again and again."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from adme.audit.models import AuditEvent
from adme.ingest.models import ImportBatch

from .files import NEET, packed

pytestmark = pytest.mark.django_db


def run(path, **options) -> str:
    out = io.StringIO()
    call_command("import_observations", str(path), apply=True, new_indicators=True, stdout=out, **options)
    return out.getvalue()


def test_a_file_that_was_applied_before_leaves_no_trace(reference_data, tmp_path):
    path = tmp_path / "data.zip"
    path.write_bytes(packed([(NEET, "IDN", 2020, "24")]))
    run(path, once=True)
    before = ImportBatch.objects.count(), AuditEvent.objects.count()
    assert "applied before" in run(path, once=True)
    assert (ImportBatch.objects.count(), AuditEvent.objects.count()) == before
    run(path)
    assert ImportBatch.objects.count() == before[0] + 1


def test_another_file_is_applied(reference_data, tmp_path):
    for name, value in (("one.zip", "24"), ("two.zip", "25")):
        (tmp_path / name).write_bytes(packed([(NEET, "IDN", 2020, value)]))
        assert "applied before" not in run(tmp_path / name, once=True)
    assert ImportBatch.objects.filter(state="applied").count() == 2
