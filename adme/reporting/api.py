"""Reports under /api/v1/reports/: read and write the working copies of one's own, by the rules of the pages."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.models import User
from adme.accounts.permissions import Permission, may
from adme.api.scopes import Scope
from adme.api.tables import Endpoint, TableView

from . import access, tools
from .api_errors import refusing
from .api_serializers import (
    ActOrder,
    RecordNew,
    RecordPatch,
    RecordRow,
    RecordSaved,
    Refusal,
    ReportDetail,
    ReportFilters,
    ReportRow,
)
from .errors import NoSuchRecord
from .models import Obligation, RecordChange
from .selectors.ledger import with_standing
from .services import records, workflow
from .services.merging import tokens_of
from .tools import Record, ReportTool
from .transitions import Act

API = RecordChange.Channel.API
_REFUSALS = {400: Refusal, 404: Refusal, 409: Refusal, 422: Refusal}


class ReportView(Endpoint):
    scope = Scope.REPORTS
    tag = "Reports"

    def report(self, request: Request, report: UUID, *, edit: bool = False) -> Obligation:
        return access.obligation_for(request.user, report, edit=edit)


def _user(request: Request) -> User:
    return cast(User, request.user)


def _checked(form: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    filled = form(data=data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def _row(obligation: Any) -> dict[str, Any]:
    return {
        "report": str(obligation.public_id),
        "tool": obligation.tool,
        "reporter": obligation.reporter_label,
        "period": obligation.round.period_label,
        "state": obligation.state,
        "standing": obligation.standing,
        "opens_at": obligation.round.opens_at,
        "due_at": obligation.due_by,
        "closes_at": obligation.closes_by,
        "is_editable": obligation.is_editable(),
        "is_demonstration": obligation.is_demonstration,
        "url": f"/reports/{obligation.public_id}/",
    }


def _standing_of(obligation: Obligation) -> Any:
    return with_standing(timezone.now()).select_related("round", "body", "state_area").get(pk=obligation.pk)


def _record(record: Record, tool: ReportTool) -> dict[str, Any]:
    return {
        "key": record.key,
        "title": record.title,
        "group": record.group,
        "values": record.values,
        "tokens": tokens_of(tool.catalogue, record.values),
        "is_demonstration": record.is_demonstration,
    }


class ReportList(TableView):
    """The ledger: reports that you may see before they are approved: your own, or all for the Secretariat."""

    tag = "Reports"
    filters = ReportFilters
    row = ReportRow

    def rows(self, filters: dict[str, Any]) -> QuerySet[Any]:
        found = self._seen().with_standing(timezone.now()).select_related("round", "body", "state_area")
        names = {"tool": "round__tool", "period": "round__period", "standing": "standing", "body": "body__code__in",
                 "state": "state_area__code__in"}  # fmt: skip
        found = found.filter(**{names[name]: value for name, value in filters.items()})
        return cast("QuerySet[Any]", found.order_by("-round__period", "round__tool", "pk"))

    def present(self, row: Any) -> tuple[Any, ...]:
        return tuple(_row(row).values())

    def stamp(self, filters: dict[str, Any]) -> Any:
        """Acts, saves, extensions and the hour: standings change with time."""
        told = (
            self._seen()
            .order_by()
            .aggregate(Count("pk"), Sum("version"), Sum("content_version"), Max("updated_at"), Max("round__updated_at"))
        )
        return [told, timezone.now().replace(minute=0, second=0, microsecond=0)]

    def _seen(self) -> Any:
        user = self.request.user
        everything = Obligation.objects.all()
        return everything if may(user, Permission.REPORT_VIEW_ALL) else everything.filter(access.own_obligations(user))


class ReportOne(ReportView):
    """One report with its records as they stand now (the working copy)."""

    @extend_schema(responses={200: ReportDetail, 404: Refusal})
    def get(self, request: Request, report: UUID, **kwargs: Any) -> Response:
        obligation = self.report(request, report)
        tool = tools.get(obligation.tool)
        return Response(
            {
                **_row(_standing_of(obligation)),
                "layout": tool.catalogue.layout,
                "groups": [
                    {"group": one.key, "title": one.title} for one in tool.groups(obligation, for_user=_user(request))
                ],
                "records": [_record(one, tool) for one in tool.records(obligation, for_user=_user(request))],
            }
        )


class RecordList(ReportView):
    """Add a record to a report."""

    @extend_schema(request=RecordNew, responses={201: RecordSaved, **_REFUSALS})
    @refusing
    def post(self, request: Request, report: UUID, **kwargs: Any) -> Response:
        obligation = self.report(request, report, edit=True)
        sent = _checked(RecordNew, request.data)
        saved = records.create_record(
            obligation_id=obligation.pk,
            group=sent["group"],
            raw=sent["values"],
            by=_user(request),
            channel=API,
            reason=sent["reason"],
        )
        return Response(RecordSaved(saved).data, status=201)


class RecordOne(ReportView):
    """One record of a report. A change is merged with what others saved; the same field changed twice is a 409."""

    @extend_schema(responses={200: RecordRow, 404: Refusal})
    @refusing
    def get(self, request: Request, report: UUID, key: str, **kwargs: Any) -> Response:
        obligation = self.report(request, report)
        tool = tools.get(obligation.tool)
        found = tool.records(obligation, keys=[key], for_user=_user(request))
        if not found:
            raise NoSuchRecord("There is no such record.")
        return Response(_record(found[0], tool))

    @extend_schema(request=RecordPatch, responses={200: RecordSaved, **_REFUSALS})
    @refusing
    def patch(self, request: Request, report: UUID, key: str, **kwargs: Any) -> Response:
        obligation = self.report(request, report, edit=True)
        sent = _checked(RecordPatch, request.data)
        saved = records.save_values(
            obligation_id=obligation.pk,
            key=key,
            raw=sent["values"],
            tokens=sent.get("tokens", {}),
            by=_user(request),
            channel=API,
            reason=sent["reason"],
            base=sent.get("base"),
        )
        return Response(RecordSaved(saved).data)


class ReportActs(ReportView):
    """Hand a report in, or certify that there is nothing to report. Sent twice with one key, it is done once."""

    @extend_schema(request=ActOrder, responses={200: ReportRow, **_REFUSALS})
    @refusing
    def post(self, request: Request, report: UUID, **kwargs: Any) -> Response:
        obligation = self.report(request, report, edit=True)
        sent = _checked(ActOrder, request.data)
        done = workflow.perform(
            obligation_id=obligation.pk,
            act=Act(sent["act"]),
            by=_user(request),
            idempotency_key=sent["idempotency_key"],
            reason=sent["reason"],
        )
        return Response(_row(_standing_of(done)))
