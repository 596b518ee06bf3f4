"""Webhooks: endpoints of other systems, the events they are told, and each attempt to deliver one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from adme.accounts.models import User
from adme.accounts.permissions import Permission
from adme.audit import services as audit
from adme.jobs import services as jobs
from adme.reporting.models import Notice
from adme.reporting.services import outbox
from dissemination.editions.models import Edition, EditionChange
from dissemination.editions.states import Cause

from . import people, sending
from .addresses import absolute_of
from .errors import DeliveryFailed, NotReachable
from .models import (
    SUBSCRIBED,
    TOLD_STATES,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
    EventType,
    new_seed,
)
from .run_changes import FigureChange
from .signing import SIGNATURE_HEADER, secret_of, signature

DELIVER_JOB = "subscriptions.deliver"
ATTEMPTS = 5
BACK_OFF = (30, 120, 600, 1800)  # seconds after each failed attempt
DISABLED_AFTER = 5  # events given up one after the other
MOST_ENDPOINTS = 20
KEPT = timedelta(days=90)


# --- endpoints --------------------------------------------------------------------------------------------------------


def hosts() -> list[str]:
    return list(settings.WEBHOOK_HOSTS)


@transaction.atomic
def register(*, name: str, url: str, events: Collection[str], by: User) -> Endpoint:
    """NotReachable where the address is not one that may be told. Nothing is sent."""
    sending.checked(url, hosts=hosts())
    chosen = [str(one.value) for one in SUBSCRIBED if one in events]
    if Endpoint.objects.exclude(state=EndpointState.ENDED).count() >= MOST_ENDPOINTS:
        raise NotReachable(f"There are {MOST_ENDPOINTS} webhooks already, the most that is possible. End one first.")
    endpoint = Endpoint.objects.create(name=name, url=url, events=chosen, created_by=by)
    _trail("registered", endpoint, by, after={"name": name, "url": url, "events": chosen})
    return endpoint


@transaction.atomic
def renew_secret(*, endpoint: Endpoint, by: User) -> str:
    endpoint.seed = new_seed()
    endpoint.save(update_fields=["seed"])
    _trail("secret_renewed", endpoint, by)
    return secret_of(endpoint)


@transaction.atomic
def set_state(*, endpoint: Endpoint, state: EndpointState, by: User) -> None:
    """Pause, resume (the count of failures begins anew) or end. An ended one never comes back."""
    before = endpoint.state
    endpoint.state = state
    if state == EndpointState.WORKING:
        endpoint.failures = 0
    endpoint.save(update_fields=["state", "failures"])
    _trail(f"{state.value}", endpoint, by, before={"state": before})


@transaction.atomic
def send_test(*, endpoint: Endpoint, by: User, now: datetime | None = None) -> Delivery:
    now = now or timezone.now()
    _trail("tested", endpoint, by)
    data = {"message": "This is a test event of ADME. Nothing has changed."}
    return _store(endpoint, EventType.TEST, f"test:{now.isoformat()}", data, now)


def _trail(action: str, endpoint: Endpoint, by: User | None, **told: Any) -> None:
    actor = by.email if by else "system"
    audit.record(action=f"webhook.{action}", actor=actor, target=f"webhook:{endpoint.public_id}", **told)


# --- events -----------------------------------------------------------------------------------------------------------


def after_run(run_id: int, changes: Sequence[FigureChange], *, now: datetime) -> int:
    """`kpi.changed`: how many figures of which leaves. No figure itself: who is told asks the API for it."""
    if not changes:
        return 0
    counted: dict[str, int] = {}
    for one in changes:
        counted[one.leaf] = counted.get(one.leaf, 0) + 1
    made_up = {one.leaf for one in changes if one.is_demonstration}
    leaves = [
        {"code": code, "figures": count, "is_demonstration": code in made_up, "url": absolute_of("leaf", code)}
        for code, count in counted.items()
    ]
    return _announce(EventType.KPI_CHANGED, f"run:{run_id}", {"run": run_id, "leaves": leaves}, now)


def after_release(edition: Edition, *, now: datetime) -> int:
    """`edition.released`: which edition, its hash, and how many figures differ from the one before, by cause."""
    data = {
        "number": edition.number,
        "title": edition.title,
        "meeting": edition.meeting,
        "meeting_on": edition.meeting_on.isoformat(),
        "hash": edition.hash,
        "data_version": edition.data_version,
        "is_demonstration": edition.is_demonstration,
        "changes": causes_of([edition.pk]).get(edition.pk, {}),
        "url": absolute_of("edition_detail", edition.number),
    }
    return _announce(EventType.EDITION_RELEASED, f"edition:{edition.pk}", data, now)


def causes_of(edition_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Per edition how many figures differ from the edition before, by cause, in the order of causes. One statement."""
    found: dict[int, dict[str, int]] = {}
    rows = EditionChange.objects.filter(edition_id__in=list(edition_ids)).order_by()
    counted = {(pk, cause): count for pk, cause, count in rows.values_list("edition_id", "cause").annotate(Count("pk"))}
    for pk in edition_ids:
        found[pk] = {one.value: counted[pk, one.value] for one in Cause if (pk, one.value) in counted}
    return found


@transaction.atomic
def _announce(event: EventType, key: str, data: dict[str, Any], now: datetime) -> int:
    told = [one for one in Endpoint.objects.filter(state__in=TOLD_STATES) if event in one.events]
    for endpoint in told:
        _store(endpoint, event, key, data, now)
    return len(told)


