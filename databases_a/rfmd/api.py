"""RFMD under /api/v1/: KPI leaves, values with coverage and passport, baselines, targets, ratings, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.permissions import Permission
from adme.api.copying import Copied, Moment, Number, Period, Text, Truth, Whole
from adme.api.parameters import (
    AsOfField,
    CodeListField,
    PeriodField,
    PeriodsFilters,
    among,
    code_or_404,
    shown_period,
    within,
)
from adme.api.tables import Endpoint, TableView
from adme.observations.services import current_data_version

from .models import Baseline, CoverageOf, KpiLeaf, KpiValue, SurveyEntry, Target
from .passport import Passport, PassportInput, passport
from .progress import RULE_VERSION, Rating
from .selectors import frame as frames
from .selectors import rows as read
from .selectors.gaps import gaps_page
from .selectors.standing import standings

MADE_UP = "It rests on made-up data, which shows how ADME works."


class _KpiList(TableView):
    permission = Permission.DASHBOARD_VIEW
    tag = "KPIs"

    def made_up(self) -> frozenset[str]:
        """Codes of the leaves whose recipes read made-up series; looked up once for a list."""
        if not hasattr(self, "_made_up"):
            self._made_up = frames.frame(current_data_version().number).made_up
        return self._made_up

    def is_made_up(self) -> Truth:
        """The same of each row, in SQL."""
        return Truth(Case(When(leaf__code__in=self.made_up(), then=Value(True)), default=Value(False)))


class LeafFilters(serializers.Serializer):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    characteristic = CodeListField(required=False, help_text="A to E.")
    kra = CodeListField(required=False, help_text="KRA codes, such as E.3.")
    source_type = CodeListField(required=False, help_text="A1, A2, A3, B or C.")


class LeafRow(serializers.Serializer):
    leaf = serializers.CharField()
    kpi = serializers.IntegerField()
    framework = serializers.CharField()
    characteristic = serializers.CharField()
    kra = serializers.CharField()
    title = serializers.CharField()
    wording = serializers.CharField(help_text="official, reported, topic-known or provisional: how sure the title is.")
    unit = serializers.CharField()
    direction = serializers.CharField()
    source_type = serializers.CharField()
    likely_series = serializers.CharField()
    baseline_year = serializers.IntegerField(allow_null=True)
    is_demonstration = serializers.BooleanField(help_text=MADE_UP)


class LeafList(_KpiList):
    """The KPI leaves of the results framework."""

    filters = LeafFilters
    row = LeafRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[KpiLeaf, Any]:
        found = among(
            KpiLeaf.objects.filter(retired_at__isnull=True),
            filters,
            leaf="code",
            characteristic="kpi__kra__parent__code",
            kra="kpi__kra__code",
            source_type="source_type",
        )
        return found.order_by("position", "code").values_list(  # type: ignore[no-any-return]
            "code",
            "kpi__number",
            "kpi__framework__code",
            "kpi__kra__parent__code",
            "kpi__kra__code",
            "title",
            "wording",
            "unit",
            "direction",
            "source_type",
            "likely_series",
            "baseline_year",
        )

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        return (*row, row[0] in self.made_up())


class RevisionFilters(PeriodsFilters):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN or ASEAN.")


class ValueFilters(RevisionFilters):
    as_of = AsOfField(required=False, help_text="What stood at that time; a date means its end in UTC.")


class ValueRow(serializers.Serializer):
    leaf = serializers.CharField()
    area = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null where a regional value is withheld.")
    unit = serializers.CharField()
    obs_status = serializers.CharField()
    withheld = serializers.CharField(help_text="Why a regional value is not shown.")
    coverage_of = serializers.CharField(help_text="Whom the next two count: states, or (sectoral) bodies.")
    states_reporting = serializers.IntegerField(allow_null=True)
    states_expected = serializers.IntegerField(allow_null=True)
    states_carried = serializers.IntegerField(
        allow_null=True, help_text="How many of the reporting states stand with a value of an earlier period."
    )
    population_share = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    recipe_version = serializers.IntegerField()
    run = serializers.IntegerField()
    known_from = serializers.DateTimeField(help_text="When it was computed.")
    is_demonstration = serializers.BooleanField(help_text=MADE_UP)


_VALUE = (  # stored, and how it is written as text
    ("leaf__code", Text),
    ("area__code", Text),
    ("period", Period),
    ("value", Number),
    ("recipe__unit", Text),
    ("obs_status", Text),
    ("withheld", Text),
    ("coverage_of", Text),
    ("states_reporting", Whole),
    ("states_expected", Whole),
    ("states_carried", Whole),
    ("population_share", Number),
    ("recipe__version", Whole),
    ("run_id", Whole),
    ("run__started_at", Moment),
)
_IN_ORDER = ("leaf__position", "leaf__code", "area__code", "period", "pk")


class ValueList(_KpiList):
    """Computed values of the KPI leaves, by state and for ASEAN with coverage.

    Now, or as they stood at a past time. The passport of one value stands at `kpi-values/<leaf>/<area>/<period>/`.
    """

    filters = ValueFilters
    row = ValueRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[KpiValue, Any]:
        return self._found(filters).values_list(*(column for column, _ in _VALUE))

    def copied(self, filters: dict[str, Any]) -> Copied:
        columns = (kind(column) for column, kind in _VALUE)
        return Copied(self._found(filters).values_list(*columns, self.is_made_up()))

    def _found(self, filters: dict[str, Any]) -> QuerySet[KpiValue]:
        as_of = filters.get("as_of")
        if as_of is None:
            found = KpiValue.objects.filter(closed_by__isnull=True)
        else:
            later = Q(closed_by__isnull=True) | Q(closed_by__started_at__gt=as_of)
            found = KpiValue.objects.filter(later, run__started_at__lte=as_of)
        found = among(found, filters, leaf="leaf__code", area="area__code")
        return within(found, filters).order_by(*_IN_ORDER)  # type: ignore[no-any-return]

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        return (*row[:2], shown_period(row[2]), *row[3:], row[0] in self.made_up())


class ValueRevisionRow(serializers.Serializer):
    leaf = serializers.CharField()
    area = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    withheld = serializers.CharField()
    recipe_version = serializers.IntegerField()
    run = serializers.IntegerField()
    known_from = serializers.DateTimeField()
    known_until = serializers.DateTimeField(allow_null=True, help_text="Null: it stands.")
    ended_by = serializers.CharField(allow_null=True, help_text="What made the run that replaced it.")
    is_demonstration = serializers.BooleanField(help_text=MADE_UP)


_REVISION = (
    ("leaf__code", Text),
    ("area__code", Text),
    ("period", Period),
    ("value", Number),
    ("recipe__unit", Text),
    ("withheld", Text),
    ("recipe__version", Whole),
    ("run_id", Whole),
    ("run__started_at", Moment),
    ("closed_by__started_at", Moment),
    ("closed_by__trigger", Text),
)


class RevisionList(_KpiList):
    """Every value that the KPI leaves have had, oldest first, with the time from which and until which it stood."""

    filters = RevisionFilters
    row = ValueRevisionRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[KpiValue, Any]:
        return self._found(filters).values_list(*(column for column, _ in _REVISION))

    def copied(self, filters: dict[str, Any]) -> Copied:
        columns = (kind(column) for column, kind in _REVISION)
        return Copied(self._found(filters).values_list(*columns, self.is_made_up()))

    def _found(self, filters: dict[str, Any]) -> QuerySet[KpiValue]:
        found = among(KpiValue.objects.all(), filters, leaf="leaf__code", area="area__code")
        return within(found, filters).order_by(*_IN_ORDER)  # type: ignore[no-any-return]

    def present(self, row: Sequence[Any]) -> Sequence[Any]:
        return (*row[:2], shown_period(row[2]), *row[3:], row[0] in self.made_up())


class BenchmarkFilters(serializers.Serializer):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN or ASEAN.")


class BenchmarkRow(serializers.Serializer):
    leaf = serializers.CharField()
    area = serializers.CharField()
    year = serializers.IntegerField()
    value = serializers.FloatField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_demonstration = serializers.BooleanField()


class _BenchmarkList(_KpiList):
    filters = BenchmarkFilters
    row = BenchmarkRow
    model: type[Baseline] | type[Target]

    def rows(self, filters: dict[str, Any]) -> Any:
        found = self.model.objects.filter(leaf__retired_at__isnull=True)
        found = among(found, filters, leaf="leaf__code", area="area__code")
        return found.order_by("leaf__position", "leaf__code", "area__code", "year", "pk").values_list(
            "leaf__code", "area__code", "year", "value", "source", "is_demonstration"
        )


class BaselineList(_BenchmarkList):
    """Baselines that were set. Where there is none, the computed value of the leaf's baseline year serves."""

    model = Baseline


