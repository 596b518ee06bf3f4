"""One report of SOMHD with its officer and an analyst; files of a test stay in its own folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adme.accounts.models import User
from adme.reporting.models import Obligation
from tests.jobs.conftest import shared_database

from . import factories

__all__ = ["shared_database"]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def report(reference_data: None) -> Obligation:
    return factories.make_obligation("SOMHD")


@pytest.fixture
def officer(reference_data: None) -> User:
    return factories.officer("SOMHD")


@pytest.fixture
def analyst(reference_data: None) -> User:
    return factories.analyst()
