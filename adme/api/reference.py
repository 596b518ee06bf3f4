"""Reference data under /api/v1/: frameworks, areas with dated membership, bodies, issues, code lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from rest_framework import serializers

from adme.reference.models import (
    Area,
    AreaGroup,
    AreaMembership,
    Code,
    CodeList,
    CrossPillarIssue,
    Framework,
    FrameworkItem,
    SectoralBody,
    Wording,
)

from .parameters import CodeListField, SearchField, among
from .tables import TableView

WORDING = f"How sure we are of the title: {', '.join(Wording.values)}."


class _ReferenceList(TableView):
    tag = "Reference"


class FrameworkRow(serializers.Serializer):
    framework = serializers.CharField()
    title = serializers.CharField()
    short_title = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    wording = serializers.CharField(help_text=WORDING)
    source = serializers.CharField()  # type: ignore[assignment]


class FrameworkList(_ReferenceList):
    """Frameworks: the Blueprint 2025, the Strategic Plan 2035."""

    row = FrameworkRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = Framework.objects.filter(retired_at=None).order_by("starts_on", "code")
        return found.values_list("code", "title", "short_title", "starts_on", "ends_on", "wording", "source")


class ItemFilters(serializers.Serializer):
    framework = CodeListField(required=False, help_text="Such as BP2025.")
    tier = CodeListField(required=False, help_text="Such as characteristic, kra, strategic_measure.")
    parent = CodeListField(required=False, help_text="Codes of the item above, such as E.")  # type: ignore[assignment]
    item = CodeListField(required=False, help_text="Codes of items, such as E.3.")


class ItemRow(serializers.Serializer):
    framework = serializers.CharField()
    item = serializers.CharField()
    tier = serializers.CharField()
    title = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    position = serializers.IntegerField()
    wording = serializers.CharField(help_text=WORDING)
    source = serializers.CharField()  # type: ignore[assignment]


class ItemList(_ReferenceList):
    """Characteristics, KRAs, strategic measures and goals of the frameworks, each with the item above it."""

    filters = ItemFilters
    row = ItemRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = FrameworkItem.objects.filter(retired_at=None, framework__retired_at=None)
        found = among(found, filters, framework="framework__code", tier="tier", parent="parent__code", item="code")
        return found.order_by("framework__code", "position", "pk").values_list(
            "framework__code", "code", "tier", "title", "parent__code", "position", "wording", "source"
        )


class AreaFilters(serializers.Serializer):
    area = CodeListField(required=False, help_text="Area codes, such as IDN,VNM,ASEAN.")
    kind = serializers.ChoiceField(required=False, choices=Area.Kind.choices)
    search = SearchField(help_text="A part of the name.")


class AreaRow(serializers.Serializer):
    area = serializers.CharField(help_text="ISO 3166-1 alpha-3, or the code of an aggregate.")
    iso2 = serializers.CharField()
    m49 = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    official_languages = serializers.CharField()
    capital = serializers.CharField()


class AreaList(_ReferenceList):
    """Reference areas: countries, and aggregates such as ASEAN."""

    filters = AreaFilters
    row = AreaRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = among(Area.objects.filter(retired_at=None), filters, area="code")
        if kind := filters.get("kind"):
            found = found.filter(kind=kind)
        if text := filters.get("search"):
            found = found.filter(name__icontains=text)
        return found.order_by("name", "code").values_list(
            "code", "iso2", "m49", "name", "kind", "official_languages", "capital"
        )


class AreaGroupRow(serializers.Serializer):
    group = serializers.CharField()
    name = serializers.CharField()


class GroupList(_ReferenceList):
    """Groups of areas, such as ASEAN and the comparators; who belongs to them stands in area-memberships."""

    row = AreaGroupRow

    def rows(self, filters: dict[str, Any]) -> Any:
        return AreaGroup.objects.filter(retired_at=None).order_by("code").values_list("code", "name")


class MembershipFilters(serializers.Serializer):
    group = CodeListField(required=False, help_text="Group codes, such as ASEAN.")
    area = CodeListField(required=False, help_text="Area codes.")
    on = serializers.DateField(required=False, help_text="Only who belonged to the group on that day.")


class MembershipRow(serializers.Serializer):
    group = serializers.CharField()
    area = serializers.CharField()
    name = serializers.CharField()
    joined_on = serializers.DateField(allow_null=True)
    left_on = serializers.DateField(allow_null=True, help_text="First day on which it did not belong any more.")


class MembershipList(_ReferenceList):
    """Which area belongs to which group, from when to when: ASEAN had ten members until 25 October 2025."""

    filters = MembershipFilters
    row = MembershipRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = AreaMembership.objects.filter(retired_at=None, group__retired_at=None, area__retired_at=None)
        found = among(found, filters, group="group__code", area="area__code")
        day: date | None = filters.get("on")
        if day is not None:
            found = found.filter(Q(joined_on=None) | Q(joined_on__lte=day), Q(left_on=None) | Q(left_on__gt=day))
        return found.order_by("group__code", "area__name", "pk").values_list(
            "group__code", "area__code", "area__name", "joined_on", "left_on"
        )


class BodyRow(serializers.Serializer):
    body = serializers.CharField()
    acronym = serializers.CharField()
    name = serializers.CharField()
    reports_to = serializers.CharField()
    sector = serializers.CharField()


class BodyList(_ReferenceList):
    """Sectoral bodies."""

    row = BodyRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = SectoralBody.objects.filter(retired_at=None).order_by("acronym")
        return found.values_list("code", "acronym", "name", "reports_to", "sector")


class IssueRow(serializers.Serializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    lead_bodies = serializers.CharField(help_text="As the source gives them.")
    source = serializers.CharField()  # type: ignore[assignment]


class IssueList(_ReferenceList):
    """Cross-pillar issues."""

    row = IssueRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = CrossPillarIssue.objects.filter(retired_at=None).order_by("number")
        return found.values_list("number", "title", "lead_bodies", "source")


class CodeListRow(serializers.Serializer):
    code_list = serializers.CharField()
    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class CodeListList(_ReferenceList):
    """Code lists; their codes stand in codes."""

    row = CodeListRow

    def rows(self, filters: dict[str, Any]) -> Any:
        return CodeList.objects.filter(retired_at=None).order_by("code").values_list("code", "name", "source")


class CodeFilters(serializers.Serializer):
    code_list = CodeListField(required=False, help_text="Such as CL_SEX,CL_OBS_STATUS.")
    code = CodeListField(required=False)


class CodeRow(serializers.Serializer):
    code_list = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    position = serializers.IntegerField()


class CodeTable(_ReferenceList):
    """Codes of the code lists, in their order."""

    filters = CodeFilters
    row = CodeRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = Code.objects.filter(retired_at=None, code_list__retired_at=None)
        found = among(found, filters, code_list="code_list__code", code="code")
        return found.order_by("code_list__code", "position", "code").values_list(
            "code_list__code", "code", "name", "position"
        )
