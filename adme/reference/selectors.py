"""Reads of reference data: who is a member when, which area a text means, which areas an import keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from adme.common.text import fold

from .models import Area, AreaAlias, AreaMembership, Code


def membership(group: str = "ASEAN") -> list[AreaMembership]:
    """All memberships of a group with their areas, past and coming ones too, by name of the area.

    One query; who asks for many days reads this once and uses `AreaMembership.holds_on`.
    """
    found = AreaMembership.objects.filter(
        group__code=group, group__retired_at__isnull=True, area__retired_at__isnull=True, retired_at__isnull=True
    )
    return list(found.select_related("area", "group").order_by("area__name"))


def members_on(day: date, group: str = "ASEAN") -> tuple[str, ...]:
    """Codes of the areas that belong to the group on that day, by name: ten on 2025-10-25, eleven a day later."""
    return tuple(one.area.code for one in membership(group) if one.holds_on(day))


def member_states() -> list[Area]:
    """The Member States of ASEAN as of today, in the alphabetical order of their names, as ASEAN lists them."""
    today = timezone.localdate()
    return [one.area for one in membership("ASEAN") if one.holds_on(today)]


def kept_areas(groups: Iterable[str]) -> frozenset[str]:
    """Codes of all areas that are, were or will be in one of the groups: what an import stores."""
    found = AreaMembership.objects.filter(
        group__code__in=list(groups), group__retired_at__isnull=True, retired_at__isnull=True
    )
    return frozenset(found.filter(area__retired_at__isnull=True).values_list("area__code", flat=True))


def codes_of(code_list: str) -> dict[str, str]:
    """Code and name of a code list such as CL_SEX, in its order."""
    found = Code.objects.filter(code_list__code=code_list, retired_at__isnull=True).order_by("position", "code")
    return dict(found.values_list("code", "name"))


def spellings_of(areas: Iterable[Area]) -> dict[str, str]:
    """Folded code, two-letter code, M49 number and name of each area, to the area's code."""
    return {fold(text): area.code for area in areas for text in (area.name, area.m49, area.iso2, area.code) if text}


class AreaResolver:
    """Finds the area a text means: a code, a two-letter code, an M49 number, a name, or a known other spelling.

    Reads all of them once (two queries); make one per import and ask it for every row. Retired areas and spellings
    are not found. Comparison is by `adme.common.text.fold`.
    """

    def __init__(self) -> None:
        areas = list(Area.objects.filter(retired_at__isnull=True))
        aliases = AreaAlias.objects.filter(retired_at__isnull=True, area__retired_at__isnull=True)
        self._codes: dict[str, str] = dict(aliases.values_list("alias", "area__code"))
        self._codes.update(spellings_of(areas))  # a code or name is stronger than a spelling a person added
        self._seen: dict[str, str | None] = {}

    def resolve(self, text: str | None) -> str | None:
        """Code of the area, or None."""
        if not text:
            return None
        if text not in self._seen:
            self._seen[text] = self._codes.get(fold(text))
        return self._seen[text]


def resolve_area(text: str | None) -> str | None:
    """Code of the area a single text means; for many texts use one AreaResolver."""
    return AreaResolver().resolve(text)
