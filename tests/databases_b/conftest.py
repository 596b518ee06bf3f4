"""An importer that takes rows to a preview or all the way, and a checksum of what is current."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from adme.ingest import services
from adme.ingest.models import BatchState, ImportBatch
from databases_b.models import Observation
from tests.jobs.conftest import shared_database

from .files import packed

__all__ = ["_own_media", "checksum", "current", "send", "shared_database", "store", "undo"]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def quiet(done: int, message: str) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def send(reference_data: None) -> Callable[..., ImportBatch]:
    """`send(content, name="data.csv", **options)`: received and read, up to preview or refusal."""

    def receive_and_read(content: bytes, name: str = "data.zip", **options: Any) -> ImportBatch:
        wanted = services.Options(**options)
        batch = services.receive(chunks=[content], filename=name, options=wanted, in_background=False)
        return services.read(batch_id=batch.pk, progress=quiet)

    return receive_and_read


@pytest.fixture
def store(send: Callable[..., ImportBatch]) -> Callable[..., ImportBatch]:
    """`store(rows, **options)`: rows through the whole pipeline, new indicators allowed; the applied batch."""

    def import_rows(rows: Iterable[tuple], **options: Any) -> ImportBatch:
        titles, released = options.pop("titles", None), options.pop("released", "2026-01-31")
        batch = send(packed(rows, titles, released), **{"create_indicators": True, **options})
        assert batch.state == BatchState.PREVIEWED, list(batch.problems.values_list("code", "hint"))
        services.approve(batch_id=batch.pk, by=None, in_background=False)
        return services.apply(batch_id=batch.pk)

    return import_rows


@pytest.fixture
def undo() -> Callable[[ImportBatch], ImportBatch]:
    def take_back(batch: ImportBatch) -> ImportBatch:
        opened = services.undo(batch_id=batch.pk, reason="wrong file", by=None, in_background=False)
        return services.apply(batch_id=opened.pk)

    return take_back


def current() -> list[tuple]:
    """Every current observation by its codes, in order."""
    rows = Observation.objects.filter(closed_by__isnull=True).values_list(
        "series__indicator__dataset__code",
        "series__indicator__code",
        "series__area__code",
        "series__dimensions",
        "period",
        "value",
        "obs_status",
        "note__text",
    )
    return sorted(rows, key=str)


def checksum() -> str:
    return hashlib.sha256(repr(current()).encode()).hexdigest()
