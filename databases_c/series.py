"""Publishes the statistics of Database C to the registry: codes 'ARBMD:<statistic>', references 'C:<observation>'."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse

from adme.observations.periods import TimePeriod
from adme.observations.points import ObservationInfo, Part, SeriesInfo, SeriesPoint

from .models import DATASET, Statistic, StatisticObservation, Submission

_NOTES = {"C": "suppressed: few records stand behind it", "D": "suppressed to protect this or another figure"}


class RecordsSource:
    prefix = "C"

    def read(
        self,
        codes: Collection[str],
        *,
        areas: Collection[str],
        first_period: int = 0,
        totals_only: bool = True,
        as_of: datetime | None = None,
    ) -> Iterable[SeriesPoint]:
        """One statement."""
        names = _names(codes)
        if not names:
            return []
        found = StatisticObservation.objects.filter(
            known(as_of), series__statistic__code__in=names, series__area__code__in=list(areas),
            period__gte=first_period,
        )  # fmt: skip
        if totals_only:
            found = found.filter(series__dimensions="")
        rows = found.order_by("series__statistic__code", "series__area__code", "series__dimensions", "period")
        return [
            SeriesPoint(f"{DATASET}:{code}", area, dimensions, period, value, status, f"C:{pk}")
            for code, area, dimensions, period, value, status, pk in rows.values_list(
                "series__statistic__code", "series__area__code", "series__dimensions", "period", "value", "obs_status",
                "pk",
            )
        ]  # fmt: skip

    def describe(self, codes: Collection[str]) -> Mapping[str, SeriesInfo]:
        made_up = StatisticObservation.objects.filter(
            series__statistic=OuterRef("pk"), is_demonstration=True, closed_at__isnull=True
        )
        found = Statistic.objects.filter(code__in=_names(codes)).select_related("record_set__body")
        return {one.series_code: _info(one) for one in found.annotate(any_made_up=Exists(made_up))}

    def describe_observations(self, references: Collection[str]) -> Mapping[str, ObservationInfo]:
        """Two statements at most."""
        numbers = [int(one[2:]) for one in references if one[:2] == "C:" and one[2:].isascii() and one[2:].isdigit()]
        rows = StatisticObservation.objects.filter(pk__in=[one for one in numbers if one < 2**63]).select_related(
            "series__statistic__record_set", "series__area", "opened_by__recipe", "opened_by__submission",
            "opened_by__obligation__round", "opened_by__obligation__state_area", "opened_by__obligation__body",
        )  # fmt: skip
        return {f"C:{row.pk}": _observation(row) for row in rows}


def known(as_of: datetime | None) -> Q:
    """Observations that are current, or were at that time."""
    if as_of is None:
        return Q(closed_at__isnull=True)
    return Q(opened_at__lte=as_of) & (Q(closed_at__isnull=True) | Q(closed_at__gt=as_of))


def _names(codes: Collection[str]) -> list[str]:
    start = f"{DATASET}:"
    return sorted({code.removeprefix(start) for code in codes if code.startswith(start)})


def _info(statistic: Statistic) -> SeriesInfo:
    record_set = statistic.record_set
    made_up = record_set.is_demonstration or bool(getattr(statistic, "any_made_up", False))
    return SeriesInfo(
        code=statistic.series_code,
        title=statistic.title,
        unit=statistic.unit,
        source=f"Administrative records: {record_set.title}",
        provider=record_set.custodian,
        licence="",
        citation="",
        link="",
        release_date="",
        url=_address("statistic", statistic.code),
        is_demonstration=made_up,
    )


def _observation(row: StatisticObservation) -> ObservationInfo:
    compilation = row.opened_by
    submission, obligation = compilation.submission, compilation.obligation
    report = _address("report", str(obligation.public_id))
    return ObservationInfo(
        reference=f"C:{row.pk}",
        series=row.series.statistic.series_code,
        area=row.series.area.code,
        period=row.period,
        value=row.value,
        obs_status=row.obs_status,
        note=_note(row),
        filename=_name(submission),
        sha256="",  # of few rows it would confirm a guess at what is suppressed
        release_date="",
        known_from=row.opened_at.isoformat(),
        known_until=row.closed_at.isoformat() if row.closed_at else "",
        batch_url=report,
        parts=(_part(row, report),),
        parts_total=1,
        parts_url=report,
    )


def _note(row: StatisticObservation) -> str:
    told = [f"recipe {row.opened_by.recipe.number}"]
    if row.opened_by.submission is None:
        told.append("certified that there is nothing to report")
    told += [_NOTES[row.conf_status]] if row.conf_status in _NOTES else []
    return "; ".join(told)


def _name(submission: Submission | None) -> str:
    return "Certified nil" if submission is None else f"Submission, version {submission.number}"


def _part(row: StatisticObservation, url: str) -> Part:
    """The submission by its name; never a row of it, nor how many there are."""
    obligation = row.opened_by.obligation
    period = TimePeriod.from_key(obligation.round.period)
    title = f"{row.series.statistic.record_set.title}, {obligation.reporter_label} {period}"
    return Part(title, url, f"{_name(row.opened_by.submission)}; {_note(row)}", row.is_demonstration)


def _address(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
