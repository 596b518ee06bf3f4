"""KPIs, leaves, recipes as data, baselines, targets, survey entries, runs and computed values."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from adme.common.models import Retirable, TimeStamped
from adme.reference.models import Area, Framework, FrameworkItem, Wording


class Kpi(Retirable):
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="kpis")
    number = models.PositiveSmallIntegerField()
    kra = models.ForeignKey(FrameworkItem, on_delete=models.PROTECT, related_name="kpis")

    class Meta:
        ordering = ["framework_id", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="kpi_number_is_unique")]

    def __str__(self) -> str:
        return f"KPI {self.number}"


class Direction(models.TextChoices):
    INCREASE = "increase", "should increase"
    DECREASE = "decrease", "should decrease"


class SourceType(models.TextChoices):
    """Who has the data. A1 to A3 are the three causes of the gaps found by the Mid-Term Review."""

    A1 = "A1", "Recorded by sectoral bodies through Tool 1"
    A2 = "A2", "National policies, reported by national focal points"
    A3 = "A3", "Survey of perceptions"
    B = "B", "External statistics (Database B)"
    C = "C", "Administrative records (Database C)"


class KpiLeaf(Retirable):
    """What is measured under a KPI: the KPI itself or a lettered part of it. 46 in the Blueprint 2025."""

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="leaves")
    code = models.CharField(max_length=8, unique=True)
    letter = models.CharField(max_length=2, blank=True)
    title = models.CharField(max_length=400)
    unit = models.CharField(max_length=120)
    direction = models.CharField(max_length=10, choices=Direction)
    source_type = models.CharField(max_length=2, choices=SourceType)
    likely_series = models.CharField(max_length=300, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    wording = models.CharField(max_length=20, choices=Wording)
    source = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "KPI leaves"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Method(models.TextChoices):
    """How a state's value comes from its inputs. Each is a pure function in formulas.py."""

    IDENTITY = "identity", "the series itself"
    SUM = "sum", "sum of the inputs"
    MEAN = "mean", "mean of the inputs"
    WEIGHTED_MEAN = "weighted_mean", "mean of the inputs weighted by a series"
    RATIO = "ratio", "numerator divided by denominator"
    PER_100K = "per_100k", "per 100,000 of the denominator"
    CHANGE = "change", "change since the baseline year"
    LATEST = "latest", "latest value within n years"


class AreaMethod(models.TextChoices):
    """How the regional value comes from the states' values."""

    NONE = "none", "no regional value"
    SUM = "sum", "sum over states"
    MEAN = "mean", "unweighted mean of states"
    WEIGHTED_MEAN = "weighted_mean", "mean of states weighted by a series, such as population"
    RATIO_OF_SUMS = "ratio_of_sums", "sum of numerators over sum of denominators"
    COUNT_SATISFYING = "count_satisfying", "number of states that satisfy a condition"


class Accumulation(models.TextChoices):
    """What a value says about its period: the level then, the flow in it, or the running total so far."""

    LEVEL = "level", "level at the period"
    PER_PERIOD = "per_period", "amount within the period"
    CUMULATIVE = "cumulative", "running total up to the period"


class CoverageOf(models.TextChoices):
    """Whose reports the coverage of a regional value counts."""

    STATES = "states", "states"
    BODIES = "bodies", "sectoral bodies"


