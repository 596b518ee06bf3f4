"""What people watch and how they want to be told, their feed addresses, and the systems that are told of events."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class WatchKind(models.TextChoices):
    LEAF = "leaf", "KPI"
    STATE = "state", "Member State"
    BODY = "body", "Sectoral body"


class Watch(models.Model):
    """One thing that one person watches. `code` is that of the leaf, the area or the body, which may be retired."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches", db_index=False)
    kind = models.CharField(max_length=5, choices=WatchKind)
    code = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user_id", "kind", "code"]
        verbose_name_plural = "watches"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "code"], name="a_person_watches_a_thing_once")]
        indexes = [models.Index(fields=["kind", "code"], name="watchers_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Pace(models.TextChoices):
    AT_ONCE = "at_once", "at once"
    DAILY = "daily", "once a day, together"


class Wishes(models.Model):
    """How one person wants to be told. Who has no row gets everything at once and by mail, and new editions too."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_wishes")
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)
    by_mail = models.BooleanField(default=True)
    editions = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return f"{self.user_id} {self.pace}"


class News(models.Model):
    """Something watched that changed, kept for the daily digest of one person until it has been told."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    event = models.CharField(max_length=80, help_text="Names the event: with the person the row is unique.")
    title = models.CharField(max_length=300)
    text = models.TextField()
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user_id", "id"]
        verbose_name_plural = "news"
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="a_person_gets_news_once")]
        indexes = [models.Index(fields=["user"], condition=Q(told_at__isnull=True), name="news_to_tell")]

    def __str__(self) -> str:
        return self.title


class FeedKey(models.Model):
    """A personal address of the feeds, for readers that cannot log in. Only a digest of its secret is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_keys")
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="a_person_has_one_feed_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}..."


class EndpointState(models.TextChoices):
    WORKING = "working", "Working"
    FAILING = "failing", "Failing"
    PAUSED = "paused", "Paused"
    DISABLED = "disabled", "Switched off after failures"
    ENDED = "ended", "Ended"


TOLD_STATES = (EndpointState.WORKING, EndpointState.FAILING)


class EventType(models.TextChoices):
    EDITION_RELEASED = "edition.released", "An edition is released"
    KPI_CHANGED = "kpi.changed", "Figures of KPIs changed"
    TEST = "test", "Test event"


SUBSCRIBED = (EventType.EDITION_RELEASED, EventType.KPI_CHANGED)


def new_seed() -> str:
    return secrets.token_hex(16)


class Endpoint(models.Model):
    """An address of another system that is told of events. Its secret is not stored: see signing.secret_of."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="Codes of EventType that it is told of.")
    seed = models.CharField(max_length=32, default=new_seed, help_text="Makes the secret, together with SECRET_KEY.")
    state = models.CharField(max_length=8, choices=EndpointState, default=EndpointState.WORKING)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Events given up since the last that got through.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given_up", "Given up"
    DROPPED = "dropped", "Not sent: switched off"


class Delivery(models.Model):
    """One event for one endpoint, with what became of the last attempt."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="Id of the event.")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=20, choices=EventType)
    key = models.CharField(max_length=60, help_text="Names the event: an endpoint is told of it once.")
    data = models.JSONField(default=dict)
    at = models.DateTimeField(help_text="When it happened.")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status of the last answer.")
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["endpoint", "key"], name="an_endpoint_is_told_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.state}"