def _store(endpoint: Endpoint, event: EventType, key: str, data: dict[str, Any], now: datetime) -> Delivery:
    """The delivery and its job; the same event again gives the one that is there."""
    fields = {"event": event, "data": data, "at": now}
    delivery, is_new = Delivery.objects.get_or_create(endpoint=endpoint, key=key, defaults=fields)
    if is_new:
        jobs.enqueue(
            DELIVER_JOB,
            args={"delivery": delivery.pk},
            title=f"Tell {endpoint.name}: {event.label}"[:200],
            idempotency_key=f"{DELIVER_JOB}:{delivery.pk}",
            link=reverse("webhook_detail", args=[endpoint.public_id]),
        )
    return delivery


def is_anyone_told(event: EventType) -> bool:
    return any(event in events for events in _told().values_list("events", flat=True))


def _told() -> Any:
    return Endpoint.objects.filter(state__in=TOLD_STATES)


# --- deliveries -------------------------------------------------------------------------------------------------------


def payload(delivery: Delivery) -> bytes:
    """The body: {"id", "type", "at", "site", "data"}, see docs/subscriptions.md. The same bytes each time."""
    told = {
        "id": str(delivery.public_id),
        "type": str(delivery.event),
        "at": delivery.at.isoformat(),
        "site": settings.SITE_URL,
        "data": delivery.data,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def headers(delivery: Delivery, body: bytes, *, timestamp: int) -> Mapping[str, str]:
    signed = signature(secret=secret_of(delivery.endpoint), timestamp=timestamp, body=body)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-ADME-Event": str(delivery.event),
        "X-ADME-Delivery": str(delivery.public_id),
        SIGNATURE_HEADER: signed,
    }


def deliver(delivery_id: int, *, network: sending.Network = sending.INTERNET, now: datetime | None = None) -> str:
    """One attempt, outside any transaction; what became of it in words. DeliveryFailed where another one follows."""
    now = now or timezone.now()
    delivery = Delivery.objects.select_related("endpoint").get(pk=delivery_id)
    if delivery.state != DeliveryState.WAITING:
        return f"Nothing to do: {delivery.get_state_display().lower()}."
    if delivery.endpoint.state not in TOLD_STATES and delivery.event != EventType.TEST:
        Delivery.objects.filter(pk=delivery_id).update(state=DeliveryState.DROPPED)
        return "Not sent: the webhook is switched off."
    body = payload(delivery)
    code, milliseconds, problem = None, None, ""
    try:
        signed = headers(delivery, body, timestamp=int(now.timestamp()))
        answer = sending.post(delivery.endpoint.url, body, signed, hosts=hosts(), network=network)
        code, milliseconds = answer.code, answer.milliseconds
        problem = _problem(answer.code)
    except NotReachable as error:
        problem = str(error)
    return _store_outcome(delivery_id, now, code, milliseconds, problem)


def _problem(code: int) -> str:
    if 200 <= code < 300:
        return ""
    if 300 <= code < 400:
        return f"The answer was {code}; other addresses are not followed."
    return f"The answer was {code}."


def _store_outcome(pk: int, now: datetime, code: int | None, milliseconds: int | None, problem: str) -> str:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=pk)
        endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
        delivery.attempts += 1
        delivery.tried_at, delivery.code, delivery.milliseconds = now, code, milliseconds
        delivery.problem = problem[:300]
        if not problem:
            delivery.state = DeliveryState.DELIVERED
            _worked(endpoint)
        elif delivery.attempts >= ATTEMPTS or delivery.event == EventType.TEST:
            delivery.state = DeliveryState.GIVEN_UP
            if delivery.event != EventType.TEST:
                _failed(endpoint, delivery, now)
        delivery.save()
    if not problem:
        return f"Delivered: {code} in {milliseconds} ms."
    if delivery.state == DeliveryState.GIVEN_UP:
        return f"Given up after {delivery.attempts} attempts. {problem}"
    raise DeliveryFailed(f"Attempt {delivery.attempts} of {ATTEMPTS} failed. {problem}")


def _worked(endpoint: Endpoint) -> None:
    if endpoint.state == EndpointState.FAILING or endpoint.failures:
        endpoint.failures = 0
        if endpoint.state == EndpointState.FAILING:
            endpoint.state = EndpointState.WORKING
        endpoint.save(update_fields=["state", "failures"])


def _failed(endpoint: Endpoint, delivery: Delivery, now: datetime) -> None:
    endpoint.failures += 1
    if endpoint.state in TOLD_STATES:
        endpoint.state = EndpointState.FAILING
        if endpoint.failures >= DISABLED_AFTER:
            endpoint.state = EndpointState.DISABLED
            _trail("disabled", endpoint, None, after={"failures": endpoint.failures})
            _tell_administrators(endpoint, delivery, now)
    endpoint.save(update_fields=["state", "failures"])


def _tell_administrators(endpoint: Endpoint, delivery: Delivery, now: datetime) -> None:
    message = outbox.Message(
        event=f"webhook-disabled:{endpoint.pk}:{delivery.pk}",
        kind=Notice.Kind.WATCHED,
        title=f"Webhook switched off: {endpoint.name}",
        text=f"{endpoint.failures} events in a row could not be delivered. The last time: {delivery.problem} Resume it "
        "on its page once the other system answers again.",
        url=reverse("webhook_detail", args=[endpoint.public_id]),
        to=people.holding(Permission.WEBHOOK_MANAGE),
    )
    outbox.send([message], now=now)


def clean(*, now: datetime | None = None) -> int:
    """Remove what the log keeps no longer."""
    old = Delivery.objects.filter(at__lt=(now or timezone.now()) - KEPT).exclude(state=DeliveryState.WAITING)
    return old.delete()[0]


def endpoint_of(public_id: UUID) -> Endpoint | None:
    return Endpoint.objects.exclude(state=EndpointState.ENDED).filter(public_id=public_id).first()
