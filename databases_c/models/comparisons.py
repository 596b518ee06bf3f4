"""The three-source ledger: one concept as Databases A, B and C hold it, and the named choice of which feeds the KPI."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from adme.common.models import TimeStamped
from adme.reference.models import Kept


class Concept(Kept):
    """What is measured, whoever measures it. `leaf` is the code of the KPI leaf that it feeds ('21'), or blank."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    definition = models.TextField()
    leaf = models.CharField(max_length=12, blank=True)
    chosen = models.ForeignKey("Candidate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Candidate(Kept):
    """A series that measures a concept, with how far its definition is from the concept's."""

    class Distance(models.IntegerChoices):
        SAME = 0, "Same definition"
        NEAR = 1, "Near: differs in a detail"
        PARTIAL = 2, "Partial: covers a part, or more"
        PROXY = 3, "Proxy: another thing that moves with it"

    class Source(models.TextChoices):
        A = "A", "Database A: reports of bodies and states"
        B = "B", "Database B: published statistics"
        C = "C", "Database C: administrative records"

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="candidates")
    source = models.CharField(max_length=1, choices=Source)
    series = models.CharField(max_length=300, help_text="Series code, such as ARBMD:FILM_AWARDS.")
    dimensions = models.CharField(max_length=200, blank=True)
    distance = models.PositiveSmallIntegerField(choices=Distance)
    difference = models.TextField(blank=True, help_text="In words: what is measured otherwise.")

    class Meta:
        ordering = ["concept", "source", "series"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "series", "dimensions"], name="candidate_stands_once"),
            models.CheckConstraint(condition=Q(distance=0) | ~Q(difference=""), name="candidate_that_differs_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.concept.code}: {self.series}"


class SourceReview(TimeStamped):
    """A choice between the sources, by a named person with a reason; due again a year later. Never changed."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="reviews")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="reviews")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField()
    next_on = models.DateField()

    class Meta:
        ordering = ["-reviewed_on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="choice_of_a_source_says_why")]

    def __str__(self) -> str:
        return f"{self.concept.code} on {self.reviewed_on}"
