"""Providers, datasets, indicators with full metadata, series, and observations with vintages.

An observation row is narrow on purpose (docs/adr/0003): series and batch are plain integers without database
foreign keys, because one key checked row by row costs more than twice the whole load. Integrity holds by
construction, since rows only come in by a merge that joins the series table; `check_observations` proves it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from adme.common.models import Retirable, TimeStamped
from adme.ingest.models import ImportBatch
from adme.reference.models import Area

LARGEST_DOUBLE = 1.7976931348623157e308


class Provider(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=160)
    url = models.URLField(blank=True)
    licence = models.CharField(max_length=120, blank=True)
    licence_url = models.URLField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Dataset(models.Model):
    """A provider's product, such as World Development Indicators. Its code is the first half of a series code."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="datasets")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    url = models.URLField(blank=True)
    licence = models.CharField(max_length=120, blank=True, help_text="Blank: the provider's licence.")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Indicator(TimeStamped, Retirable):
    """What is measured. Metadata headings follow SDMX and DQAF."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=80)
    title = models.CharField(max_length=400)
    topic = models.CharField(max_length=200, blank=True)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=120, blank=True)
    decimals = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)
    method = models.TextField(blank=True)
    coverage = models.TextField(blank=True)
    limitations = models.TextField(blank=True)
    frequency = models.CharField(max_length=20, blank=True)
    aggregation_method = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=160, blank=True)
    citation = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors")
    release_date = models.DateField(null=True, blank=True, help_text="Vintage of the newest file applied.")

    class Meta:
        ordering = ["dataset_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "code"], name="indicator_code_is_unique_in_its_dataset")
        ]

    def __str__(self) -> str:
        return self.series_code

    @property
    def series_code(self) -> str:
        """Code by which recipes and the API name the indicator: 'WB_WDI:SL.UEM.NEET.ZS'."""
        return f"{self.dataset.code}:{self.code}"


class Series(models.Model):
    """Observations that share everything but time: indicator, area, frequency, and dimensions."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="series")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    frequency = models.CharField(max_length=2, default="A", help_text="A, S, Q, M, W or D (CL_FREQ)")
    dimensions = models.CharField(
        max_length=200, blank=True, help_text="Canonical 'AGE=Y15T24;SEX=F', sorted; blank is the total."
    )

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "frequency", "dimensions"], name="series_is_unique_in_all_dimensions"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.area_id}/{self.dimensions or 'total'}"


class Note(models.Model):
    """Footnote texts, stored once; observations point at them by number."""

    text = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.text[:80]


class Observation(models.Model):
    """One value at one key, from the batch that brought it until the batch that replaced it.

    `period` is TimePeriod.key (2025000 for 2025, 2025203 for 2025-Q3). The current value of a key has no closing batch.
    """

    series = models.ForeignKey(
        Series, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="observations"
    )
    period = models.IntegerField()
    value = models.FloatField(null=True)
    obs_status = models.CharField(max_length=1, default="A")
    note = models.ForeignKey(
        Note, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    opened_by = models.ForeignKey(
        ImportBatch, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    closed_by = models.ForeignKey(
        ImportBatch, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period"],
                condition=Q(closed_by__isnull=True),
                name="observation_has_one_current_value",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=-LARGEST_DOUBLE, value__lte=LARGEST_DOUBLE),
                name="observation_value_is_finite",
            ),
        ]
        indexes = [
            models.Index(fields=["series", "period"], condition=Q(closed_by__isnull=False), name="observation_history"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period}: {self.value}"