class TargetList(_BenchmarkList):
    """Targets."""

    model = Target


class RatingFilters(serializers.Serializer):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    characteristic = CodeListField(required=False, help_text="A to E.")
    rating = serializers.ChoiceField(required=False, choices=[one.value for one in Rating])


class RatingRow(serializers.Serializer):
    leaf = serializers.CharField()
    rating = serializers.ChoiceField(choices=[one.value for one in Rating])
    reason = serializers.CharField(help_text="Why it is rated so, or why there is no rating.")
    rule_version = serializers.IntegerField(help_text=f"Of the published rule; now {RULE_VERSION}.")
    share_of_way = serializers.FloatField(allow_null=True, help_text="From baseline to target; 1 at the target.")
    share_of_time = serializers.FloatField(allow_null=True)
    value = serializers.FloatField(allow_null=True, help_text="Newest regional figure.")
    year = serializers.IntegerField(allow_null=True)
    baseline = serializers.FloatField(allow_null=True)
    baseline_year = serializers.IntegerField(allow_null=True)
    baseline_is_computed = serializers.BooleanField(help_text="No baseline was set: the value of that year serves.")
    target = serializers.FloatField(allow_null=True)
    target_year = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    is_demonstration = serializers.BooleanField(help_text=f"Value, baseline or target: {MADE_UP}")


