"""Two at once: real connections, real commits."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from adme.ingest import services
from adme.ingest.errors import IngestError
from adme.ingest.models import BatchState, ImportBatch
from databases_b.importing.engine import Busy, engine
from databases_b.models import Observation

from .files import NEET, packed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]

ROWS = [(NEET, "IDN", year, str(20 + year % 5)) for year in range(2010, 2025)]


def together(*acts):
    """Run each act in a thread of its own, as nearly at once as can be; what they raised, by place."""
    start = threading.Barrier(len(acts))
    raised: list[BaseException | None] = [None] * len(acts)

    def run(place, act):
        try:
            start.wait(timeout=10)
            act()
        except BaseException as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def approved(send):
    batch = send(packed(ROWS), create_indicators=True)
    return services.approve(batch_id=batch.pk, by=None, in_background=False)


def test_the_same_batch_applied_by_two_workers_has_one_effect(send):
    batch = approved(send)

    raised = together(*[lambda: services.apply(batch_id=batch.pk)] * 2)

    assert raised == [None, None]
    assert Observation.objects.count() == len(ROWS)
    assert ImportBatch.objects.get().state == BatchState.APPLIED


def test_two_batches_of_the_same_file_applied_at_once_have_one_effect(send):
    batches = [approved(send) for _ in range(2)]

    raised = together(*[lambda pk=batch.pk: services.apply(batch_id=pk) for batch in batches])

    assert sum(isinstance(error, IngestError) for error in raised) == 1
    assert Observation.objects.count() == len(ROWS)
    assert sorted(ImportBatch.objects.values_list("state", flat=True)) == [BatchState.APPLIED, BatchState.APPROVED]


def test_a_file_is_not_read_by_two_workers_at_once(send):
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite all workers share one process, and the job's lease keeps the second out.")
    batch = send(packed(ROWS), create_indicators=True)
    vendor = engine()
    from databases_b.importing.target import _key

    with vendor.alone(_key("preview", str(batch.pk))):
        raised = together(lambda: services.read(batch_id=batch.pk, progress=lambda done, message: None))

    assert isinstance(raised[0], Busy)
    assert services.read(batch_id=batch.pk, progress=lambda done, message: None).state == BatchState.PREVIEWED


def test_readers_see_an_import_whole_or_not_at_all(send):
    batch = approved(send)
    seen: set[int] = set()
    done = threading.Event()

    def watch():
        while not done.is_set():
            seen.add(Observation.objects.filter(closed_by__isnull=True).count())

    def apply():
        try:
            services.apply(batch_id=batch.pk)
        finally:
            done.set()

    assert together(watch, apply) == [None, None]
    assert seen <= {0, len(ROWS)}
