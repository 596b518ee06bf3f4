"""A set of counts, what Viet Nam owes of it, its focal point, an analyst; files of a test stay in its own folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from adme.accounts.models import User
from adme.reporting.models import Obligation
from databases_c.models import RecordSet
from tests.records import factories as make
from tests.reporting import factories as people


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


@pytest.fixture
def record_set(reference_data: None) -> RecordSet:
    return make.make_set("persons-trained", rules=[make.WARN])


@pytest.fixture
def report(record_set: RecordSet) -> Obligation:
    return make.make_report(record_set)


@pytest.fixture
def focal(reference_data: None) -> User:
    return people.focal_point("VNM")


@pytest.fixture
def analyst(reference_data: None) -> User:
    return people.analyst()
