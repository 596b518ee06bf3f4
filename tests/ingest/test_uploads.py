"""A file that is too large stops at the limit: a sentence instead of a full disk."""

from __future__ import annotations

import tracemalloc
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from adme.accounts.models import Role
from adme.ingest import services, storage
from adme.ingest.errors import FileTooLarge
from adme.ingest.models import ImportBatch
from adme.ingest.uploads import DRAIN_FACTOR, FORM_ALLOWANCE, LimitedUpload

pytestmark = pytest.mark.django_db

MEGABYTE = 1 << 20


class Endless:
    """A body that is read but never held: it counts what was asked of it."""

    def __init__(self, size):
        self.left, self.most = size, 0

    def read(self, size=-1):
        count = min(self.left, size if size >= 0 else self.left)
        self.left -= count
        self.most = max(self.most, count)
        return b"x" * count


def test_an_upload_over_the_limit_is_answered_with_413_and_a_sentence(client_as, settings):
    settings.IMPORT_MAX_BYTES = 1000
    upload = SimpleUploadedFile("big.csv", b"x" * (FORM_ALLOWANCE + 2000))

    response = client_as(Role.ANALYST).post(reverse("import_new"), {"file": upload, "format": "auto"})

    assert response.status_code == 413
    assert "Nothing was kept" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_just_over_the_limit_is_caught_while_it_arrives(client_as, settings):
    settings.IMPORT_MAX_BYTES = 1000
    upload = SimpleUploadedFile("big.csv", b"x" * 1001)

    response = client_as(Role.ANALYST).post(reverse("import_new"), {"file": upload, "format": "auto"})

    assert response.status_code == 413


def test_a_file_at_the_limit_is_taken(client_as, settings):
    content = b"INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE\n"
    settings.IMPORT_MAX_BYTES = len(content)

    response = client_as(Role.ANALYST).post(
        reverse("import_new"), {"file": SimpleUploadedFile("a.csv", content), "format": "auto", "on_vanished": "keep"}
    )

    assert response.status_code == 302


def test_300_megabytes_are_dropped_in_small_pieces(settings):
    settings.IMPORT_MAX_BYTES = 100 * MEGABYTE
    handler = LimitedUpload(RequestFactory().post("/"), settings.IMPORT_MAX_BYTES)
    body = Endless(300 * MEGABYTE)

    tracemalloc.start()
    handler.handle_raw_input(body, {}, 300 * MEGABYTE, b"")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert handler.exceeded
    assert body.left == 0
    assert peak < MEGABYTE


def test_an_absurd_length_is_not_even_read():
    handler = LimitedUpload(RequestFactory().post("/"), MEGABYTE)
    body = Endless(2 * DRAIN_FACTOR * MEGABYTE)

    handler.handle_raw_input(body, {}, body.left, b"")

    assert handler.exceeded
    assert body.left == 2 * DRAIN_FACTOR * MEGABYTE


def test_a_stream_without_an_announced_length_stops_at_the_limit_and_leaves_no_file(settings, tmp_path):
    settings.IMPORT_MAX_BYTES = 5 * MEGABYTE
    settings.MEDIA_ROOT = tmp_path
    given = SimpleNamespace(chunks=0)

    def endless():
        while True:
            given.chunks += 1
            yield b"x" * MEGABYTE

    with pytest.raises(FileTooLarge, match="5 MB"):
        services.receive(chunks=endless(), filename="big.csv", options=services.Options())

    assert given.chunks == 6
    assert not list(tmp_path.rglob("*.csv"))
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(("limit", "words"), [(2_000_000, "1.9 MB"), (100 * 1024 * 1024, "100 MB")])
def test_the_limit_is_said_in_one_way(client_as, settings, limit, words):
    settings.IMPORT_MAX_BYTES = limit

    page = client_as(Role.ANALYST).get(reverse("import_new")).content.decode()

    assert page.count(words) == 2
    assert words in storage.limit_sentence()


def test_only_the_listed_samples_are_served(client_as):
    client = client_as(Role.ANALYST)

    assert client.get(reverse("import_sample", args=["sample_with_errors.csv"])).status_code == 200
    for name in ("README.md", "..", "missing.csv"):
        assert client.get(f"/imports/samples/{name}").status_code == 404
