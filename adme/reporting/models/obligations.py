"""The obligation ledger: who owes which report for which period, and how that stands. Boards read only this."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from adme.common.models import TimeStamped
from adme.reference.models import Area, SectoralBody

from ..states import EDITABLE, Standing, State
from .calendar import ReportingRound


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def with_standing(self, now: datetime | None = None) -> ObligationQuerySet:
        """Annotates `due_by`, `closes_by` (with extensions) and `standing`, all in SQL. See Standing."""
        now = now or timezone.now()
        open_states = [State.DUE, State.DRAFTING]
        waiting = Q(state__in=open_states) | Q(state=State.EXCUSED, excused_until__lt=now)
        last = Coalesce("extended_until", Value(datetime(1900, 1, 1, tzinfo=now.tzinfo)))
        return self.annotate(
            due_by=Greatest(F("round__due_at"), last), closes_by=Greatest(F("round__closes_at"), last)
        ).annotate(
            standing=Case(
                When(waiting & Q(closes_by__lt=now), then=Value(Standing.MISSING)),
                When(waiting & Q(due_by__lt=now), then=Value(Standing.OVERDUE)),
                When(Q(state=State.DUE, round__opens_at__gt=now), then=Value(Standing.SCHEDULED)),
                When(Q(state=State.EXCUSED, excused_until__lt=now), then=Value(Standing.DUE)),
                default=F("state"),
                output_field=CharField(),
            )
        )


class Obligation(TimeStamped):
    """One report that one body or state owes for one round. Made automatically; never deleted.

    `due_by`, `closes_by` and `standing` are there after `with_standing()`.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ReportingRound, on_delete=models.PROTECT, related_name="obligations")
    body = models.ForeignKey(SectoralBody, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state_area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.DUE)
    reason = models.TextField(blank=True, help_text="Why it is not applicable, excused, returned or reopened.")
    excused_until = models.DateTimeField(null=True, blank=True)
    extended_until = models.DateTimeField(null=True, blank=True, help_text="A later deadline for this reporter only.")
    extension_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Counts the acts of the workflow.")
    content_version = models.PositiveIntegerField(default=0, help_text="Counts the saves of its records.")
    first_submitted_at = models.DateTimeField(null=True, blank=True, help_text="Timeliness is judged by this.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True, help_text="Last approval or return.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demonstration = models.BooleanField(default=False)

    objects: ClassVar[Any] = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["-round__period", "round__tool", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(body__isnull=False, state_area__isnull=True)
                | Q(body__isnull=True, state_area__isnull=False),
                name="obligation_is_owed_by_a_body_or_a_state",
            ),
            models.UniqueConstraint(
                fields=["round", "body"], condition=Q(body__isnull=False), name="obligation_of_a_body_is_one_per_round"
            ),
            models.UniqueConstraint(
                fields=["round", "state_area"],
                condition=Q(state_area__isnull=False),
                name="obligation_of_a_state_is_one_per_round",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_applicable", "excused", "returned", "reopened"]) | ~Q(reason=""),
                name="obligation_set_aside_or_sent_back_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="excused") | Q(excused_until__isnull=False),
                name="excused_obligation_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True) | ~Q(extension_reason=""), name="extension_says_why"
            ),
        ]
        indexes = [models.Index(fields=["state", "round"], name="obligation_by_state_and_round")]

    def __str__(self) -> str:
        return f"{self.reporter_label} {self.round}"

    @property
    def tool(self) -> str:
        return self.round.tool

    @property
    def reporter_label(self) -> str:
        """'SOMHD' or 'Viet Nam'."""
        return self.body.acronym if self.body else self.state_area.name if self.state_area else ""

    @property
    def due_on(self) -> datetime:
        return max(self.round.due_at, self.extended_until) if self.extended_until else self.round.due_at

    @property
    def closes_on(self) -> datetime:
        return max(self.round.closes_at, self.extended_until) if self.extended_until else self.round.closes_at

    def is_editable(self, now: datetime | None = None) -> bool:
        """The state lets the reporter work, and the window is open; what was sent back may be mended after it too."""
        now = now or timezone.now()
        if self.state not in EDITABLE or now < self.round.opens_at:
            return False
        return self.state in {State.RETURNED, State.REOPENED} or now <= self.closes_on
