"""Meeting editions: what was drafted, what states replied, and the figures as they were frozen.

A published edition never changes: triggers of migration 0002 refuse UPDATE and DELETE of its rows on PostgreSQL and
SQLite. On SQLite a later migration that alters one of these tables rebuilds it and loses them: it must create them
again.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from adme.reporting.selectors.zones import jakarta_text

from .states import Cause, EditionState, Outcome, ReplyKind


class Edition(models.Model):
    """`number` is given at publication, 1, 2, 3 without a gap. `taken_at` is when the figures were read."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(null=True, unique=True, editable=False)
    title = models.CharField(max_length=200)
    meeting = models.CharField(max_length=200, help_text="Such as 'Forty-first meeting of SOCA'.")
    meeting_on = models.DateField()
    framework = models.CharField(max_length=20, default="BP2025")
    state = models.CharField(max_length=10, choices=EditionState, default=EditionState.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="Counts every change, so that no save overwrites one.")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    data_version = models.PositiveBigIntegerField(null=True, blank=True)
    reply_opened_at = models.DateTimeField(null=True, blank=True)
    reply_until = models.DateTimeField(null=True, blank=True, help_text="End of the last day, Jakarta time.")
    reply_closed_at = models.DateTimeField(null=True, blank=True)
    embargo_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    announced_at = models.DateTimeField(null=True, blank=True, help_text="When readers were told, after the embargo.")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="following")
    hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the frozen content.")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", number__isnull=False, published_at__isnull=False) & ~Q(hash="")
                | ~Q(state="published") & Q(number__isnull=True, published_at__isnull=True),
                name="an_edition_has_its_number_once_it_is_published",
            ),
        ]

    def __str__(self) -> str:
        return f"Edition {self.number}" if self.number else f"{self.title} (draft)"

    @property
    def reply_until_text(self) -> str:
        """'6 Dec 2026, 23:59 Jakarta time': deadlines end with a day of Jakarta."""
        return jakarta_text(self.reply_until) if self.reply_until else ""

    @property
    def embargo_text(self) -> str:
        return jakarta_text(self.embargo_until) if self.embargo_until else ""


class EditionFigure(models.Model):
    """A KPI figure as the edition holds it; the fields are those of content.Figure."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="figures", db_index=False)
    position = models.PositiveIntegerField(help_text="Place in the edition: leaf, ASEAN first, area, period.")
    leaf = models.CharField(max_length=8)
    area = models.CharField(max_length=12)
    period = models.IntegerField()
    value = models.FloatField(null=True)
    obs_status = models.CharField(max_length=1)
    withheld = models.CharField(max_length=300, blank=True)
    coverage_of = models.CharField(max_length=6)
    states_reporting = models.PositiveSmallIntegerField(null=True)
    states_expected = models.PositiveSmallIntegerField(null=True)
    states_carried = models.PositiveSmallIntegerField(null=True)
    population_share = models.FloatField(null=True)
    recipe_version = models.PositiveSmallIntegerField()
    inputs_hash = models.CharField(max_length=64)
    value_id = models.BigIntegerField(help_text="KPI value whose inputs are the passport; no foreign key: it is text.")

    class Meta:
        ordering = ["edition_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "leaf", "area", "period"], name="an_edition_has_a_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leaf} {self.area} {self.period}"


class EditionPart(models.Model):
    """Everything of the content that is not a figure, as JSON: leaves, ratings, sources, items, states, tables, ..."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="parts", db_index=False)
    kind = models.CharField(max_length=20)
    content = models.JSONField()

    class Meta:
        ordering = ["edition_id", "kind"]
        constraints = [models.UniqueConstraint(fields=["edition", "kind"], name="an_edition_has_a_part_once")]

    def __str__(self) -> str:
        return self.kind


class EditionText(models.Model):
    """A text of a draft that an analyst wrote over the automatic one. Frozen as the part `texts` at publication."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="own_texts", db_index=False)
    key = models.CharField(max_length=40)
    text = models.TextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["edition_id", "key"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="an_edition_has_a_text_once")]

    def __str__(self) -> str:
        return self.key


class Reply(models.Model):
    """What a Member State says of one of its own figures, or of the whole series of a leaf (`period` 0).

    A later word replaces an earlier one: the earlier row stays with `superseded_at`. When the time is over, silence is
    written as a row of kind `silent` for every leaf of a state that said nothing.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="replies", db_index=False)
    area = models.CharField(max_length=12)
    leaf = models.CharField(max_length=8)
    period = models.IntegerField(default=0)
    kind = models.CharField(max_length=10, choices=ReplyKind)
    seen_value = models.FloatField(null=True, blank=True, help_text="The figure that the state answered to.")
    seen = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of a word on a whole series: the figures it was about, {period key: value}.",
    )
    proposed_value = models.FloatField(null=True, blank=True)
    text = models.TextField(blank=True)
    evidence_link = models.URLField(max_length=500, blank=True)
    evidence_file = models.FileField(upload_to="editions/evidence/", blank=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # null: silence, which nobody wrote
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_text = models.TextField(blank=True)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["edition_id", "area", "leaf", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "area", "leaf", "period"],
                condition=Q(superseded_at__isnull=True),
                name="a_state_has_one_word_on_a_figure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.leaf} {self.kind}"


class EditionChange(models.Model):
    """A figure that differs from the previous edition, found and frozen at publication."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="changes", db_index=False)
    position = models.PositiveIntegerField()
    leaf = models.CharField(max_length=8)
    area = models.CharField(max_length=12)
    period = models.IntegerField()
    cause = models.CharField(max_length=20, choices=Cause)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["edition_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "leaf", "area", "period"], name="an_edition_has_a_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leaf} {self.area} {self.period} {self.cause}"
