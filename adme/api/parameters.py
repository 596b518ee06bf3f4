"""Query parameters and parts of addresses that several endpoints share."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils.dateparse import parse_date
from rest_framework import serializers

from adme.observations.periods import PeriodError, TimePeriod

MOST_CODES = 500


class CodeListField(serializers.CharField):
    """One or more codes, comma separated: `IDN,VNM`."""

    def to_internal_value(self, data: Any) -> list[str]:  # type: ignore[override]
        text = super().to_internal_value(data)
        if not text.isprintable():
            raise serializers.ValidationError("Codes hold printable characters only.")
        codes = list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
        if len(codes) > MOST_CODES:
            raise serializers.ValidationError(f"At most {MOST_CODES} codes at once; this list has {len(codes)}.")
        return codes


class SearchField(serializers.CharField):
    """Words to look for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 200, **kwargs})


class YesNoField(serializers.ChoiceField):
    """`yes` or `no`; becomes a truth value."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "choices": ["yes", "no"], **kwargs})

    def to_internal_value(self, data: Any) -> bool:  # type: ignore[override]
        return bool(super().to_internal_value(data) == "yes")


class PeriodField(serializers.CharField):
    """A time period as in ADME's pages; becomes its key."""

    def to_internal_value(self, data: Any) -> int:  # type: ignore[override]
        try:
            return TimePeriod.parse(super().to_internal_value(data)).key
        except PeriodError as error:
            raise serializers.ValidationError(str(error)) from error


class PeriodsFilters(serializers.Serializer):
    """Filters `from` and `to`; subclasses add theirs. `from` is a word of Python, so it stands in `get_fields`."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            **super().get_fields(),
            "from": PeriodField(required=False, help_text="First period, such as 2016."),
            "to": PeriodField(required=False, help_text="Last period; 2024 takes in its quarters and months."),
        }


def within(found: Any, filters: dict[str, Any], path: str = "period") -> Any:
    """The query set with the filters of PeriodsFilters; `path` leads to the period key."""
    if "from" in filters:
        found = found.filter(**{f"{path}__gte": filters["from"]})
    if "to" in filters:
        found = found.filter(**{f"{path}__lte": end_of(filters["to"])})
    return found


def among(found: Any, filters: dict[str, Any], **lookups: str) -> Any:
    """The query set with filters that are lists of codes: among(found, filters, area="area__code")."""
    return found.filter(**{f"{path}__in": filters[name] for name, path in lookups.items() if name in filters})


def end_of(period_key: int) -> int:
    """Last key of the year when a whole year is meant, so that `to=2024` takes in its quarters and months."""
    return period_key + 999 if period_key % 1000 == 0 else period_key


@lru_cache(2048)
def shown_period(key: int) -> str:
    return str(TimePeriod.from_key(key))


def code_or_404(text: str, what: str = "thing") -> str:
    """A code from an address; what no code can be (a NUL, which PostgreSQL refuses) is not there."""
    if not text.isprintable() or len(text) > 200:
        raise Http404(f"There is no such {what}.")
    return text


class AsOfField(serializers.DateTimeField):
    """A moment. A bare date means the end of that day in UTC, since a reader asks what was known on it."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            day = parse_date(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is not None:
            return datetime.combine(day, time.max, tzinfo=UTC)
        return super().to_internal_value(value)
