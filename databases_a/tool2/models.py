"""Tool 2: declarations, their clauses, follow-up actions of bodies and Member States, and the facts others read."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from adme.common.models import Retirable, TimeStamped
from adme.reference.models import Area, Kept, SectoralBody
from adme.reporting.models import Obligation, Publication, Revision


class Verification(models.TextChoices):
    """How sure we are of title and date. Pages show it wherever the declaration stands."""

    QUOTED = "quoted", "quoted from the text"
    REPORTED = "reported", "reported by a source"
    UNVERIFIED = "unverified", "not verified"


class Declaration(Kept):
    """An ASCC declaration or statement adopted since 2007. `adopted_on` is as exact as the source: year, month, day."""

    code = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=400)
    declaration_type = models.CharField(max_length=40)
    adopted_on = models.CharField(max_length=10)
    adopted_year = models.PositiveSmallIntegerField()
    summit = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    lead_text = models.CharField(
        max_length=120, blank=True, help_text="As the source gives it; some are not sectoral bodies."
    )
    lead_bodies = models.ManyToManyField(SectoralBody, blank=True, related_name="+")
    is_cross_pillar = models.BooleanField(default=False)
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    plans_of_action = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="plan_of", help_text="Plans that came of it."
    )
    verification = models.CharField(max_length=12, choices=Verification)
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-adopted_on", "title"]

    def __str__(self) -> str:
        return self.title


class Clause(TimeStamped, Retirable):
    """One commitment of a declaration."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(max_length=20)
    commitment = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=500, blank=True, help_text="Where the text of the commitment was read.")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["declaration_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "number"], name="clause_number_is_unique_in_its_declaration")
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.number}"


class Action(TimeStamped, Retirable):
    """A follow-up to a clause: regional (of a body) or national (of a Member State)."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="actions")
    body = models.ForeignKey(SectoralBody, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state_area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=300)
    action_type = models.CharField(max_length=40, blank=True)
    responsible = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    policy_kinds = models.JSONField(default=list, blank=True)
    in_force_since = models.DateField(null=True, blank=True)
    kpis = models.JSONField(default=list, blank=True)
    activities = models.JSONField(default=list, blank=True, help_text="Public ids of Tool 1 activities.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["clause_id", "id"]
        indexes = [
            models.Index(fields=["body", "retired_at"], name="action_by_body"),
            models.Index(fields=["state_area", "retired_at"], name="action_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(body__isnull=False, state_area__isnull=True)
                | Q(body__isnull=True, state_area__isnull=False),
                name="action_is_regional_or_national",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="action_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.action

    @property
    def level(self) -> str:
        return "regional" if self.body_id else "national"


class ActionReport(TimeStamped):
    """What is said about one action in one report (working copy)."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="reports")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, blank=True)
    explanation = models.TextField(blank=True)
    achieved = models.TextField(blank=True)
    outputs = models.JSONField(default=list, blank=True, help_text="[{kind, title, link}] of CL_OUTPUT_KIND")
    remarks = models.TextField(blank=True)
    kept = models.JSONField(default=dict, blank=True, help_text="{contradiction code: reason for keeping it}")
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "obligation"], name="action_is_once_in_a_report")]
        indexes = [models.Index(fields=["obligation"], name="action_report_by_report")]

    def __str__(self) -> str:
        return f"{self.action_id} in {self.obligation_id}"


class ActionFactQuerySet(models.QuerySet["ActionFact"]):
    def current(self) -> ActionFactQuerySet:
        return self.filter(closed_by__isnull=True)

    def approved(self) -> ActionFactQuerySet:
        return self.filter(standing="approved")

    def as_of(self, moment: datetime) -> ActionFactQuerySet:
        """What was readable at that moment."""
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=moment), opened_at__lte=moment)


class ActionFact(models.Model):
    """One action as one handed-in report tells it. `content` holds all canonical values of the catalogue."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="facts")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+", db_index=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    standing = models.CharField(max_length=10, choices=[("submitted", "Submitted"), ("approved", "Approved")])
    body = models.ForeignKey(SectoralBody, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state_area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.IntegerField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    action_type = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20, blank=True)
    policy_kinds = models.JSONField(default=list)
    in_force_since = models.DateField(null=True)
    outcome_documents = models.PositiveSmallIntegerField(default=0)
    evidence_count = models.PositiveSmallIntegerField(default=0)
    evidence_newest_on = models.DateField(null=True, help_text="Day of the newest evidence: stale evidence shows.")
    content = models.JSONField(default=dict)
    search_text = models.TextField(blank=True)
    opened_by = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_by = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_demonstration = models.BooleanField(default=False)

    objects: ClassVar[Any] = ActionFactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "obligation", "standing"],
                condition=Q(closed_by__isnull=True),
                name="action_fact_is_current_once",
            )
        ]
        indexes = [
            models.Index(fields=["year", "standing"], name="action_fact_by_year"),
            models.Index(fields=["obligation", "standing"], name="action_fact_by_report"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.period})"
