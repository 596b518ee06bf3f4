"""Tool 2 under /api/v1/: declarations, clauses, and follow-up actions by the visibility of the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Value
from django.db.models.functions import Coalesce
from rest_framework import serializers

from adme.accounts.permissions import Permission
from adme.api.parameters import CodeListField, PeriodsFilters, SearchField, YesNoField, among, shown_period, within
from adme.api.tables import TableView

from .models import Clause, Declaration, Verification
from .selectors.visibility import latest, visible_to

TAG = "Tool 2"
STANDING = "approved; or submitted, which the Secretariat, M&E officers and the state itself see before the approval."


class DeclarationFilters(serializers.Serializer):
    declaration = CodeListField(required=False)
    type = CodeListField(required=False, help_text="Codes of CL_DECLARATION_TYPE.")
    body = CodeListField(required=False, help_text="Codes of lead bodies.")
    year = serializers.IntegerField(required=False, min_value=1900, max_value=2100, help_text="Adopted in.")
    verification = serializers.ChoiceField(required=False, choices=Verification.choices)
    search = SearchField(help_text="A part of the title.")


class DeclarationRow(serializers.Serializer):
    declaration = serializers.CharField()
    title = serializers.CharField()
    type = serializers.CharField()
    adopted_on = serializers.CharField(help_text="As exact as the source: year, month or day.")
    summit = serializers.CharField()
    place = serializers.CharField()
    lead = serializers.CharField(help_text="As the source gives it.")
    lead_bodies = serializers.ListField(child=serializers.CharField())
    is_cross_pillar = serializers.BooleanField()
    predecessor = serializers.CharField(allow_null=True)
    clauses = serializers.IntegerField(help_text="How many are entered.")
    verification = serializers.ChoiceField(choices=Verification.values)
    source = serializers.CharField()  # type: ignore[assignment]


class DeclarationList(TableView):
    """ASCC declarations and statements adopted since 2007."""

    permission = Permission.REPORT_READ
    tag = TAG
    filters = DeclarationFilters
    row = DeclarationRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = Declaration.objects.filter(retired_at__isnull=True)
        found = among(found, filters, declaration="code", type="declaration_type")
        if codes := filters.get("body"):
            leads = Declaration.lead_bodies.through.objects.filter(declaration=OuterRef("pk"))
            found = found.filter(Exists(leads.filter(sectoralbody__code__in=codes)))
        if "year" in filters:
            found = found.filter(adopted_year=filters["year"])
        if verification := filters.get("verification"):
            found = found.filter(verification=verification)
        if text := filters.get("search"):
            found = found.filter(title__icontains=text)
        entered = Clause.objects.filter(declaration=OuterRef("pk"), retired_at__isnull=True).order_by()
        counted = entered.values("declaration").annotate(many=Count("pk")).values("many")
        found = found.select_related("predecessor").prefetch_related("lead_bodies")
        return found.annotate(clause_count=Coalesce(counted, Value(0))).order_by("-adopted_on", "title", "pk")

    def present(self, row: Any) -> tuple[Any, ...]:
        return (
            row.code, row.title, row.declaration_type, row.adopted_on, row.summit, row.place, row.lead_text,
            sorted(body.code for body in row.lead_bodies.all()), row.is_cross_pillar,
            row.predecessor.code if row.predecessor else None, row.clause_count, row.verification, row.source,
        )  # fmt: skip


class ClauseFilters(serializers.Serializer):
    declaration = CodeListField(required=False)
    clause = serializers.UUIDField(required=False)


class ClauseRow(serializers.Serializer):
    clause = serializers.UUIDField()
    declaration = serializers.CharField()
    number = serializers.CharField()
    commitment = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_demonstration = serializers.BooleanField()


class ClauseList(TableView):
    """Commitments of the declarations, clause by clause."""

    permission = Permission.REPORT_READ
    tag = TAG
    filters = ClauseFilters
    row = ClauseRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = Clause.objects.filter(retired_at__isnull=True, declaration__retired_at__isnull=True)
        found = among(found, filters, declaration="declaration__code")
        if "clause" in filters:
            found = found.filter(public_id=filters["clause"])
        return found.order_by("-declaration__adopted_on", "declaration__code", "position", "pk").values_list(
            "public_id", "declaration__code", "number", "commitment", "source", "is_demonstration"
        )


class ActionFilters(PeriodsFilters):
    action = serializers.UUIDField(required=False)
    declaration = CodeListField(required=False)
    clause = serializers.UUIDField(required=False)
    body = CodeListField(required=False, help_text="Codes of sectoral bodies: regional actions.")
    state = CodeListField(required=False, help_text="Member States, such as IDN: national actions.")
    level = serializers.ChoiceField(required=False, choices=["regional", "national"])
    status = CodeListField(required=False, help_text="Codes of CL_ACTIVITY_STATUS.")
    type = CodeListField(required=False, help_text="Codes of CL_ACTION_TYPE.")
    standing = serializers.ChoiceField(required=False, choices=["submitted", "approved"])
    latest = YesNoField(help_text="yes: of each action its latest report only.")


class ActionRow(serializers.Serializer):
    action = serializers.UUIDField()
    declaration = serializers.CharField()
    clause = serializers.UUIDField()
    clause_number = serializers.CharField()
    level = serializers.ChoiceField(choices=["regional", "national"])
    body = serializers.CharField(allow_null=True)
    state = serializers.CharField(allow_null=True)
    period = serializers.CharField()
    title = serializers.CharField()
    action_type = serializers.CharField(help_text="CL_ACTION_TYPE.")
    status = serializers.CharField(help_text="CL_ACTIVITY_STATUS.")
    responsible = serializers.CharField()
    starts_on = serializers.CharField()
    ends_on = serializers.CharField()
    policy_kinds = serializers.ListField(child=serializers.CharField())
    in_force_since = serializers.DateField(allow_null=True)
    kpis = serializers.ListField(child=serializers.CharField())
    outcome_documents = serializers.IntegerField()
    evidence_count = serializers.IntegerField()
    evidence_newest_on = serializers.DateField(allow_null=True)
    achieved = serializers.CharField()
    explanation = serializers.CharField()
    remarks = serializers.CharField()
    standing = serializers.ChoiceField(choices=["submitted", "approved"], help_text=STANDING)
    known_from = serializers.DateTimeField()
    is_demonstration = serializers.BooleanField()


class ActionList(TableView):
    """Follow-up actions to clauses as reports of bodies and Member States tell them: one row for action and period.

    What is approved; what is submitted only for those who see it on the pages. Drafts never.
    """

    permission = Permission.REPORT_READ
    tag = TAG
    filters = ActionFilters
    row = ActionRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = within(visible_to(self.request.user), filters)
        if standing := filters.get("standing"):
            found = found.filter(standing=standing)
        if filters.get("latest"):
            found = latest(found)
        found = among(
            found, filters, declaration="declaration__code", body="body__code", state="state_area__code",
            status="status", type="action_type",
        )  # fmt: skip
        for name, path in (("action", "action__public_id"), ("clause", "clause__public_id")):
            if name in filters:
                found = found.filter(**{path: filters[name]})
        if level := filters.get("level"):
            found = found.filter(body__isnull=level == "national")
        return found.order_by("-period", "declaration__code", "clause__position", "pk").values_list(
            "action__public_id", "declaration__code", "clause__public_id", "clause__number", "body__code",
            "state_area__code", "period", "title", "action_type", "status", "content", "policy_kinds",
            "in_force_since", "outcome_documents", "evidence_count", "evidence_newest_on", "standing", "opened_at",
            "is_demonstration",
        )  # fmt: skip

    def present(self, row: Any) -> tuple[Any, ...]:
        content, body = row[10], row[4]
        return (
            *row[:4], "regional" if body else "national", body, row[5], shown_period(row[6]), *row[7:10],
            *(str(content.get(name) or "") for name in ("responsible", "starts_on", "ends_on")),
            row[11], row[12], [str(code) for code in content.get("kpis") or []], *row[13:16],
            *(content.get(name) or "" for name in ("achieved", "explanation", "remarks")), *row[16:],
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        """Submitted reports change what some may read without changing the published figures."""
        return visible_to(self.request.user).order_by().aggregate(Count("pk"), Max("pk"))
