"""Jobs under /api/v1/jobs/: what became of the work that one's own requests started."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Sum
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adme.jobs import selectors
from adme.jobs.models import Job, JobState

from .tables import Endpoint, TableView


class JobFilters(serializers.Serializer):
    state = serializers.ChoiceField(required=False, choices=JobState.choices)


class JobRow(serializers.Serializer):
    job = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=JobState.values)
    percent = serializers.IntegerField(allow_null=True, help_text="Null while the size of the work is not known.")
    message = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    page = serializers.CharField(help_text="Page of ADME that shows what it made; may be blank.")


class JobList(TableView):
    """Jobs that you started, newest first; with the permission to see jobs, all of them."""

    tag = "Jobs"
    filters = JobFilters
    row = JobRow

    def rows(self, filters: dict[str, Any]) -> Any:
        found = selectors.visible_to(user=self.request.user)
        if state := filters.get("state"):
            found = found.filter(state=state)
        return found.order_by("-created_at", "pk")

    def present(self, row: Job) -> tuple[Any, ...]:
        told = row.progress
        return (
            row.pk, row.label, row.state, told.percent, told.message, row.created_at, row.started_at, row.finished_at,
            row.link,
        )  # fmt: skip

    def stamp(self, filters: dict[str, Any]) -> Any:
        found = selectors.visible_to(user=self.request.user).order_by()
        return found.aggregate(
            Count("pk"), Sum("attempts"), Sum("done"), Max("started_at"), Max("finished_at"), Max("heartbeat_at")
        )


class JobOne(Endpoint):
    """One job: whether it waits, runs, or how it ended."""

    tag = "Jobs"

    @extend_schema(responses=JobRow)
    def get(self, request: Request, job: UUID, **kwargs: Any) -> Response:
        try:
            found = selectors.job(user=request.user, job_id=job)
        except Job.DoesNotExist:
            raise Http404("There is no such job, or it is not yours.") from None
        return Response(dict(zip(JobRow().fields, JobList().present(found), strict=True)))
