"""Tool 1: work plans, activities, their reports per period, and the facts that others read.

Activities and reports are working copies; a fact is what a handed-in report said about one activity, and never changes:
a later publication closes it and opens another, so every figure can be traced and read as of any moment.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from adme.common.models import Retirable, TimeStamped
from adme.reference.models import Framework, SectoralBody
from adme.reporting.models import Obligation, Publication, Revision


class WorkPlan(TimeStamped, Retirable):
    """A body's sectoral work plan over a span of years, aligned with one framework."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(SectoralBody, on_delete=models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["body_id", "first_year", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="work_plan_ends_after_it_begins"),
            models.UniqueConstraint(fields=["body", "title"], name="work_plan_title_is_unique_in_its_body"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.first_year}-{self.last_year})"


class Activity(TimeStamped, Retirable):
    """The plan of one activity. Lists hold codes of the vocabularies that `fields.CATALOGUE` names."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    work_plan = models.ForeignKey(WorkPlan, on_delete=models.PROTECT, related_name="activities")
    body = models.ForeignKey(SectoralBody, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    expected_output = models.TextField(blank=True)
    expected_outcome = models.TextField(blank=True)
    activity_type = models.CharField(max_length=40, blank=True)
    frequency = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    kras = models.JSONField(default=list, blank=True)
    measures = models.JSONField(default=list, blank=True)
    kpis = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    issues = models.JSONField(default=list, blank=True)
    sdg_targets = models.JSONField(default=list, blank=True)
    lead_states = models.JSONField(default=list, blank=True)
    partner_bodies = models.JSONField(default=list, blank=True)
    dialogue_partners = models.JSONField(default=list, blank=True)
    funding_sources = models.JSONField(default=list, blank=True)
    funding_amount = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    funding_currency = models.CharField(max_length=3, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["work_plan_id", "number", "id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["body", "retired_at"], name="activity_by_body")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(funding_amount__isnull=True) | Q(funding_amount__gte=0), name="funding_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ActivityReport(TimeStamped):
    """What is said about one activity in one report (working copy)."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="reports")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, blank=True)
    percent_complete = models.PositiveSmallIntegerField(null=True, blank=True)
    explanation = models.TextField(blank=True)
    achieved = models.TextField(blank=True)
    outputs = models.JSONField(default=list, blank=True, help_text="[{kind, title, link}] of CL_OUTPUT_KIND")
    stakeholders = models.JSONField(default=list, blank=True)
    participants_female = models.PositiveIntegerField(null=True, blank=True)
    participants_male = models.PositiveIntegerField(null=True, blank=True)
    participants_unknown = models.PositiveIntegerField(null=True, blank=True)
    remarks = models.TextField(blank=True)
    kept = models.JSONField(default=dict, blank=True, help_text="{contradiction code: reason for keeping it}")
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "obligation"], name="activity_is_once_in_a_report"),
            models.CheckConstraint(
                condition=Q(percent_complete__isnull=True) | Q(percent_complete__lte=100),
                name="percent_complete_is_at_most_100",
            ),
        ]
        indexes = [models.Index(fields=["obligation"], name="activity_report_by_report")]

    def __str__(self) -> str:
        return f"{self.activity_id} in {self.obligation_id}"


class Stand(models.TextChoices):
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"


class ActivityFactQuerySet(models.QuerySet["ActivityFact"]):
    def current(self) -> ActivityFactQuerySet:
        return self.filter(closed_by__isnull=True)

    def approved(self) -> ActivityFactQuerySet:
        return self.filter(standing=Stand.APPROVED)


class ActivityFact(models.Model):
    """One activity as one handed-in report tells it. `content` holds all canonical values of the catalogue."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="facts")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="+", db_index=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    standing = models.CharField(max_length=10, choices=Stand)
    body = models.ForeignKey(SectoralBody, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.IntegerField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    activity_type = models.CharField(max_length=40, blank=True)
    frequency = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20, blank=True)
    percent_complete = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    participants_female = models.PositiveIntegerField(null=True)
    participants_male = models.PositiveIntegerField(null=True)
    participants_unknown = models.PositiveIntegerField(null=True)
    outcome_documents = models.PositiveSmallIntegerField(default=0, help_text="Outputs of kind outcome_document.")
    evidence_count = models.PositiveSmallIntegerField(default=0)
    content = models.JSONField(default=dict)
    search_text = models.TextField(blank=True)
    opened_by = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_by = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_demonstration = models.BooleanField(default=False)

    objects: ClassVar[Any] = ActivityFactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "obligation", "standing"],
                condition=Q(closed_by__isnull=True),
                name="activity_fact_is_current_once",
            )
        ]
        indexes = [
            models.Index(fields=["year", "body"], name="activity_fact_by_year_and_body"),
            models.Index(fields=["obligation", "standing"], name="activity_fact_by_report"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.period})"


class FactTag(models.Model):
    """One code of a fact, so that filters and counts are joins. `kind` is the name of the catalogue's field."""

    fact = models.ForeignKey(ActivityFact, on_delete=models.CASCADE, related_name="codes", db_index=False)
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "kind", "code"], name="fact_has_a_code_once")]
        indexes = [models.Index(fields=["kind", "code", "fact"], name="fact_code_by_kind_and_code")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class ActivityLink(TimeStamped):
    """What the overlap finder led to: two activities are linked, joint, or distinct because of something."""

    class Kind(models.TextChoices):
        LINK = "link", "Linked"
        JOINT = "joint", "Joint activity"
        DISTINCT = "distinct", "Distinct"

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "other"], name="two_activities_are_related_once"),
            models.CheckConstraint(condition=~Q(activity=F("other")), name="an_activity_is_not_related_to_itself"),
            models.CheckConstraint(condition=~Q(kind="distinct") | ~Q(reason=""), name="distinct_says_because_of_what"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.kind} {self.other_id}"


class SavedFilter(TimeStamped):
    """A search that a person keeps: the query part of the page's address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_filter_name_is_unique")]

    def __str__(self) -> str:
        return self.name
