"""Imports under /api/v1/imports/: send a file, read its preview, have it applied. The pipeline is that of the pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.api.errors import refused
from adme.api.once import KeyUsed, do_once
from adme.api.parameters import SearchField
from adme.api.scopes import Scope
from adme.api.tables import Endpoint, TableView
from adme.common.refusals import FileRefused

from . import pages, policies, selectors, services
from .errors import FileTooLarge, IngestError
from .forms import ImportForm
from .models import BatchState, ImportBatch, ImportProblem
from .uploads import LimitedUpload

MOST_PROBLEMS = 1_000
TAG = "Imports"
ACTS = ("apply", "discard", "read_again")


class TakesFile:
    """Mixed into a view that takes a file: what is larger than `most_bytes()` is stopped while it arrives."""

    limit: LimitedUpload

    def most_bytes(self) -> int:
        raise NotImplementedError

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        self.limit = LimitedUpload(request, self.most_bytes())
        request.upload_handlers.insert(0, self.limit)
        return super().initialize_request(request, *args, **kwargs)  # type: ignore[misc,no-any-return]


def answering(view: Callable[..., Response]) -> Callable[..., Response]:
    """Turns what the pipeline refuses into an answer."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except FileTooLarge as error:
            return refused(413, "file_too_large", str(error))
        except FileRefused as error:
            status = 413 if error.code == "file_too_large" else 422
            return refused(status, error.code, str(error), {"file": [str(error)]})
        except KeyUsed as error:
            return refused(409, "key_used", str(error), {"idempotency_key": [str(error)]})
        except IngestError as error:
            return refused(409, "not_allowed_now", str(error))

    return wrapped


class ImportFilters(serializers.Serializer):
    state = serializers.ChoiceField(required=False, choices=BatchState.choices)
    dataset = SearchField(help_text="A part of what it writes to, such as WB_WDI.")
    filename = SearchField(help_text="A part of the name.")
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}\Z", required=False, help_text="Of the file.")


class ImportOrder(serializers.Serializer):
    """As the form of the page. Only `file` is needed."""

    file = serializers.FileField(help_text="CSV, XLSX, or a zip of CSV files.")
    format = serializers.CharField(required=False, help_text="Only if it is not recognised: name of a format.")
    dataset = serializers.CharField(required=False, help_text="Code; needed where the file does not say it itself.")
    release_date = serializers.DateField(required=False, help_text="When the provider published these figures.")
    create_indicators = serializers.BooleanField(required=False, help_text="Add indicators that are not stored yet.")
    on_vanished = serializers.ChoiceField(
        required=False, choices=["keep", "close"], help_text="Stored values that the file no longer has; else keep."
    )


class ImportRow(serializers.Serializer):
    id = serializers.UUIDField()
    filename = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    format = serializers.CharField()
    dataset = serializers.CharField(help_text="What it writes to; blank until it has been read.")
    state = serializers.ChoiceField(choices=BatchState.values)
    sentence = serializers.CharField(help_text="How it stands.")
    new = serializers.IntegerField(allow_null=True, help_text="Values; null while they are not known.")
    changed = serializers.IntegerField(allow_null=True)
    unchanged = serializers.IntegerField(allow_null=True)
    vanished = serializers.IntegerField(allow_null=True)
    errors = serializers.IntegerField(help_text="How many things are wrong.")  # type: ignore[assignment]
    release_date = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    undoes = serializers.UUIDField(allow_null=True, help_text="The import that this one takes back.")
    url = serializers.CharField()


class ProblemRow(serializers.Serializer):
    severity = serializers.ChoiceField(choices=ImportProblem.Severity.values)
    code = serializers.CharField()
    row = serializers.IntegerField(allow_null=True, help_text="Line in the file, as a spreadsheet counts.")
    column = serializers.CharField()
    seen = serializers.CharField()
    remedy = serializers.CharField()
    times = serializers.IntegerField()


class ImportDetail(ImportRow):
    note = serializers.CharField()
    acts = serializers.ListField(child=serializers.ChoiceField(choices=ACTS), help_text="What its state allows now.")
    job = serializers.UUIDField(allow_null=True, help_text="The job that works on it, or did last.")
    problems = ProblemRow(many=True, help_text=f"The first {MOST_PROBLEMS:,}.")


