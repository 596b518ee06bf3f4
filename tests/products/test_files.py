"""Asking for a file, building it as a job, and who may have it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adme.audit.models import AuditEvent
from adme.jobs.models import Job
from adme.jobs.testing import run_all_jobs
from adme.reporting.models import Notice
from dissemination.editions import storing
from dissemination.editions.models import Edition
from dissemination.editions.stamps import read_stamp
from dissemination.products import builders, selectors, services
from dissemination.products.errors import TooManyFiles, UnknownProduct
from dissemination.products.kinds import PRODUCTS
from dissemination.products.models import ProductFile

from .made import rich

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def edition(user_with: Callable[..., Any]) -> Callable[..., Edition]:
    """A published edition that holds the rich content; `embargo_until` as given."""

    def make(**given: Any) -> Edition:
        author = user_with("analyst")
        fields = {
            "title": "Figures for SOCA",
            "meeting": "Forty-first meeting of SOCA",
            "meeting_on": date(2026, 12, 1),
            "drafted_by": author,
            "taken_at": NOW,
            "data_version": 128,
            "is_demonstration": True,
        }
        made = Edition.objects.create(**fields)
        storing.store(edition=made, content=rich())
        frozen = {"number": 1, "state": "published", "published_at": NOW, "hash": "f" * 64, "published_by": author}
        Edition.objects.filter(pk=made.pk).update(**{**frozen, **given})
        made.refresh_from_db()
        return made

    return make


def csv_of(user: Any, **given: Any) -> ProductFile:
    return services.request_file(user=user, product="data", form="csv", **given)


def test_a_file_of_an_edition_is_built_and_holds_its_figures(
    edition: Callable[..., Edition], user_with: Callable[..., Any]
) -> None:
    file = csv_of(user_with("soca_member"), edition=edition())

    run_all_jobs()

    file.refresh_from_db()
    data = default_storage.open(file.file.name).read()
    assert (file.state, file.size, file.sha256) == ("ready", len(data), hashlib.sha256(data).hexdigest())
    assert file.name == "adme_edition-1_data.csv"
    assert file.is_demonstration
    assert file.expires_at is None
    stamp = read_stamp(data)
    assert stamp is not None
    assert (stamp.edition, stamp.file) == ("1", file.public_id)
    assert AuditEvent.objects.filter(action="product.built", target=f"product:{file.public_id}").exists()


def test_a_file_of_today_belongs_to_who_asked_and_goes_after_ninety_days(
    user_with: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    owner = user_with("analyst")
    file = csv_of(owner)
    run_all_jobs()
    file.refresh_from_db()
    path = file.file.name

    assert selectors.file_for(owner, file.public_id) == file
    assert selectors.file_for(user_with("analyst"), file.public_id) is None
    assert services.remove_old(now=timezone.now() + timedelta(days=89)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.remove_old(now=timezone.now() + timedelta(days=91)) == 1
    file.refresh_from_db()
    assert file.state == "removed"
    assert not default_storage.exists(path)


def test_the_same_file_is_not_built_twice(edition: Callable[..., Edition], user_with: Callable[..., Any]) -> None:
    shown, one, other = edition(), user_with("analyst"), user_with("soca_member")

    assert csv_of(one, edition=shown) == csv_of(other, edition=shown)
    assert csv_of(one) == csv_of(one)
    assert csv_of(one) != csv_of(other)
    assert Job.objects.filter(name=services.BUILD_JOB).count() == 3


def test_what_a_product_needs_is_asked_for(user_with: Callable[..., Any]) -> None:
    user = user_with("analyst")

    for given in ({"product": "state-profile", "form": "pdf"}, {"product": "body-report", "form": "pdf", "body": "XX"}):
        with pytest.raises(UnknownProduct, match="needs a"):
            services.request_file(user=user, **given)
    with pytest.raises(UnknownProduct, match="There is no product"):
        services.request_file(user=user, product="nothing", form="pdf")
    with pytest.raises(UnknownProduct, match="comes as pdf, docx, pptx, not as 'exe'"):
        services.request_file(user=user, product="brief", form="exe")
    made = services.request_file(user=user, product="state-profile", form="pdf", state="IDN", body="SLOM")
    assert made.parameters == {"state": "IDN"}


def test_five_at_once_and_thirty_an_hour(user_with: Callable[..., Any], reference_data: None) -> None:
    user = user_with("analyst")
    with time_machine.travel(NOW, tick=False):
        for state in ("IDN", "VNM", "THA", "LAO", "MYS"):
            services.request_file(user=user, product="state-profile", form="pdf", state=state)
        with pytest.raises(TooManyFiles, match="5 of your files are being built"):
            csv_of(user)
        ProductFile.objects.update(state="failed")
        ProductFile.objects.bulk_create(
            ProductFile(product="data", format="csv", data_version=1, title="x", requested_by=user, state="failed")
            for _ in range(25)
        )
        with pytest.raises(TooManyFiles, match="30 files in the last hour"):
            csv_of(user)
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert csv_of(user).state == "waiting"


def test_a_builder_that_fails_leaves_no_file_and_says_so(
    monkeypatch: pytest.MonkeyPatch, user_with: Callable[..., Any]
) -> None:
    def broken(content: Any, stamp: str, **more: Any) -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("out of ink")

    monkeypatch.setattr(builders, "builder", lambda product, form: broken)
    user = user_with("analyst")
    file = csv_of(user)

    run_all_jobs()

    file.refresh_from_db()
    assert (file.state, file.file.name, file.reason) == ("failed", "", "An unexpected error stopped the job.")
    assert not default_storage.exists(f"products/{file.public_id}/adme_v0_data.csv")
    (line,) = selectors.files_page(user).lines
    assert (line.label, line.is_ready) == ("Could not be built", False)
    assert Notice.objects.filter(user=user, kind="file").count() == 1
    assert csv_of(user) != file


def test_a_second_delivery_of_the_job_changes_nothing(user_with: Callable[..., Any]) -> None:
    file = csv_of(user_with("analyst"))
    run_all_jobs()
    before = ProductFile.objects.filter(pk=file.pk).values().get()

    Job.objects.filter(pk=file.job).update(state="queued", attempts=0, finished_at=None)
    run_all_jobs()

    assert ProductFile.objects.filter(pk=file.pk).values().get() == before


def test_an_edition_has_its_files_when_it_is_published(edition: Callable[..., Edition]) -> None:
    shown = edition()

    asked = services.request_shared(edition=shown, by=shown.drafted_by)
    again = services.request_shared(edition=shown, by=shown.drafted_by)

    assert asked == again
    assert [(file.product, file.format) for file in asked] == list(services.SHARED)
    assert set(services.SHARED) <= {(key, form) for key, one in PRODUCTS.items() for form in one.formats}


def test_files_of_an_edition_under_embargo_are_only_for_who_manages_editions(
    edition: Callable[..., Edition], client_as: Callable[..., Client]
) -> None:
    shown = edition(embargo_until=NOW + timedelta(hours=2))
    analyst, reader = client_as("analyst"), client_as("soca_member")
    file = csv_of(shown.drafted_by, edition=shown)
    run_all_jobs()
    address = reverse("product_file", args=[file.public_id])

    with time_machine.travel(NOW + timedelta(hours=1, minutes=59), tick=False):
        assert analyst.get(address).status_code == 200
        assert reader.get(address).status_code == 404
        assert reader.get(reverse("product_edition_files", args=[shown.public_id])).status_code == 404
        asked = reader.post(reverse("product_files"), {"what": "data:json", "edition": str(shown.public_id)})
        assert asked.status_code == 404
        assert shown.title not in reader.get(reverse("product_files")).content.decode()
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert reader.get(address).status_code == 200
        assert reader.get(reverse("product_edition_files", args=[shown.public_id])).status_code == 200


def test_a_draft_s_files_are_its_analyst_s(edition: Callable[..., Edition], client_as: Callable[..., Client]) -> None:
    draft = edition(state="draft", number=None, published_at=None, hash="")
    file = csv_of(draft.drafted_by, edition=draft)
    run_all_jobs()

    assert selectors.file_for(draft.drafted_by, file.public_id) is not None
    assert client_as("soca_member").get(reverse("product_file", args=[file.public_id])).status_code == 404


def test_the_page_asks_builds_and_hands_over(client_as: Callable[..., Client], edition: Callable[..., Edition]) -> None:
    shown, client = edition(), client_as("soca_member")

    answer = client.post(reverse("product_files"), {"what": "data:csv", "edition": str(shown.public_id)})
    assert answer.status_code == 302
    assert "Being built" in client.get(reverse("product_files")).content.decode()
    run_all_jobs()
    page = client.get(reverse("product_files_live")).content.decode()

    file = ProductFile.objects.get()
    address = reverse("product_file", args=[file.public_id])
    assert address in page
    download = client.get(address)
    assert download.headers["Content-Disposition"] == 'attachment; filename="adme_edition-1_data.csv"'
    assert download.headers["Cache-Control"] == "private, no-store"
    assert hashlib.sha256(b"".join(download.streaming_content)).hexdigest() == file.sha256  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="product.downloaded", target=f"product:{file.public_id}").count() == 1


def test_wrong_questions_get_a_sentence(client_as: Callable[..., Client]) -> None:
    client = client_as("soca_member")

    nothing = client.post(reverse("product_files"), {"what": "state-profile:pdf"})
    unknown = client.post(reverse("product_files"), {"what": "data:csv", "edition": "no-uuid"})

    assert (nothing.status_code, unknown.status_code) == (422, 404)
    assert "needs a Member State" in nothing.content.decode()


def test_statements_do_not_grow_with_files(
    client_as: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = client_as("analyst")
    user = client.user  # type: ignore[attr-defined]

    def fill(number: int) -> None:
        ProductFile.objects.bulk_create(
            ProductFile(product="data", format="csv", data_version=1, title="x", requested_by=user, state="ready")
            for _ in range(number)
        )

    client.get(reverse("product_files"))
    counted = []
    for number in (1, 49):
        fill(number)
        with django_assert_max_num_queries(30) as queries:
            client.get(reverse("product_files"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_every_product_has_a_builder() -> None:
    for key, product in PRODUCTS.items():
        for form in product.formats:
            assert callable(builders.builder(key, form)), (key, form)


def test_the_content_of_the_edition_is_what_the_builder_gets(
    monkeypatch: pytest.MonkeyPatch, edition: Callable[..., Edition]
) -> None:
    got: list[Any] = []
    monkeypatch.setattr(
        builders, "builder", lambda product, form: lambda content, stamp, **more: got.append(content) or b"x"
    )
    shown = edition()
    csv_of(shown.drafted_by, edition=shown)

    run_all_jobs()

    (content,) = got
    assert content.figures == rich().figures
    assert replace(content, stamp=rich().stamp, changes=rich().changes).tables == rich().tables
