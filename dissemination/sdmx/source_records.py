"""Statistics of Database C as SDMX series. Suppressed values are stored nowhere, so none can leave here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet

from databases_c.models import StatisticObservation
from databases_c.series import known as known_at

from .catalogue import Catalogue
from .flows import IndicatorCode
from .periods import frequency_of
from .queries import DataQuery
from .reading import Raw, RawSeries, in_time, period_range

NOTES = {"C": "Suppressed: few records stand behind it.", "D": "Suppressed to protect this or another figure."}
_FIELDS = (
    "series_id", "series__statistic_id", "series__area__code", "series__dimensions", "period", "value", "obs_status",
    "conf_status", "is_demonstration",
)  # fmt: skip


def read(query: DataQuery, known: Catalogue) -> Iterator[RawSeries]:
    """One statement."""
    rows = _observations(query, known).order_by(
        "series__statistic__code", "series__area__code", "series__dimensions", "series_id", "period"
    )
    for _, group in groupby(rows.values_list(*_FIELDS).iterator(chunk_size=5000), key=itemgetter(0)):
        found = list(group)
        _, statistic, area, dimensions, *_ = found[0]
        told = query.flow.indicators.get(statistic) or IndicatorCode(f"STATISTIC_{statistic}")
        by_frequency: dict[str, list[Raw]] = {}
        for *_, period, value, status, confidentiality, made_up in found:
            by_frequency.setdefault(frequency_of(period), []).append(
                Raw(
                    period,
                    value,
                    (
                        status, confidentiality, NOTES.get(confidentiality),
                        "Y" if made_up or told.is_demonstration else "N",
                    ),
                )
            )  # fmt: skip
        for frequency, raw in sorted(by_frequency.items()):
            key = (frequency, area, told.id, *known.key(dimensions))
            yield RawSeries(key, (known.unit(told.unit), "0", told.decimals), in_time(raw))


def _observations(query: DataQuery, known: Catalogue) -> QuerySet[StatisticObservation]:
    flow = query.flow
    found = StatisticObservation.objects.filter(known_at(query.as_of), series__statistic__retired_at__isnull=True)
    if query.updated_after is not None:
        found = found.filter(opened_at__gt=query.updated_after)
    areas = query.codes(1, known.areas)
    if areas is not None:
        found = found.filter(series__area__code__in=sorted(areas))
    statistics = query.codes(2, {one.id: one.id for one in flow.indicators.values()})
    if statistics is not None:
        chosen = [pk for pk, one in flow.indicators.items() if one.id in statistics]
        found = found.filter(series__statistic_id__in=chosen)
    return found.filter(**period_range(query))