class ImportActOrder(serializers.Serializer):
    act = serializers.ChoiceField(choices=ACTS)
    idempotency_key = serializers.CharField(
        max_length=64, help_text="A text of your own for this act: sent again with the same text, it is done once."
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


def _told(batch: ImportBatch) -> tuple[Any, ...]:
    counts = batch.counts
    return (
        batch.public_id, batch.filename, batch.sha256, batch.size, batch.format, str(batch.summary.get("scope", "")),
        batch.state, selectors.sentence(batch),
        *(counts.get(name) for name in ("new", "changed", "unchanged", "vanished")), selectors.error_kinds(batch),
        batch.release_date, batch.created_at, batch.applied_at, batch.undoes.public_id if batch.undoes else None,
        f"/imports/{batch.public_id}/",
    )  # fmt: skip


def _detail(batch: ImportBatch) -> dict[str, Any]:
    job = pages.open_job(batch)
    problems = [
        {
            "severity": one.severity, "code": one.code, "row": one.row, "column": one.column, "seen": one.seen,
            "remedy": one.hint, "times": one.times,
        }
        for one in batch.problems.all()[:MOST_PROBLEMS]
    ]  # fmt: skip
    return {
        **dict(zip(ImportRow().fields, _told(batch), strict=True)),
        "note": batch.note,
        "acts": [] if job is not None and job.is_open else _acts(batch),
        "job": job.pk if job else None,
        "problems": problems,
    }


def _acts(batch: ImportBatch) -> list[str]:
    known = {"apply": "approve", "discard": "discard", "read_again": "read"}
    found = [act for act, move in known.items() if policies.allows(batch, move)]
    return found if batch.undoes is None else [one for one in found if one != "read_again"]


def _batch(public_id: UUID) -> ImportBatch:
    found = selectors.listed().select_related("undoes").filter(public_id=public_id).first()
    if found is None:
        raise Http404("There is no such import.")
    return found


class ImportList(TakesFile, TableView):
    """Imports into Database B, newest first; and where a file is sent."""

    permission = Permission.IMPORT_VIEW
    permissions = {"POST": Permission.IMPORT_RUN}
    scope = Scope.IMPORTS
    tag = TAG
    parser_classes = (MultiPartParser,)
    filters = ImportFilters
    row = ImportRow

    def most_bytes(self) -> int:
        return int(settings.IMPORT_MAX_BYTES)

    def rows(self, filters: dict[str, Any]) -> Any:
        names = {"state": "state", "sha256": "sha256", "dataset": "summary__scope__icontains",
                 "filename": "filename__icontains"}  # fmt: skip
        found = selectors.listed().filter(**{names[name]: value for name, value in filters.items()})
        return found.select_related("undoes").order_by("-pk")

    def present(self, row: ImportBatch) -> tuple[Any, ...]:
        return _told(row)

    def stamp(self, filters: dict[str, Any]) -> Any:
        return selectors.listed().order_by().aggregate(Count("pk"), Max("updated_at"))

    @extend_schema(request={"multipart/form-data": ImportOrder}, responses={202: ImportDetail})
    @answering
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Send a file. It is read in the background: look at the import until it is previewed, then apply it."""
        given = {"format": "auto", "on_vanished": "keep", **dict(cast(dict[str, Any], request.data).items())}
        if self.limit.exceeded:
            return refused(413, "file_too_large", "The file is larger than is taken. Nothing was kept.")
        form = ImportForm(given, request.FILES)
        if not form.is_valid():
            raise serializers.ValidationError(
                {name: [str(text) for text in texts] for name, texts in form.errors.items()}
            )
        upload = form.cleaned_data["file"]
        batch = services.receive(
            chunks=upload.chunks(), filename=upload.name, options=form.options(), by=cast(User, request.user)
        )
        return Response(_detail(_batch(batch.public_id)), status=202)


class ImportOne(Endpoint):
    """One import: how it stands, what it would change or has changed, and what is wrong with the file."""

    permission = Permission.IMPORT_VIEW
    tag = TAG

    @extend_schema(responses=ImportDetail)
    def get(self, request: Request, batch: UUID, **kwargs: Any) -> Response:
        return Response(_detail(_batch(batch)))


class ImportActs(Endpoint):
    """Apply, discard or read again. Applying approves what the preview shows: it takes the permission to approve."""

    permission = Permission.IMPORT_RUN
    scope = Scope.IMPORTS
    tag = TAG

    @extend_schema(request=ImportActOrder, responses={202: ImportDetail})
    @answering
    def post(self, request: Request, batch: UUID, **kwargs: Any) -> Response:
        order = ImportActOrder(data=request.data)
        order.is_valid(raise_exception=True)
        sent, user = order.validated_data, cast(User, request.user)
        if sent["act"] == "apply":
            require(user, Permission.IMPORT_APPROVE)
        found = _batch(batch)
        do: dict[str, Callable[[], object]] = {
            "apply": lambda: services.approve(batch_id=found.pk, by=user),
            "discard": lambda: services.discard(batch_id=found.pk, by=user, reason=sent["reason"]),
            "read_again": lambda: services.read_again(batch_id=found.pk, by=user),
        }
        act = f"{sent['act']} import {found.public_id}"
        do_once(by=user, key=sent["idempotency_key"], act=act, do=do[sent["act"]])
        return Response(_detail(_batch(batch)), status=202)
