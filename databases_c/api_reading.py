"""Database C under /api/v1/: record sets, statistics with metadata, their figures, what is held, and the comparison of
sources. What the pages keep back (suppressed cells, numbers of records about persons) is kept back here by the same
selectors.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.permissions import Permission
from adme.api.parameters import (
    AsOfField,
    CodeListField,
    PeriodsFilters,
    YesNoField,
    among,
    code_or_404,
    shown_period,
    within,
)
from adme.api.tables import Endpoint, TableView
from adme.observations import registry

from .models import DATASET, Candidate, Concept, RecordSet, Statistic, StatisticObservation
from .pages import statistics as pages
from .pages.comparisons import is_due
from .selectors import figures
from .selectors import holdings as held
from .selectors import sets as set_selectors
from .series import known

TAG = "Database C"


class SetFilters(serializers.Serializer):
    set = CodeListField(required=False, help_text="Such as labour-inspections.")
    body = CodeListField(required=False, help_text="Codes of sectoral bodies.")


class SetRow(serializers.Serializer):
    set = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    kind = serializers.ChoiceField(choices=RecordSet.Kind.choices)
    custodian = serializers.CharField(help_text="Kind of ministry or agency that keeps the records.")
    legal_basis = serializers.CharField()
    unit_of_record = serializers.CharField()
    population = serializers.CharField()
    coverage = serializers.CharField()
    periodicity = serializers.CharField(help_text="CL_FREQ.")
    reference_period = serializers.CharField()
    is_personal = serializers.BooleanField(help_text="One record is about one person.")
    is_proposed = serializers.BooleanField(help_text="Proposed by ADME; not yet agreed by the sectoral body.")
    provenance = serializers.CharField()
    first_period = serializers.CharField()
    layout = serializers.IntegerField(allow_null=True, help_text="Version of the file layout in force.")
    is_demonstration = serializers.BooleanField()


_SET = (
    "code", "title", "body__code", "kind", "custodian", "legal_basis", "unit_of_record", "population", "coverage",
    "periodicity", "reference_period", "is_personal", "is_proposed", "provenance", "first_period", "current__number",
    "is_demonstration",
)  # fmt: skip


class SetList(TableView):
    """Record sets: which administrative records the Member States send, and what is known of them."""

    permission = Permission.REPORT_READ
    tag = TAG
    filters = SetFilters
    row = SetRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = among(RecordSet.objects.filter(retired_at__isnull=True), filters, set="code", body="body__code")
        return found.order_by("body__acronym", "title", "pk").values_list(*_SET)

    def stamp(self, filters: dict[str, Any]) -> Any:
        found = RecordSet.objects.order_by("pk")
        return list(found.values_list("pk", "retired_at", *_SET))  # few, and a change is not a new data version


class SetDetail(SetRow):
    columns_and_rules = serializers.DictField(
        help_text="The layout in force: columns with types, code lists and obligations, and the rules that are checked."
    )


class SetOne(Endpoint):
    """One record set with the layout of its file."""

    permission = Permission.REPORT_READ
    tag = TAG

    @extend_schema(responses=SetDetail)
    def get(self, request: Request, code: str, **kwargs: Any) -> Response:
        found = set_selectors.find(code_or_404(code, "record set"))
        if found is None or found.is_retired:
            raise Http404("There is no such record set.")
        row = RecordSet.objects.filter(pk=found.pk).values_list(*_SET)[0]
        layout = found.current.layout if found.current else {}
        return Response({**dict(zip(SetRow().fields, row, strict=True)), "columns_and_rules": layout})


class StatisticFilters(serializers.Serializer):
    statistic = CodeListField(required=False, help_text="Such as FILM_AWARDS.")
    set = CodeListField(required=False, help_text="Codes of record sets.")
    body = CodeListField(required=False, help_text="Codes of sectoral bodies.")


class StatisticRow(serializers.Serializer):
    statistic = serializers.CharField()
    series = serializers.CharField(help_text="Code by which KPI recipes read it.")
    set = serializers.CharField()
    body = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    definition = serializers.CharField()
    is_proposed = serializers.BooleanField()
    recipe_version = serializers.IntegerField(allow_null=True)
    adopted_at = serializers.DateTimeField(allow_null=True)
    is_demonstration = serializers.BooleanField(help_text="The set, or some of its figures, are made up.")


class StatisticList(TableView):
    """Statistics compiled from administrative records. Metadata stand at `statistics/<code>/metadata/`."""

    permission = Permission.DASHBOARD_VIEW
    tag = TAG
    filters = StatisticFilters
    row = StatisticRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = Statistic.objects.filter(retired_at__isnull=True)
        found = among(found, filters, statistic="code", set="record_set__code", body="record_set__body__code")
        made_up = StatisticObservation.objects.filter(
            series__statistic=OuterRef("pk"), closed_at=None, is_demonstration=True
        )
        return (
            found.annotate(any_made_up=Exists(made_up))
            .order_by("code")
            .values_list(
                "code", "record_set__code", "record_set__body__code", "title", "unit", "definition", "is_proposed",
                "current__number", "current__adopted_at", "record_set__is_demonstration", "any_made_up",
            )
        )  # fmt: skip

    def present(self, row: Any) -> tuple[Any, ...]:
        return (row[0], f"{DATASET}:{row[0]}", *row[1:9], row[9] or row[10])

    def stamp(self, filters: dict[str, Any]) -> Any:
        return list(
            Statistic.objects.order_by("pk").values_list(
                "pk", "retired_at", "title", "unit", "definition", "is_proposed", "current_id"
            )
        )


class HeadingShape(serializers.Serializer):
    concept = serializers.CharField(help_text="SDMX concept, as in the Euro-SDMX Metadata Structure.")
    title = serializers.CharField()
    group = serializers.CharField()
    text = serializers.CharField(help_text="Blank: nothing is said.")


class MetadataShape(serializers.Serializer):
    statistic = serializers.CharField()
    title = serializers.CharField()
    headings = HeadingShape(many=True)
    is_demonstration = serializers.BooleanField()
    url = serializers.CharField()


class MetadataOne(Endpoint):
    """Metadata of one statistic under SDMX concept headings."""

    permission = Permission.DASHBOARD_VIEW
    tag = TAG

    @extend_schema(responses=MetadataShape)
    def get(self, request: Request, code: str, **kwargs: Any) -> Response:
        found = figures.find(code_or_404(code, "statistic"))
        if found is None:
            raise Http404("There is no such statistic.")
        headings = [
            {
                "concept": line.heading.code,
                "title": line.heading.title,
                "group": line.heading.group,
                "text": line.text,
            }
            for group in pages.metadata_groups(found)
            for line in group.lines
        ]
        return Response(
            {
                "statistic": found.code,
                "title": found.title,
                "headings": headings,
                "is_demonstration": pages.is_demonstration(found),
                "url": f"/database-c/statistics/{found.code}/metadata/",
            }
        )


class FigureFilters(PeriodsFilters):
    statistic = CodeListField(required=False, help_text="Such as FILM_AWARDS.")
    set = CodeListField(required=False, help_text="Codes of record sets.")
    area = CodeListField(required=False, help_text="Area codes, such as IDN.")
    total = YesNoField(help_text="yes: totals only; no: breakdowns only.")
    as_of = AsOfField(required=False, help_text="What was published at that time; a date means its end in UTC.")


class StatisticFigureRow(serializers.Serializer):
    statistic = serializers.CharField()
    area = serializers.CharField()
    dimensions = serializers.CharField(help_text="'' for the total, else such as 'AGE=Y0T14;SEX=F'.")
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null where it is suppressed or there is none.")
    unit = serializers.CharField()
    obs_status = serializers.CharField(help_text="SDMX CL_OBS_STATUS; Q: suppressed.")
    conf_status = serializers.CharField(help_text="SDMX CL_CONF_STATUS; C or D: suppressed, F: free.")
    recipe_version = serializers.IntegerField()
    known_from = serializers.DateTimeField()
    is_demonstration = serializers.BooleanField()


class FigureList(TableView):
    """Published figures of the statistics by state, period and breakdown, with the marks of suppressed cells."""

    permission = Permission.DASHBOARD_VIEW
    tag = TAG
    filters = FigureFilters
    row = StatisticFigureRow

    def rows(self, filters: dict[str, Any]) -> Any:
        as_of = filters.get("as_of")
        found = StatisticObservation.objects.filter(known(as_of), series__statistic__retired_at__isnull=True)
        if as_of is not None:  # what is suppressed now is not told of the past either
            kept_back = StatisticObservation.objects.filter(
                series=OuterRef("series"), period=OuterRef("period"), closed_at=None, obs_status=figures.SUPPRESSED
            )
            found = found.filter(Q(closed_at=None) | ~Exists(kept_back))
        found = within(found, filters)
        if "total" in filters:
            totals = Q(series__dimensions="")
            found = found.filter(totals if filters["total"] else ~totals)
        found = among(
            found, filters, statistic="series__statistic__code", set="series__statistic__record_set__code",
            area="series__area__code",
        )  # fmt: skip
        return found.order_by(
            "series__statistic__code", "series__area__code", "series__dimensions", "period", "pk"
        ).values_list(
            "series__statistic__code", "series__area__code", "series__dimensions", "period", "value",
            "series__statistic__unit", "obs_status", "conf_status", "opened_by__recipe__number", "opened_at",
            "is_demonstration",
        )  # fmt: skip

    def present(self, row: Any) -> tuple[Any, ...]:
        return (*row[:3], shown_period(row[3]), *row[4:])


class HoldingFilters(PeriodsFilters):
    set = CodeListField(required=False, help_text="Codes of record sets.")
    state = CodeListField(required=False, help_text="Member States, such as IDN.")
    kind = serializers.ChoiceField(required=False, choices=[one.value for one in held.Kind])


class HoldingRow(serializers.Serializer):
    set = serializers.CharField()
    state = serializers.CharField()
    period = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=[one.value for one in held.Kind], help_text="held: approved. Of the others none is a zero."
    )
    timing = serializers.ChoiceField(choices=[one.value for one in held.Timing])
    verdict = serializers.CharField(help_text="Of the checks; blank where nothing is held.")
    records = serializers.IntegerField(
        allow_null=True, help_text="Null: not known, or not told, since it is a figure about persons or suppressed."
    )
    units_known = serializers.IntegerField(allow_null=True, help_text="Units that should report, as the state says.")
    units_reporting = serializers.IntegerField(allow_null=True)
    errors_per_1000 = serializers.FloatField(allow_null=True, help_text="Records refused; null where it is not told.")
    warnings_per_1000 = serializers.FloatField(allow_null=True)
    versions = serializers.IntegerField(allow_null=True, help_text="Files sent until it was approved and since.")
    is_demonstration = serializers.BooleanField()


class HoldingList(TableView):
    """What is held of the record sets, by state and period: coverage, timeliness, and quality."""

    permission = Permission.DASHBOARD_VIEW
    tag = TAG
    filters = HoldingFilters
    row = HoldingRow

    def rows(self, filters: dict[str, Any]) -> list[tuple[Any, ...]]:
        page = held.holdings(held.Filters(), held.record_sets())
        if page is None:  # cannot happen: nothing was asked for
            return []
        return [self._row(one, page) for one in page.rows if self._fits(one, filters)]

    def _fits(self, one: held.Report, filters: dict[str, Any]) -> bool:
        last = filters.get("to", 9_999_999)
        return (
            one.set in filters.get("set", [one.set])
            and one.state in filters.get("state", [one.state])
            and one.kind == filters.get("kind", one.kind)
            and one.period >= filters.get("from", 0)
            and one.period <= (last + 999 if last % 1000 == 0 else last)
        )

    def _row(self, one: held.Report, page: held.Holdings) -> tuple[Any, ...]:
        sent = page.sent.get(one.key)
        told = page.numbers([one])
        return (
            one.set, one.state, shown_period(one.period), one.kind.value, one.timing.value,
            sent.verdict if sent else "", page.cell([one]).records,
            sent.units_known if sent else None, sent.units_reporting if sent else None,
            told.errors_rate, told.warnings_rate, sent.versions if sent else None,
            one.is_demonstration or bool(sent and sent.is_demonstration),
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        return held.stamp()


class ConceptFilters(serializers.Serializer):
    concept = CodeListField(required=False)
    leaf = CodeListField(required=False, help_text="KPI leaves that it feeds, such as 21.")


class ConceptRow(serializers.Serializer):
    concept = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField()
    leaf = serializers.CharField(help_text="KPI leaf that it feeds; may be blank.")
    chosen = serializers.CharField(allow_null=True, help_text="Series that was chosen; null while nobody has.")
    chosen_source = serializers.CharField(allow_null=True, help_text="A, B or C.")
    reason = serializers.CharField(help_text="Of the last choice.")
    reviewed_on = serializers.DateField(allow_null=True)
    next_on = serializers.DateField(allow_null=True)
    is_due = serializers.BooleanField(help_text="The choice is to be made, or made anew.")


class ConceptList(TableView):
    """Concepts that more than one database measures, each with the series that was chosen, why, and until when."""

    permission = Permission.DASHBOARD_VIEW
    tag = TAG
    filters = ConceptFilters
    row = ConceptRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = among(Concept.objects.filter(retired_at=None), filters, concept="code", leaf="leaf")
        return found.select_related("chosen").prefetch_related("reviews").order_by("title", "code")

    def present(self, row: Concept) -> tuple[Any, ...]:
        review = next(iter(row.reviews.all()), None)
        return (
            row.code, row.title, row.definition, row.leaf, row.chosen.series if row.chosen else None,
            row.chosen.source if row.chosen else None, review.reason if review else "",
            review.reviewed_on if review else None, review.next_on if review else None, is_due(review),
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        told = Concept.objects.order_by("pk").values_list("pk", "title", "definition", "leaf", "chosen", "retired_at")
        return [list(told), Concept.objects.aggregate(Max("reviews__pk")), timezone.localdate()]


class CandidateFilters(serializers.Serializer):
    concept = CodeListField(required=False)
    source = serializers.ChoiceField(required=False, choices=Candidate.Source.choices)  # type: ignore[assignment]


class CandidateRow(serializers.Serializer):
    concept = serializers.CharField()
    source = serializers.CharField(help_text="A, B or C.")  # type: ignore[assignment]
    series = serializers.CharField()
    dimensions = serializers.CharField()
    distance = serializers.IntegerField(help_text="0 same definition, 1 near, 2 partial, 3 proxy.")
    difference = serializers.CharField(help_text="In words: what is measured otherwise.")
    is_chosen = serializers.BooleanField()
    is_held = serializers.BooleanField(help_text="ADME holds the series.")
    is_demonstration = serializers.BooleanField()


class CandidateList(TableView):
    """Series that measure a concept, side by side, with how far each is from its definition."""

    permission = Permission.DASHBOARD_VIEW
    tag = TAG
    filters = CandidateFilters
    row = CandidateRow

    def rows(self, filters: dict[str, Any]) -> list[tuple[Any, ...]]:
        found = self._candidates().filter(retired_at=None)
        found = among(found, filters, concept="concept__code")
        if source := filters.get("source"):
            found = found.filter(source=source)
        rows = list(
            found.order_by("concept__title", "source", "distance", "series", "pk").values_list(
                "concept__code", "source", "series", "dimensions", "distance", "difference", "pk", "concept__chosen"
            )
        )
        infos = registry.describe({row[2] for row in rows})
        return [
            (*row[:6], row[6] == row[7], row[2] in infos, row[2] in infos and infos[row[2]].is_demonstration)
            for row in rows
        ]

    def stamp(self, filters: dict[str, Any]) -> Any:
        chosen = F("concept__chosen")
        return [*self._candidates().order_by("pk").values_list("pk", "retired_at", chosen, "distance", "difference")]

    def _candidates(self) -> Any:
        return Candidate.objects.filter(concept__retired_at=None)