class RatingList(_KpiList):
    """Progress of every KPI leaf for ASEAN against baseline and target, by the published rule."""

    filters = RatingFilters
    row = RatingRow

    def rows(self, filters: dict[str, Any]) -> list[tuple[Any, ...]]:
        base = frames.frame(current_data_version().number)
        leaves = [
            leaf
            for leaf in base.leaves
            if leaf.code in filters.get("leaf", [leaf.code])
            and leaf.characteristic_code in filters.get("characteristic", [leaf.characteristic_code])
        ]
        ids = [leaf.id for leaf in leaves]
        found = standings(leaves, read.values(ids), read.marks(ids))
        wanted = filters.get("rating")
        return [self._row(one, base.made_up) for one in found if wanted in (None, one.progress.rating)]

    def _row(self, one: Any, made_up: frozenset[str]) -> tuple[Any, ...]:
        latest, start, goal, told = one.regional_latest, one.baseline, one.target, one.progress
        marked = any(mark is not None and mark.is_demonstration for mark in (start, goal))
        return (
            one.leaf.code, told.rating.value, told.reason, told.rule_version, told.share_of_way, told.share_of_time,
            latest.value if latest else None, latest.year if latest else None,
            start.value if start else None, start.year if start else None, one.baseline_is_computed,
            goal.value if goal else None, goal.year if goal else None, one.leaf.shown_unit,
            marked or one.leaf.code in made_up,
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        return timezone.now().year  # which target is next depends on it


class GapFilters(serializers.Serializer):
    leaf = CodeListField(required=False, help_text="Leaf codes, such as 31c.")
    characteristic = CodeListField(required=False, help_text="A to E.")
    source_type = CodeListField(required=False, help_text="A1, A2, A3, B or C.")
    state = serializers.ChoiceField(required=False, choices=["current", "older", "none"])


class GapRow(serializers.Serializer):
    leaf = serializers.CharField()
    source_type = serializers.CharField(help_text="Who has the data.")
    state = serializers.ChoiceField(choices=["current", "older", "none"], help_text="current: at most five years old.")
    newest_year = serializers.IntegerField(allow_null=True)
    states_with_value = serializers.IntegerField()
    regional_year = serializers.IntegerField(allow_null=True, help_text="Year of the newest figure for ASEAN.")
    why = serializers.CharField(help_text="Why there is no figure; blank where there is one.")
    needed = serializers.CharField()
    who = serializers.CharField(help_text="Who can give it.")
    is_demonstration = serializers.BooleanField(help_text=MADE_UP)


class GapList(_KpiList):
    """State of the data: for each KPI leaf whether it has a figure, how old it is, or why there is none."""

    filters = GapFilters
    row = GapRow

    def rows(self, filters: dict[str, Any]) -> list[tuple[Any, ...]]:
        page = gaps_page(version=current_data_version().number)
        return [self._row(one, page.made_up) for one in page.rows if self._fits(one, filters)]

    def _fits(self, one: Any, filters: dict[str, Any]) -> bool:
        told = {
            "leaf": one.leaf.code,
            "characteristic": one.leaf.characteristic_code,
            "source_type": one.leaf.source_type,
        }
        return filters.get("state") in (None, one.state) and all(
            value in filters.get(name, [value]) for name, value in told.items()
        )

    def _row(self, one: Any, made_up: frozenset[str]) -> tuple[Any, ...]:
        regional, absent = one.newest.get(read.ASEAN), one.absence
        return (
            one.leaf.code, one.leaf.source_type, one.state, one.newest_year, one.states_with_value,
            regional.year if regional else None, absent.why if absent else "", absent.needed if absent else "",
            absent.who if absent else "", one.leaf.code in made_up,
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        return timezone.now().year


class SurveyRow(serializers.Serializer):
    leaf = serializers.CharField()
    area = serializers.CharField()
    year = serializers.IntegerField()
    value = serializers.FloatField()
    source = serializers.CharField()  # type: ignore[assignment]
    sample_size = serializers.IntegerField(allow_null=True)
    sample_note = serializers.CharField()
    link = serializers.CharField()
    is_demonstration = serializers.BooleanField()


class SurveyList(_KpiList):
    """Survey results behind KPI leaves of source A3, with who asked how many."""

    filters = BenchmarkFilters
    row = SurveyRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = SurveyEntry.objects.filter(closed_at__isnull=True, leaf__retired_at__isnull=True)
        found = among(found, filters, leaf="leaf__code", area="area__code")
        return found.order_by("leaf__position", "leaf__code", "area__code", "year", "pk").values_list(
            "leaf__code", "area__code", "year", "value", "source", "sample_size", "sample_note", "link",
            "is_demonstration",
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        found = SurveyEntry.objects.order_by("-updated_at").values_list("pk", "updated_at")
        return [found.count(), found.first()]


class RecipeShape(serializers.Serializer):
    version = serializers.IntegerField()
    state = serializers.CharField()
    is_current = serializers.BooleanField()
    is_proxy = serializers.BooleanField(help_text="The series stands in for something not measured yet.")
    adopted_at = serializers.DateTimeField(allow_null=True)
    lines = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="[what, how] in words."
    )


class InputShape(serializers.Serializer):
    role = serializers.CharField(help_text="value, numerator, denominator, base, weight, population")
    area = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField(allow_null=True)
    reference = serializers.CharField(help_text="The exact observation.")
    series = serializers.CharField(allow_null=True)
    provider = serializers.CharField(allow_null=True)
    licence = serializers.CharField(allow_null=True)
    citation = serializers.CharField(allow_null=True)
    file = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True, help_text="Of the file that brought it.")
    release_date = serializers.CharField(allow_null=True)
    known_from = serializers.CharField(allow_null=True)
    known_until = serializers.CharField(allow_null=True, help_text="Blank while it is current.")
    is_current = serializers.BooleanField()
    is_demonstration = serializers.BooleanField()


class LeftOutShape(serializers.Serializer):
    area = serializers.CharField(help_text="Code of the state, or of the body.")
    reason = serializers.CharField()


class RunShape(serializers.Serializer):
    number = serializers.IntegerField()
    trigger = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class EarlierShape(serializers.Serializer):
    value = serializers.FloatField(allow_null=True)
    withheld = serializers.CharField()
    recipe_version = serializers.IntegerField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    ended_by = serializers.CharField()


class PassportShape(serializers.Serializer):
    leaf = serializers.CharField()
    title = serializers.CharField()
    wording = serializers.CharField()
    area = serializers.CharField()
    area_name = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    decimals = serializers.IntegerField(help_text="As pages round it; `value` is not rounded.")
    obs_status = serializers.CharField()
    withheld = serializers.CharField()
    coverage_of = serializers.ChoiceField(choices=CoverageOf.values)
    states_reporting = serializers.IntegerField(allow_null=True)
    states_expected = serializers.IntegerField(allow_null=True)
    states_carried = serializers.IntegerField(allow_null=True)
    population_share = serializers.FloatField(allow_null=True)
    is_current = serializers.BooleanField(help_text="Recipe and inputs are still what they were.")
    inputs_hash = serializers.CharField()
    recipe = RecipeShape()
    inputs = InputShape(many=True)
    left_out = LeftOutShape(many=True)
    run = RunShape()
    earlier = EarlierShape(many=True, help_text="What stood here before, newest first.")
    is_demonstration = serializers.BooleanField(help_text=MADE_UP)
    url = serializers.CharField()


class PassportOne(Endpoint):
    """Passport of one KPI value: its recipe, the exact inputs, what was left out, the run, and earlier values."""

    permission = Permission.DASHBOARD_VIEW
    tag = "KPIs"

    @extend_schema(responses=PassportShape)
    def get(self, request: Request, leaf: str, area: str, period: str, **kwargs: Any) -> Response:
        codes = code_or_404(leaf, "KPI value"), code_or_404(area, "KPI value")
        found = passport(*codes, PeriodField().run_validation(period))
        if found is None:
            raise Http404("There is no such KPI value.")
        return Response(_told(found))


def _told(one: Passport) -> dict[str, Any]:
    recipe = asdict(one.recipe)
    recipe.pop("adopted_by")  # a person's address; the page shows it, an open format need not carry it
    run = asdict(one.run)
    run.pop("actor")
    same = (
        "wording", "area", "area_name", "period", "value", "unit", "decimals", "obs_status", "withheld", "coverage_of",
        "states_reporting", "states_expected", "states_carried", "population_share", "is_current", "inputs_hash",
    )  # fmt: skip
    return {
        "leaf": one.leaf_code,
        "title": one.leaf_title,
        **{name: getattr(one, name) for name in same},
        "recipe": recipe,
        "inputs": [_input(each) for each in one.inputs],
        "left_out": [{"area": each.area, "reason": each.reason} for each in one.left_out],
        "run": run,
        "earlier": [asdict(each) for each in one.earlier],
        "is_demonstration": any(each.series is not None and each.series.is_demonstration for each in one.inputs),
        "url": f"/dashboards/kpis/{one.leaf_code}/passport/?area={one.area}&period={one.period}",
    }


def _input(one: PassportInput) -> dict[str, Any]:
    series, seen = one.series, one.observation
    return {
        "role": one.role, "area": one.area, "period": one.period, "value": one.value, "weight": one.weight,
        "reference": one.reference,
        "series": series.code if series else None,
        "provider": series.provider if series else None,
        "licence": series.licence if series else None,
        "citation": series.citation if series else None,
        "file": seen.filename if seen else None,
        "sha256": seen.sha256 if seen else None,
        "release_date": seen.release_date if seen else None,
        "known_from": seen.known_from if seen else None,
        "known_until": seen.known_until if seen else None,
        "is_current": one.is_current,
        "is_demonstration": bool(series and series.is_demonstration),
    }  # fmt: skip
