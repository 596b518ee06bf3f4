"""A person who looks at a preview at the moment it is applied sees a page, not an error."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.urls import reverse

from adme.accounts.models import Role
from adme.ingest import targets
from databases_b.importing import staging
from databases_b.importing.staging import Tables

from .files import NEET, packed

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview(send):
    return send(packed([(NEET, "IDN", 2020, "24")]), create_indicators=True)


def test_staging_that_goes_between_two_looks_leaves_a_page(client_as, preview, monkeypatch):
    target = targets.get("observations")
    address = reverse("import_detail", args=[preview.public_id])
    client = client_as(Role.ANALYST)
    assert client.get(address).status_code == 200
    looked = target.is_staged

    def then_dropped(batch):
        """Says that the staging stands, and takes it away: what an apply does that ends just now."""
        there = looked(batch)
        staging.drop(Tables(batch.pk))
        return there

    monkeypatch.setattr(target, "is_staged", then_dropped)
    assert client.get(address).status_code == 200


def test_another_fault_of_the_database_is_not_hidden(client_as, preview, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(targets.get("observations"), "changes", broken)
    with pytest.raises(OperationalError, match="disk"):
        client_as(Role.ANALYST).get(reverse("import_detail", args=[preview.public_id]))
