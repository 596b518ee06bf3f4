"""One small world for the tests of the API, files of their own, and rates that begin anew with every test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from .world import World, make_world


@pytest.fixture(autouse=True)
def _own_media_and_rates(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


@pytest.fixture
def world(reference_data: None) -> World:
    return make_world()
