"""One set with its report and the people around it; files of a test stay in its own folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adme.accounts.models import User
from adme.reporting.models import Obligation
from databases_c.models import RecordSet
from tests.records import factories as make
from tests.reporting import factories as people


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def record_set(reference_data: None) -> RecordSet:
    return make.make_set("trained", rules=[make.WARN], most_refused=0.3)


@pytest.fixture
def report(record_set: RecordSet) -> Obligation:
    return make.make_report(record_set)


@pytest.fixture
def sender(reference_data: None) -> User:
    return people.focal_point("VNM")


@pytest.fixture
def analyst(reference_data: None) -> User:
    return people.analyst()
