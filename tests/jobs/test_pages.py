"""Pages of jobs: who sees what, live progress, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adme.audit.models import AuditEvent
from adme.jobs import live, services
from adme.jobs.models import Job, JobLogLine

pytestmark = pytest.mark.django_db
ClientAs = Callable[..., Any]


def _job(by: Any = None, **fields: Any) -> Job:
    job = services.enqueue("test.report", args={}, title="Preview of a file", by=by)
    Job.objects.filter(pk=job.pk).update(**fields)
    return Job.objects.get(pk=job.pk)


def _at(name: str, job: Job) -> str:
    return reverse(name, args=[job.pk])


@pytest.mark.parametrize(
    ("role", "sees"),
    [("analyst", True), ("administrator", True), ("soca_member", False), ("me_officer", False), ("focal_point", False)],
)
def test_the_jobs_of_others_need_the_permission(role: str, sees: bool, client_as: ClientAs) -> None:
    client = client_as(role)
    others, own = _job(), _job(by=client.user)

    for name in ("job_detail", "job_progress"):
        assert client.get(_at(name, others)).status_code == (200 if sees else 404)
        assert client.get(_at(name, own)).status_code == 200
    listed = client.get(reverse("job_list")).content.decode()
    assert str(own.pk) in listed
    assert (str(others.pk) in listed) is sees


@pytest.mark.parametrize(("role", "may"), [("analyst", True), ("soca_member", False)])
def test_only_who_sees_a_job_may_cancel_or_retry_it(role: str, may: bool, client_as: ClientAs) -> None:
    client = client_as(role)
    queued, failed = _job(), _job(state="failed", attempts=3)

    codes = [client.post(_at("job_cancel", queued)).status_code, client.post(_at("job_retry", failed)).status_code]

    queued.refresh_from_db()
    failed.refresh_from_db()
    assert codes == ([302, 302] if may else [404, 404])
    assert (queued.state, failed.state) == (("cancelled", "queued") if may else ("queued", "failed"))
    assert AuditEvent.objects.filter(action__startswith="job.").count() == (2 if may else 0)


def test_acting_needs_a_post(client_as: ClientAs) -> None:
    client = client_as("analyst")
    job = _job()

    assert client.get(_at("job_cancel", job)).status_code == 405
    assert client.get(_at("job_retry", job)).status_code == 405


def test_acting_too_late_says_so_and_changes_nothing(client_as: ClientAs) -> None:
    client = client_as("analyst")
    job = _job(state="running", attempts=1)

    page = client.post(_at("job_cancel", job), follow=True)

    assert "has already started" in page.content.decode()
    assert Job.objects.get(pk=job.pk).state == "running"


def test_strangers_are_asked_to_log_in() -> None:
    job = _job()

    for address in (reverse("job_list"), _at("job_detail", job), _at("job_progress", job)):
        assert Client().get(address).status_code == 302


def test_a_job_that_is_not_there_is_not_found(client_as: ClientAs) -> None:
    assert client_as("analyst").get(reverse("job_detail", args=[uuid4()])).status_code == 404


def test_a_running_job_is_polled_and_shows_how_far_it_is(client_as: ClientAs) -> None:
    job = _job(state="running", attempts=1, done=25, total=100, message="Reading rows")

    page = client_as("analyst").get(_at("job_detail", job)).content.decode()

    assert 'hx-trigger="every 2s"' in page
    assert 'value="25"' in page
    assert "Reading rows" in page
    assert 'http-equiv="refresh"' in page, "without scripts the page loads itself anew"


def test_while_the_size_is_unknown_the_bar_has_no_value(client_as: ClientAs) -> None:
    job = _job(state="running", attempts=1)

    page = client_as("analyst").get(_at("job_progress", job)).content.decode()

    assert "<progress" in page
    assert "value=" not in page


def test_what_runs_in_this_process_is_shown_before_it_is_stored(client_as: ClientAs) -> None:
    job = _job(state="running", attempts=1)
    live.put(job.pk, live.Running(attempt=1, done=1, total=2, message="In memory"))
    try:
        assert "In memory" in client_as("analyst").get(_at("job_detail", job)).content.decode()
    finally:
        live.drop(job.pk, 1)


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_polling_stops_when_the_job_has_ended(state: str, client_as: ClientAs) -> None:
    job = _job(state=state, attempts=1)
    client = client_as("analyst")

    for name in ("job_detail", "job_progress"):
        fragment = client.get(_at(name, job), headers={"HX-Request": "true"}).content.decode()
        assert "hx-trigger" not in fragment
        assert "<html" not in fragment


def test_the_page_around_can_be_loaded_anew_when_the_job_has_ended(client_as: ClientAs) -> None:
    client = client_as("analyst")
    running, ended = _job(state="running", attempts=1), _job(state="succeeded", attempts=1)

    assert "HX-Refresh" not in client.get(_at("job_progress", running), {"reload": "1"})
    assert client.get(_at("job_progress", ended), {"reload": "1"})["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(_at("job_progress", ended))


def test_an_ended_job_shows_outcome_log_and_what_it_produced(client_as: ClientAs) -> None:
    job = _job(
        state="succeeded",
        attempts=2,
        link="/imports/7/",
        outcome={"rows": {"new": 1200}, "areas_kept": ["IDN", "VNM"], "checked": True, "as_of": None},
    )
    JobLogLine.objects.create(job=job, attempt=2, text="<b>Read</b> 3 files")

    page = client_as("analyst").get(_at("job_detail", job)).content.decode()

    assert 'href="/imports/7/"' in page
    assert "Rows: new" in page
    assert "1\u2009200" in page
    assert "IDN, VNM" in page
    assert "&lt;b&gt;Read&lt;/b&gt; 3 files" in page


def test_a_failed_job_says_why_and_offers_another_try(client_as: ClientAs) -> None:
    job = _job(state="failed", attempts=3, error="The file holds no observations.")

    page = client_as("analyst").get(_at("job_detail", job)).content.decode()

    assert "The file holds no observations." in page
    assert _at("job_retry", job) in page
    assert _at("job_cancel", job) not in page


def test_the_list_is_filtered_by_the_address(client_as: ClientAs) -> None:
    client = client_as("analyst")
    failed, queued = _job(state="failed"), _job()

    page = client.get(reverse("job_list"), {"state": "failed"}).content.decode()
    assert str(failed.pk) in page
    assert str(queued.pk) not in page

    for nonsense in ({"state": "nonsense"}, {"page": "x"}, {"page": "999"}):
        assert str(failed.pk) in client.get(reverse("job_list"), nonsense).content.decode()


def test_an_empty_list_says_why(client_as: ClientAs) -> None:
    client = client_as("analyst")

    assert "No job yet" in client.get(reverse("job_list")).content.decode()
    assert "No job is in this state" in client.get(reverse("job_list"), {"state": "failed"}).content.decode()


def test_the_list_costs_the_same_for_one_job_and_for_fifty(client_as: ClientAs) -> None:
    client = client_as("analyst")
    _job(by=client.user)
    client.get(reverse("job_list"))

    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("job_list"))
    for _ in range(49):
        _job(by=client.user)
    with CaptureQueriesContext(connection) as fifty:
        assert "1 to 25 of 50" in client.get(reverse("job_list")).content.decode()

    assert len(fifty) == len(one)


@pytest.mark.parametrize("name", ["job_list", "job_detail"])
def test_pages_keep_to_the_content_security_policy(name: str, client_as: ClientAs) -> None:
    job = _job(state="running", attempts=1, total=4, done=1)
    address = reverse(name) if name == "job_list" else _at(name, job)

    page = client_as("analyst").get(address).content.decode()

    for forbidden in (" style=", " onclick=", "hx-on", "<style", "javascript:"):
        assert forbidden not in page
