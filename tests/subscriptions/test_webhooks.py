"""Webhooks: who registers them, what is sent and signed, what follows a failure, and what the log keeps."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from adme.accounts.models import Role
from adme.audit.models import AuditEvent
from adme.jobs.models import Job, JobState
from adme.jobs.testing import run_all_jobs
from adme.reporting.models import Notice
from dissemination.editions.models import Edition
from dissemination.subscriptions import sending, watching, webhooks
from dissemination.subscriptions.errors import DeliveryFailed, NotReachable
from dissemination.subscriptions.models import Delivery, DeliveryState, Endpoint, EndpointState
from dissemination.subscriptions.run_changes import changes_of_run
from dissemination.subscriptions.signing import secret_of

from .conftest import HOST, Server

pytestmark = pytest.mark.django_db
URL = f"https://{HOST}/adme"
ROOT = Path(__file__).resolve().parent.parent.parent
FIGURES = {("31c", "IDN", 2023): 21.4, ("31c", "VNM", 2023): 11.0, ("31b", "IDN", 2023): 5.0}


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.WEBHOOK_HOSTS = [HOST]


@pytest.fixture
def admin(client_as):
    return client_as(Role.ADMINISTRATOR)


@pytest.fixture
def endpoint(admin):
    return webhooks.register(name="Portal", url=URL, events=["kpi.changed", "edition.released"], by=admin.user)


def schema():
    text = (ROOT / "docs" / "subscriptions.md").read_text(encoding="utf-8")
    return json.loads(re.search(r"```json\n(.*?)```", text, re.S).group(1))


def waiting(endpoint):
    return Delivery.objects.get(endpoint=endpoint, state=DeliveryState.WAITING)


@pytest.fixture
def through(server: Server, monkeypatch):
    """Jobs reach the server of the test: the function they call is handed its network, since no setting can do it."""
    deliver = webhooks.deliver
    monkeypatch.setattr(webhooks, "deliver", lambda pk: deliver(pk, network=server.network()))
    return server


# --- registering ------------------------------------------------------------------------------------------------------


def test_an_administrator_registers_a_system_and_sees_its_secret_once(admin):
    order = {"name": "Portal", "url": URL, "events": ["kpi.changed"]}
    page = admin.post("/webhooks/", order).content.decode()
    made = Endpoint.objects.get()
    secret = secret_of(made)
    assert secret in page
    assert secret not in admin.get("/webhooks/").content.decode()
    assert secret not in admin.get(f"/webhooks/{made.public_id}/").content.decode()
    assert secret not in str(list(Endpoint.objects.values())), "the table cannot sign"
    assert secret not in str(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.filter(action="webhook.registered", actor=admin.user.email).exists()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SOCA_MEMBER, Role.ME_OFFICER, Role.FOCAL_POINT, None])
def test_nobody_else_does(admin, client_as, endpoint, role):
    other = client_as(role)
    order = {"name": "Portal 2", "url": URL, "events": ["kpi.changed"]}
    one = f"/webhooks/{endpoint.public_id}/"
    assert other.get("/webhooks/").status_code == 403
    assert other.post("/webhooks/", order).status_code == 403
    assert other.get(one).status_code == 403
    assert other.post(f"{one}act/", {"act": "end"}).status_code == 403
    assert Endpoint.objects.count() == 1
    assert admin.get(one).status_code == 200
    assert admin.post("/webhooks/", order).status_code == 200
    assert Endpoint.objects.count() == 2


@pytest.mark.parametrize("url", [
    "http://hooks.example.org/", "https://other.example.org/", "https://127.0.0.1/", "https://u@hooks.example.org/",
    "https://hooks.example.org:8443/", "file:///etc/passwd", "https://0x7f000001/",
])  # fmt: skip
def test_an_address_that_may_not_be_told_is_not_registered(admin, url):
    answer = admin.post("/webhooks/", {"name": "Portal", "url": url, "events": ["kpi.changed"]})
    assert answer.status_code == 422
    assert not Endpoint.objects.exists()


def test_without_a_list_of_hosts_webhooks_are_off(admin, settings, endpoint):
    settings.WEBHOOK_HOSTS = []
    assert "Webhooks are off" in admin.get("/webhooks/").content.decode()
    answer = admin.post("/webhooks/", {"name": "Portal", "url": URL, "events": ["kpi.changed"]})
    assert answer.status_code == 422
    delivery = webhooks.send_test(endpoint=endpoint, by=admin.user)
    assert "WEBHOOK_HOSTS" in webhooks.deliver(delivery.pk), "what was registered before is told no more either"


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_a_run_tells_how_many_figures_of_which_leaves_changed(endpoint, run, through: Server):
    run(FIGURES)
    run_all_jobs()
    (asked,) = through.asked
    head, _, body = asked.partition(b"\r\n\r\n")
    told = json.loads(body)
    jsonschema.validate(told, schema())
    assert told["type"] == "kpi.changed"
    assert {one["code"]: one["figures"] for one in told["data"]["leaves"]} == {"31c": 2, "31b": 1}
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    delivery = Delivery.objects.get()
    assert headers["X-ADME-Delivery"] == told["id"] == str(delivery.public_id)
    assert (delivery.state, delivery.code, delivery.attempts, delivery.problem) == ("delivered", 204, 1, "")
    assert delivery.milliseconds is not None


def test_the_signature_is_of_timestamp_and_body_with_the_secret_of_the_endpoint(admin, endpoint, server: Server):
    delivery = webhooks.send_test(endpoint=endpoint, by=admin.user)
    now = timezone.now()
    webhooks.deliver(delivery.pk, network=server.network(), now=now)
    head, _, body = server.asked[0].partition(b"\r\n\r\n")
    sent = re.search(r"X-ADME-Signature: t=(\d+),v1=([0-9a-f]{64})", head.decode())
    signed = f"{int(now.timestamp())}.".encode() + body
    assert sent.group(1) == str(int(now.timestamp()))
    assert sent.group(2) == hmac.new(secret_of(endpoint).encode(), signed, hashlib.sha256).hexdigest()
    jsonschema.validate(json.loads(body), schema())


def test_a_new_secret_or_another_key_of_the_site_signs_otherwise(admin, endpoint, settings):
    first = secret_of(endpoint)
    second = webhooks.renew_secret(endpoint=endpoint, by=admin.user)
    settings.SECRET_KEY = "another key of the site, long enough to be one"
    assert len({first, second, secret_of(endpoint)}) == 3


def test_a_release_tells_which_edition(endpoint, user_with):
    by = user_with(Role.ANALYST)
    edition = Edition.objects.create(title="T", meeting="M", meeting_on="2026-12-01", drafted_by=by)
    Edition.objects.filter(pk=edition.pk).update(
        number=3, state="published", published_at=timezone.now(), hash="a" * 64, data_version=7
    )
    made = Edition.objects.get(pk=edition.pk)
    assert webhooks.after_release(made, now=timezone.now()) == 1
    told = json.loads(webhooks.payload(waiting(endpoint)))
    jsonschema.validate(told, schema())
    assert (told["data"]["number"], told["data"]["hash"]) == (3, "a" * 64)
    assert by.email not in json.dumps(told)


def test_the_same_event_twice_is_one_delivery(endpoint, run, through: Server):
    run(FIGURES)
    run_all_jobs()
    Job.objects.update(state=JobState.QUEUED, max_attempts=9)
    run_all_jobs()
    assert Delivery.objects.count() == 1
    assert len(through.asked) == 1


def test_who_did_not_ask_for_an_event_is_not_told(admin, run, through: Server):
    webhooks.register(name="Editions only", url=URL, events=["edition.released"], by=admin.user)
    run(FIGURES)
    run_all_jobs()
    assert not Delivery.objects.exists()
    assert through.asked == []


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_until_it_is_given_up(endpoint, run, through: Server):
    through.answer = b"HTTP/1.1 500 Internal Server Error\r\n\r\n"
    run(FIGURES)
    run_all_jobs()
    assert len(through.asked) == webhooks.ATTEMPTS
    assert len({one.partition(b"\r\n\r\n")[2] for one in through.asked}) == 1, "the same event each time"
    delivery, told = Delivery.objects.get(), Endpoint.objects.get()
    assert (delivery.state, delivery.code, delivery.attempts) == ("given_up", 500, webhooks.ATTEMPTS)
    assert (told.state, told.failures) == (EndpointState.FAILING, 1)


def test_what_gets_through_after_a_failure_makes_it_work_again(endpoint, run, through: Server):
    Endpoint.objects.update(state=EndpointState.FAILING, failures=3)
    run(FIGURES)
    run_all_jobs()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.failures) == (EndpointState.WORKING, 0)


def test_a_redirect_is_a_failure(endpoint, run, server: Server):
    server.answer = b"HTTP/1.1 301 Moved\r\nLocation: https://other.example.org/\r\n\r\n"
    made = run(FIGURES).pk
    webhooks.after_run(made, changes_of_run(made), now=timezone.now())
    with pytest.raises(DeliveryFailed, match="not followed"):
        webhooks.deliver(waiting(endpoint).pk, network=server.network())
    assert server.connections == 1


def test_after_five_events_in_a_row_it_is_switched_off_and_administrators_told_once(
    admin, endpoint, run, through: Server, user_with
):
    analyst = user_with(Role.ANALYST)
    through.answer = b"HTTP/1.1 404 Not Found\r\n\r\n"
    for year in range(2000, 2000 + webhooks.DISABLED_AFTER):
        run({("31c", "IDN", year): 1.0})
    run_all_jobs()
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.DISABLED
    told = Notice.objects.filter(title__startswith="Webhook switched off")
    assert [one.user_id for one in told] == [admin.user.pk]
    assert not told.filter(user=analyst).exists()
    asked = len(through.asked)
    run({("31c", "IDN", 2020): 1.0})
    run_all_jobs()
    assert len(through.asked) == asked, "nothing more is sent"
    admin.post(f"/webhooks/{endpoint.public_id}/act/", {"act": "resume"})
    through.answer = b"HTTP/1.1 200 OK\r\n\r\n"
    run({("31c", "IDN", 2021): 1.0})
    run_all_jobs()
    assert len(through.asked) == asked + 1


def test_what_waits_when_it_is_paused_is_not_sent(admin, endpoint, run, through: Server):
    made = run(FIGURES).pk
    webhooks.after_run(made, changes_of_run(made), now=timezone.now())
    admin.post(f"/webhooks/{endpoint.public_id}/act/", {"act": "pause"})
    run_all_jobs()
    assert Delivery.objects.get().state == DeliveryState.DROPPED
    assert through.asked == []


def test_a_test_event_is_tried_once_and_does_not_count_as_a_failure(admin, endpoint, through: Server):
    through.answer = b"HTTP/1.1 500 Broken\r\n\r\n"
    admin.post(f"/webhooks/{endpoint.public_id}/act/", {"act": "test"})
    run_all_jobs()
    endpoint.refresh_from_db()
    assert len(through.asked) == 1
    assert (endpoint.state, endpoint.failures) == (EndpointState.WORKING, 0)
    page = admin.get(f"/webhooks/{endpoint.public_id}/").content.decode()
    assert "The answer was 500." in page


def test_a_host_taken_off_the_list_is_told_no_more(endpoint, run, through: Server, settings, admin):
    settings.WEBHOOK_HOSTS = ["other.example.org"]
    delivery = webhooks.send_test(endpoint=endpoint, by=admin.user)
    run_all_jobs()
    delivery.refresh_from_db()
    assert "not on the list" in delivery.problem
    assert through.connections == 0


def test_a_name_that_now_leads_inside_is_not_connected_to(endpoint, admin, monkeypatch):
    monkeypatch.setattr(sending.socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    delivery = webhooks.send_test(endpoint=endpoint, by=admin.user)
    inside = sending.Network(resolve=lambda host: ["169.254.169.254"])
    assert "not public" in webhooks.deliver(delivery.pk, network=inside)


def test_an_ended_webhook_is_gone(admin, endpoint, run, through: Server):
    one = f"/webhooks/{endpoint.public_id}/"
    assert admin.post(f"{one}act/", {"act": "nothing"}).status_code == 404
    assert admin.post(f"{one}act/", {"act": "end"}).status_code == 302
    assert admin.get(one).status_code == 404
    assert admin.post(f"{one}act/", {"act": "resume"}).status_code == 404
    run(FIGURES)
    run_all_jobs()
    assert through.asked == []


def test_old_lines_of_the_log_are_removed_and_waiting_ones_kept(admin, endpoint):
    old = webhooks.send_test(endpoint=endpoint, by=admin.user, now=timezone.now() - 2 * webhooks.KEPT)
    kept = webhooks.send_test(endpoint=endpoint, by=admin.user)
    assert webhooks.clean() == 0
    Delivery.objects.update(state=DeliveryState.DELIVERED)
    assert webhooks.clean() == 1
    assert list(Delivery.objects.values_list("pk", flat=True)) == [kept.pk]
    assert old.pk != kept.pk


def test_there_are_not_more_than_so_many(admin, endpoint, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_ENDPOINTS", 1)
    with pytest.raises(NotReachable, match="End one first"):
        webhooks.register(name="One more", url=URL, events=["kpi.changed"], by=admin.user)


@pytest.mark.parametrize("address", ["/webhooks/", "one"])
def test_the_pages_take_as_many_statements_for_many_rows_as_for_one(admin, endpoint, address):
    address = f"/webhooks/{endpoint.public_id}/" if address == "one" else address

    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(address).status_code == 200
        return len(seen)

    webhooks.send_test(endpoint=endpoint, by=admin.user)
    statements()
    few = statements()
    for number in range(15):
        made = webhooks.register(name=f"Portal {number}", url=URL, events=["kpi.changed"], by=admin.user)
        webhooks.send_test(endpoint=made, by=admin.user)
        webhooks.send_test(endpoint=endpoint, by=admin.user)
    assert statements() == few


def test_watching_and_webhooks_do_not_stand_in_each_others_way(admin, endpoint, run, through: Server):
    watching.watch(user=admin.user, kind="leaf", code="31c")
    through.answer = b"HTTP/1.1 500 Broken\r\n\r\n"
    run(FIGURES)
    run_all_jobs()
    assert Notice.objects.filter(user=admin.user, kind=Notice.Kind.WATCHED, title__contains="31c").count() == 1
