"""How an indicator came to be as it is: the imports that changed it, the values they replaced, past states of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from adme.common.formatting import day, figure, moment
from adme.ingest.models import ImportBatch
from adme.observations.periods import TimePeriod

from .models import Observation

REVISIONS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Vintage:
    """One import of the indicator. `as_of` is its moment to the microsecond: a day may have several imports."""

    batch: ImportBatch
    name: str
    opened: int
    closed: int
    as_of: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    area: str
    period: str
    detail: str
    before: str
    after: str
    when: datetime | None
    by: str
    batch_url: str


def end_of_day(of: date) -> datetime:
    """A date as a moment: what was known at the end of it, in UTC."""
    return datetime.combine(of, time.max, tzinfo=UTC)


def as_of_words(as_of: date | datetime | None) -> str:
    if as_of is None:
        return ""
    return moment(as_of) if isinstance(as_of, datetime) else f"the end of {day(as_of)}"


def _name(filename: str, undoes: int | None) -> str:
    return f"Undo of {filename}" if undoes is not None else filename


def dimension_words(dimensions: str) -> str:
    return dimensions.replace(";", ", ").replace("=", " ") if dimensions else "Total"


def vintages(series_ids: list[int]) -> list[Vintage]:
    """The imports that opened or closed values of these series, newest first."""
    rows = Observation.objects.filter(series_id__in=series_ids).order_by()
    opened = dict(rows.values_list("opened_by").annotate(n=Count("id")))
    closed = dict(rows.filter(closed_by__isnull=False).values_list("closed_by").annotate(n=Count("id")))
    batches = ImportBatch.objects.filter(pk__in={*opened, *closed}).order_by("-applied_at")
    return [
        Vintage(
            batch=batch,
            name=_name(batch.filename, batch.undoes_id),
            opened=opened.get(batch.pk, 0),
            closed=closed.get(batch.pk, 0),
            as_of=f"{batch.applied_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if batch.applied_at else "",
        )
        for batch in batches
    ]


def revisions(series: list[tuple[int, str, str, str]]) -> list[RevisionRow]:
    """Values that were replaced or closed, newest first, with what came instead."""
    keys = {pk: (name, dimensions) for pk, _, dimensions, name in series}
    after = Observation.objects.filter(
        series=OuterRef("series"), period=OuterRef("period"), opened_by=OuterRef("closed_by")
    )
    rows = (
        Observation.objects.filter(series_id__in=list(keys), closed_by__isnull=False)
        .order_by("-closed_by__applied_at", "series_id", "-period")
        .annotate(new_value=Subquery(after.values("value")[:1]), new_status=Subquery(after.values("obs_status")[:1]))
        .values_list(
            "series_id", "period", "value", "obs_status", "new_value", "new_status",
            "closed_by__applied_at", "closed_by__filename", "closed_by__public_id", "closed_by__undoes_id",
        )[:REVISIONS_SHOWN]
    )  # fmt: skip
    return [
        RevisionRow(
            area=keys[series_id][0],
            period=str(TimePeriod.from_key(period)),
            detail=dimension_words(keys[series_id][1]),
            before=figure(value, None, status),
            after=figure(new_value, None, new_status) if new_status else "closed",
            when=when,
            by=_name(filename, undoes),
            batch_url=reverse("import_detail", args=[batch]),
        )
        for series_id, period, value, status, new_value, new_status, when, filename, batch, undoes in rows
    ]