class Recipe(TimeStamped):
    """A versioned rule that makes a leaf's values. Data, not code; an adopted recipe is never edited.

    Shapes: `inputs` [{"role": "value", "series": "WB_WDI:SL.UEM.NEET.ZS", "dimensions": ""}, ...], in order of
    preference where a role stands twice; `weights` {"series": "WB_WDI:SP.POP.TOTL"} or {}; `gap_rule`
    {"carry_years": 3} (a state's latest value up to n years old stands in for the regional figure); `coverage_rule`
    {"min_states": 0.5, "min_population": 0.5} (shares from 0 to 1), or for figures that sectoral bodies report
    {"reporting": "TOOL1:bodies_reporting", "expected": "TOOL1:bodies_owing", "noun": "bodies", "min_share": 0.5};
    `parameters` per method, such as
    {"condition": ">=", "threshold": 1} or {"within_years": 3} or {"base_year": 2016}.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ADOPTED = "adopted", "Adopted"
        RETIRED = "retired", "Retired"

    leaf = models.ForeignKey(KpiLeaf, on_delete=models.PROTECT, related_name="recipes")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    method = models.CharField(max_length=20, choices=Method)
    inputs = models.JSONField(default=list)
    area_method = models.CharField(max_length=20, choices=AreaMethod, default=AreaMethod.NONE)
    weights = models.JSONField(default=dict, blank=True)
    gap_rule = models.JSONField(default=dict, blank=True)
    coverage_rule = models.JSONField(default=dict, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    accumulation = models.CharField(max_length=12, choices=Accumulation, default=Accumulation.LEVEL)
    unit = models.CharField(max_length=120)
    decimals = models.PositiveSmallIntegerField(default=1)
    first_year = models.PositiveSmallIntegerField(default=2000)
    is_proxy = models.BooleanField(default=False, help_text="The series stands in for something not measured yet.")
    note = models.TextField(blank=True, help_text="What the reader should know: why this series, what differs.")
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.CharField(max_length=254, blank=True)
    adoption_reason = models.TextField(blank=True)
    drafters = models.JSONField(
        default=list, blank=True, help_text="E-mail addresses of all who wrote the draft; none of them may adopt it."
    )

    class Meta:
        ordering = ["leaf_id", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["leaf", "version"], name="recipe_version_is_unique_in_its_leaf"),
            models.UniqueConstraint(
                fields=["leaf"], condition=Q(state="adopted"), name="a_leaf_has_one_adopted_recipe"
            ),
            models.UniqueConstraint(fields=["leaf"], condition=Q(state="draft"), name="a_leaf_has_one_draft_recipe"),
        ]

    def __str__(self) -> str:
        return f"{self.leaf.code} v{self.version}"


class Benchmark(TimeStamped):
    """What baselines and targets share: a value of a leaf for an area in a year, with its source."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    value = models.FloatField()
    source = models.CharField(max_length=300)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Baseline(Benchmark):
    """An explicit baseline. Without one, the computed value in the leaf's baseline year serves, and pages say so."""

    leaf = models.ForeignKey(KpiLeaf, on_delete=models.PROTECT, related_name="baselines")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaf", "area"], name="baseline_is_one_per_leaf_and_area")]

    def __str__(self) -> str:
        return f"{self.leaf_id} baseline {self.year}"


class Target(Benchmark):
    leaf = models.ForeignKey(KpiLeaf, on_delete=models.PROTECT, related_name="targets")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leaf", "area", "year"], name="target_is_one_per_leaf_area_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.leaf_id} target {self.year}"


class SurveyEntry(TimeStamped):
    """A value of a survey leaf (A3), entered by an analyst with its source and sample."""

    leaf = models.ForeignKey(KpiLeaf, on_delete=models.PROTECT, related_name="survey_entries")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    value = models.FloatField()
    source = models.CharField(max_length=300)
    sample_size = models.PositiveIntegerField(null=True, blank=True)
    sample_note = models.CharField(max_length=300, blank=True)
    link = models.URLField(blank=True)
    is_demonstration = models.BooleanField(default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    change_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["leaf", "area", "year"],
                condition=Q(closed_at__isnull=True),
                name="survey_value_is_current_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.leaf_id} {self.year}"


class AggregationRun(models.Model):
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    trigger = models.CharField(max_length=200, help_text="'command', 'import batch 12', 'recompute of 31c', ...")
    actor = models.CharField(max_length=254, blank=True)
    leaves = models.JSONField(default=list)
    counts = models.JSONField(default=dict, help_text="{new, changed, unchanged, withdrawn}, numbers of KPI values")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"run {self.pk}"


class KpiValue(models.Model):
    """One value of a leaf at an area and period, from the run that computed it until the run that replaced it.

    `inputs` is [[role, area code, observation reference, period key, value, weight or null], ...], the exact
    observations used; `left_out` is [[area code, reason], ...]. `value` is null where a regional figure is withheld.
    """

    leaf = models.ForeignKey(KpiLeaf, on_delete=models.PROTECT, related_name="values", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.IntegerField()
    value = models.FloatField(null=True)
    obs_status = models.CharField(max_length=1, default="A")
    withheld = models.CharField(max_length=300, blank=True, help_text="Why a regional value is not shown.")
    coverage_of = models.CharField(max_length=6, choices=CoverageOf, default=CoverageOf.STATES)
    states_reporting = models.PositiveSmallIntegerField(null=True, help_text="Or bodies: see coverage_of.")
    states_expected = models.PositiveSmallIntegerField(null=True)
    states_carried = models.PositiveSmallIntegerField(
        null=True, help_text="How many of the reporting states stand with a value of an earlier period."
    )
    population_share = models.FloatField(null=True, help_text="Share of the members' population covered, 0 to 1.")
    recipe = models.ForeignKey(Recipe, on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(AggregationRun, on_delete=models.PROTECT, related_name="values")
    closed_by = models.ForeignKey(AggregationRun, null=True, on_delete=models.PROTECT, related_name="closed_values")
    inputs = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    inputs_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["leaf", "area", "period"],
                condition=Q(closed_by__isnull=True),
                name="kpi_value_has_one_current_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaf_id} {self.area_id} {self.period}"
