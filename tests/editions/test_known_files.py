"""Files that ADME built are known again: by their id, and by their bytes where the stamp got lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from dissemination.editions import known_files
from dissemination.products.kinds import FileState
from dissemination.products.models import ProductFile

pytestmark = pytest.mark.django_db


def test_a_built_file_is_found_by_its_id_and_by_its_bytes(published, analyst):
    file = ProductFile.objects.create(
        product="brief", format="pdf", edition=published, data_version=7, title="SOCA brief", requested_by=analyst,
        state=FileState.REMOVED, sha256="ab" * 32, name="brief.pdf", built_at=timezone.now(),
    )  # fmt: skip
    for found in (
        known_files.find(file.public_id),
        known_files.find(uuid4(), "ab" * 32),
        known_files.find(None, "ab" * 32),
    ):
        assert found is not None
        assert (found.public_id, found.title, found.edition) == (file.public_id, "SOCA brief", 1)
    assert known_files.find(uuid4(), "cd" * 32) is None
    assert known_files.find(None) is None
