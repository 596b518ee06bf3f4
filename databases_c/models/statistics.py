"""Statistics compiled from records: recipes with versions, what each compilation did, the published observations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from adme.common.models import TimeStamped
from adme.observations.periods import TimePeriod
from adme.reference.models import Area, Kept
from adme.reporting.models import Obligation

from .sets import RecordSet, SetVersion
from .submissions import Submission
from .versions import Version

DATASET = "ARBMD"


class Statistic(Kept):
    """One statistic of one record set; its series code is 'ARBMD:<code>'."""

    code = models.CharField(max_length=40, unique=True, help_text="Capitals, digits and _, such as FILM_AWARDS.")
    record_set = models.ForeignKey(RecordSet, on_delete=models.PROTECT, related_name="statistics")
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=60)
    definition = models.TextField()
    is_proposed = models.BooleanField(default=True)
    current = models.ForeignKey(
        "RecipeVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["record_set", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def series_code(self) -> str:
        return f"{DATASET}:{self.code}"


class RecipeVersion(Version):
    """A recipe as data (databases_c.recipes), for one version of the set's layout. Adopted by a second analyst."""

    statistic = models.ForeignKey(Statistic, on_delete=models.CASCADE, related_name="versions")
    recipe = models.JSONField()
    layout = models.ForeignKey(SetVersion, on_delete=models.PROTECT, related_name="recipes")

    class Meta:
        ordering = ["statistic", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["statistic", "number"], name="recipe_version_has_one_number"),
            models.UniqueConstraint(
                fields=["statistic"], condition=Q(state="draft"), name="statistic_has_one_draft_at_most"
            ),
            models.UniqueConstraint(
                fields=["statistic"], condition=Q(state="in_force"), name="statistic_has_one_recipe_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statistic.code} recipe {self.number}"


class Compilation(TimeStamped):
    """One run of a recipe over the records of one report. Previews publish nothing. No submission: certified nil.

    Shapes: `counts` {records, filtered, outside_period, duplicates, used, cells, suppressed, also_suppressed};
    `result` the cells as shown: [[dimensions, value or null, obs_status, conf_status], ...]; suppressed ones are null.
    """

    recipe = models.ForeignKey(RecipeVersion, on_delete=models.PROTECT, related_name="compilations")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="compilations")
    submission = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="compilations"
    )
    is_preview = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    result = models.JSONField(default=list)
    inputs = models.JSONField(default=list, help_text="References of the observations used as denominators.")
    sha256 = models.CharField(max_length=64, help_text="Of recipe, rows and inputs: equal means replayed exactly.")
    at = models.DateTimeField()
    by = models.CharField(max_length=254, help_text="E-mail, or 'system'.")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["obligation", "recipe"], name="compilation_by_report")]

    def __str__(self) -> str:
        return f"{self.recipe} over {self.obligation}"


class StatisticSeries(models.Model):
    """All observations of one statistic of one state that share their dimensions ('' or 'AGE=Y0T14;SEX=F')."""

    statistic = models.ForeignKey(Statistic, on_delete=models.CASCADE, related_name="series")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    dimensions = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["statistic", "area", "dimensions"]
        constraints = [
            models.UniqueConstraint(fields=["statistic", "area", "dimensions"], name="statistic_series_is_one_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.statistic.code} {self.area.code} {self.dimensions}".strip()


class StatisticObservation(models.Model):
    """One published value, or the reason why there is none. A new compilation closes the old row and opens a new."""

    series = models.ForeignKey(StatisticSeries, on_delete=models.CASCADE, related_name="observations")
    period = models.IntegerField(help_text="TimePeriod.key")
    value = models.FloatField(null=True, blank=True)
    obs_status = models.CharField(max_length=1, help_text="SDMX CL_OBS_STATUS; Q: suppressed.")
    conf_status = models.CharField(max_length=1, default="F", help_text="SDMX CL_CONF_STATUS; C, D: suppressed.")
    opened_by = models.ForeignKey(Compilation, on_delete=models.PROTECT, related_name="opened")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Compilation, null=True, blank=True, on_delete=models.PROTECT, related_name="closed")
    closed_at = models.DateTimeField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["series", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period"], condition=Q(closed_at__isnull=True), name="statistic_has_one_current_value"
            ),
            models.CheckConstraint(
                condition=~Q(obs_status="Q") | Q(value__isnull=True), name="a_suppressed_value_is_not_kept"
            ),
            models.CheckConstraint(
                condition=Q(obs_status="Q", conf_status__in=["C", "D"]) | (~Q(obs_status="Q") & Q(conf_status="F")),
                name="suppression_is_said_in_both_marks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {TimePeriod.from_key(self.period)}"


class MetadataText(TimeStamped):
    """What a person wrote under one SDMX concept of a statistic, in place of the generated text."""

    statistic = models.ForeignKey(Statistic, on_delete=models.CASCADE, related_name="metadata")
    concept = models.CharField(max_length=40, help_text="SDMX concept, such as STAT_CONC_DEF.")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["statistic", "concept"]
        constraints = [
            models.UniqueConstraint(fields=["statistic", "concept"], name="metadata_text_is_one_per_concept")
        ]

    def __str__(self) -> str:
        return f"{self.statistic.code} {self.concept}"
