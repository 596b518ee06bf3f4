"""Record sets as data: what ministries keep, in which columns, under which rules. Nothing about a set is in code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from adme.reference.models import Kept, SectoralBody
from adme.reporting.models.calendar import Frequency

from ..layout import Layout, read_layout
from .versions import Version

TOOL_PREFIX = "set:"


class RecordSet(Kept):
    """One kind of records that a ministry of each Member State keeps. `tool` names it in the reporting ledger."""

    class Kind(models.TextChoices):
        AGGREGATE = "aggregate", "Counts: one row for each group"
        RECORDS = "records", "Records: one row for each unit"

    code = models.SlugField(max_length=30, unique=True, help_text="Such as labour-inspections; part of addresses.")
    title = models.CharField(max_length=200)
    body = models.ForeignKey(SectoralBody, on_delete=models.PROTECT, related_name="record_sets")
    kind = models.CharField(max_length=12, choices=Kind)
    custodian = models.CharField(max_length=300, help_text="Kind of ministry or agency that keeps the records.")
    legal_basis = models.TextField(blank=True, help_text="Law or decision under which the records are kept.")
    unit_of_record = models.CharField(max_length=200, help_text="What one record is about: an inspection, a shelter.")
    population = models.TextField(help_text="All units that should be in the records.")
    coverage = models.TextField(blank=True, help_text="Area, sectors and cases that are in or out.")
    periodicity = models.CharField(max_length=1, choices=Frequency, default=Frequency.ANNUAL)
    reference_period = models.TextField(
        help_text="Which records belong to a period: events in it, or the stock at its end."
    )
    is_personal = models.BooleanField(default=False, help_text="One record is about one person.")
    discards_rows = models.BooleanField(
        default=False, help_text="Rows are deleted once the statistics have been compiled from an approved submission."
    )
    is_proposed = models.BooleanField(default=True, help_text="Proposed by ADME; not yet agreed by the sectoral body.")
    provenance = models.TextField(
        blank=True, help_text="On what the proposal rests, such as an ASEAN plan or practice."
    )
    first_period = models.CharField(max_length=8, default="2026", help_text="First period that is owed.")
    current = models.ForeignKey(
        "SetVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    is_demonstration = models.BooleanField(default=False, help_text="Made up to show how ADME works.")

    class Meta:
        ordering = ["body__acronym", "title"]

    def __str__(self) -> str:
        return self.title

    @property
    def tool(self) -> str:
        return f"{TOOL_PREFIX}{self.code}"


class SetVersion(Version):
    """One file layout of a set: columns and rules. A draft may change; what is in force never does."""

    record_set = models.ForeignKey(RecordSet, on_delete=models.CASCADE, related_name="versions")
    layout = models.JSONField(help_text="Columns and rules, as databases_c.layout reads them.")

    class Meta:
        ordering = ["record_set", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["record_set", "number"], name="set_version_has_one_number"),
            models.UniqueConstraint(
                fields=["record_set"], condition=Q(state="draft"), name="record_set_has_one_draft_at_most"
            ),
            models.UniqueConstraint(
                fields=["record_set"], condition=Q(state="in_force"), name="record_set_has_one_version_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_set.code} version {self.number}"

    def read_layout(self) -> Layout:
        return read_layout(self.layout)
