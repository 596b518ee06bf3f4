"""Tool 1 under /api/v1/: work plans, and activities as handed-in reports tell them, by the visibility of the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from rest_framework import serializers

from adme.accounts.permissions import Permission
from adme.api.parameters import CodeListField, PeriodsFilters, SearchField, YesNoField, among, shown_period, within
from adme.api.tables import TableView

from .models import FactTag, Stand
from .selectors.fulltext import matching
from .selectors.plans import may_read_plans, plans_for
from .selectors.search import TAG_FILTERS
from .selectors.visibility import visible_to

STANDING = "approved; or submitted, which the Secretariat and M&E officers see before the approval."


class ActivityFilters(PeriodsFilters):
    activity = serializers.UUIDField(required=False)
    body = CodeListField(required=False, help_text="Codes of sectoral bodies.")
    status = CodeListField(required=False, help_text="Codes of CL_ACTIVITY_STATUS.")
    type = CodeListField(required=False, help_text="Codes of CL_ACTIVITY_TYPE.")
    kra = CodeListField(required=False, help_text="KRA codes, such as E.3.")
    measure = CodeListField(required=False, help_text="Codes of strategic measures.")
    kpi = CodeListField(required=False, help_text="KPI leaves that it serves, such as 3.")
    issue = CodeListField(required=False, help_text="Numbers of cross-pillar issues.")
    theme = CodeListField(required=False, help_text="Codes of CL_ACTIVITY_TAG.")
    state = CodeListField(required=False, help_text="Lead Member States, such as IDN.")
    partner = CodeListField(required=False, help_text="Partner bodies.")
    dialogue = CodeListField(required=False, help_text="Codes of CL_DIALOGUE_PARTNER.")
    stakeholder = CodeListField(required=False, help_text="Codes of CL_STAKEHOLDER.")
    standing = serializers.ChoiceField(required=False, choices=Stand.choices)
    latest = YesNoField(help_text="yes: of each activity its latest report only.")
    search = SearchField(help_text="Words that all stand in it.")


class ActivityRow(serializers.Serializer):
    activity = serializers.UUIDField()
    body = serializers.CharField()
    period = serializers.CharField()
    number = serializers.CharField(help_text="As the work plan numbers it.")
    title = serializers.CharField()
    activity_type = serializers.CharField()
    frequency = serializers.CharField()
    status = serializers.CharField(help_text="CL_ACTIVITY_STATUS.")
    percent_complete = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    kras = serializers.ListField(child=serializers.CharField())
    measures = serializers.ListField(child=serializers.CharField())
    kpis = serializers.ListField(child=serializers.CharField())
    themes = serializers.ListField(child=serializers.CharField())
    issues = serializers.ListField(child=serializers.CharField())
    sdg_targets = serializers.ListField(child=serializers.CharField())
    lead_states = serializers.ListField(child=serializers.CharField())
    partner_bodies = serializers.ListField(child=serializers.CharField())
    dialogue_partners = serializers.ListField(child=serializers.CharField())
    stakeholders = serializers.ListField(child=serializers.CharField())
    participants_female = serializers.IntegerField(allow_null=True, help_text="Null is not known; 0 is none.")
    participants_male = serializers.IntegerField(allow_null=True)
    participants_unknown = serializers.IntegerField(allow_null=True)
    outcome_documents = serializers.IntegerField()
    evidence_count = serializers.IntegerField()
    achieved = serializers.CharField()
    explanation = serializers.CharField()
    remarks = serializers.CharField()
    standing = serializers.ChoiceField(choices=Stand.values, help_text=STANDING)
    known_from = serializers.DateTimeField()
    is_demonstration = serializers.BooleanField()


_CODES = (
    "kras", "measures", "kpis", "tags", "issues", "sdg_targets", "lead_states", "partner_bodies", "dialogue_partners",
    "stakeholders",
)  # fmt: skip


class ActivityList(TableView):
    """Activities as the reports of the sectoral bodies tell them: one row for each activity and period.

    What is approved; what is submitted only for those who see it on the pages. Drafts never.
    """

    permission = Permission.REPORT_READ
    tag = "Tool 1"
    filters = ActivityFilters
    row = ActivityRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = within(visible_to(self.request.user), filters)
        if standing := filters.get("standing"):
            found = found.filter(standing=standing)
        if filters.get("latest"):
            newer = Q(period__gt=OuterRef("period")) | Q(period=OuterRef("period"), standing__gt=OuterRef("standing"))
            found = found.filter(~Exists(found.filter(newer, activity=OuterRef("activity"))))
        found = among(found, filters, body="body__code", status="status", type="activity_type")
        if "activity" in filters:
            found = found.filter(activity__public_id=filters["activity"])
        for name, (kind, *_) in TAG_FILTERS.items():
            if codes := filters.get(name):
                found = found.filter(Exists(FactTag.objects.filter(fact=OuterRef("pk"), kind=kind, code__in=codes)))
        if text := filters.get("search"):
            found = matching(found, text)
        return found.order_by("-period", "body__acronym", "title", "pk").values_list(
            "activity__public_id", "body__code", "period", "title", "activity_type", "frequency", "status",
            "percent_complete", "starts_on", "ends_on", "participants_female", "participants_male",
            "participants_unknown", "outcome_documents", "evidence_count", "content", "standing", "opened_at",
            "is_demonstration",
        )  # fmt: skip

    def present(self, row: Any) -> tuple[Any, ...]:
        key, body, period, *plan, women, men, unknown, documents, evidence, content, standing, since, made_up = row
        return (
            key, body, shown_period(period), content.get("number") or "", *plan,
            *([str(code) for code in content.get(name) or []] for name in _CODES),
            women, men, unknown, documents, evidence,
            *(content.get(name) or "" for name in ("achieved", "explanation", "remarks")),
            standing, since, made_up,
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        """Submitted reports change what some may read without changing the published figures."""
        return visible_to(self.request.user).order_by().aggregate(Count("pk"), Max("pk"))


class PlanFilters(serializers.Serializer):
    body = CodeListField(required=False, help_text="Codes of sectoral bodies.")
    framework = CodeListField(required=False, help_text="Such as BP2025.")


class PlanRow(serializers.Serializer):
    work_plan = serializers.UUIDField()
    body = serializers.CharField()
    framework = serializers.CharField()
    title = serializers.CharField()
    first_year = serializers.IntegerField()
    last_year = serializers.IntegerField()
    activities = serializers.IntegerField()
    is_demonstration = serializers.BooleanField()


class PlanList(TableView):
    """Work plans of your body; for the Secretariat those of all bodies."""

    permission = Permission.REPORT_READ
    tag = "Tool 1"
    filters = PlanFilters
    row = PlanRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = self._plans()
        found = among(found, filters, body="body__code", framework="framework__code")
        return found.order_by("body__acronym", "-first_year", "title", "pk").values_list(
            "public_id", "body__code", "framework__code", "title", "first_year", "last_year", "activity_count",
            "is_demonstration",
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        return self._plans().order_by().aggregate(Count("pk"), Max("updated_at"), Max("activities__updated_at"))

    def _plans(self) -> Any:
        found = plans_for(self.request.user)
        return found if may_read_plans(self.request.user) else found.none()
