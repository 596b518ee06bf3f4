"""The small tables in the Django admin, for operators: edit, retire (never delete), CSV and XLSX in and out.

Who may is asked as `user.has_perm("reference.manage")`; accounts answers it for staff with that permission.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ImportExportModelAdmin
from import_export.forms import ExportForm, ImportForm
from import_export.results import Result

from . import exchange, services
from .models import (
    Area,
    AreaAlias,
    AreaGroup,
    AreaMembership,
    Code,
    CodeList,
    CrossPillarIssue,
    Framework,
    FrameworkItem,
    Kept,
    SectoralBody,
)

MOST_BYTES = 2 * 1024 * 1024


class SmallFileForm(ImportForm):
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MOST_BYTES:
            raise ValidationError("The file is larger than 2 MB; a reference table is small.")
        return file


class RetiredFilter(admin.SimpleListFilter):
    title = "in use"
    parameter_name = "retired"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "in use"), ("yes", "retired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in {"no", "yes"}:
            return queryset.filter(retired_at__isnull=self.value() == "no")
        return queryset


class ReferenceAdmin(ImportExportModelAdmin):
    """What all reference tables share. Subclasses name `keys`: fields that identify a row and are set once."""

    keys: tuple[str, ...] = ("code",)
    import_form_class = SmallFileForm
    export_form_class = ExportForm
    export_template_name = "admin/import_export/export.html"
    import_formats = export_formats = exchange.FORMATS
    to_encoding = "utf-8-sig"  # so that Excel reads the accents
    list_filter: Any = (RetiredFilter, "from_file")
    list_per_page = 100
    actions = ("retire", "bring_back")
    readonly_fields: Any = ("kept_by", "retired_at")

    def _may_manage(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff and request.user.has_perm("reference.manage")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may_manage(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_manage(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_manage(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_manage(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._may_manage(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self._may_manage(request)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), "kept_by", "retired_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, *(self.keys if obj else ()))

    @admin.display(description="kept by", ordering="from_file")
    def kept_by(self, row: Kept) -> str:
        if row.from_file:
            return "the reference files: the next load replaces an edit made here"
        return "a person: no load changes it"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_row(row=obj, actor=_actor(request))

    @admin.action(description="Retire the selected rows")
    def retire(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = services.retire_rows(rows=queryset, actor=_actor(request))
        messages.success(request, f"{count} retired.")

    @admin.action(description="Bring the selected rows back into use")
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = services.return_rows(rows=queryset, actor=_actor(request))
        messages.success(request, f"{count} back in use.")

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"actor": _actor(request)}

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **kwargs: Any) -> Result:
        """All rows or none: what went wrong between preview and confirmation takes the whole file back."""
        with transaction.atomic():
            result = super().process_dataset(dataset, form, request, rollback_on_validation_errors=True, **kwargs)
            if result.has_errors() or result.has_validation_errors():
                transaction.set_rollback(True)
        return result

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        known = " ".join(e.messages) if isinstance(e, ValidationError) else ""
        form.add_error("import_file", known or "The file cannot be read. Save it as CSV in UTF-8, or as XLSX.")

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, "Nothing was imported: the data changed since the preview. Upload the file again.")
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))
        return super().process_result(result, request)


def _actor(request: HttpRequest) -> str:
    return request.user.get_username()


@admin.register(Framework)
class FrameworkAdmin(ReferenceAdmin):
    resource_classes = [exchange.FrameworkResource]
    list_display = ("code", "title", "starts_on", "ends_on", "wording")


@admin.register(FrameworkItem)
class FrameworkItemAdmin(ReferenceAdmin):
    resource_classes = [exchange.FrameworkItemResource]
    keys = ("framework", "code")
    list_display = ("code", "framework", "tier", "title", "wording")
    list_filter = (RetiredFilter, "from_file", "framework", "tier", "wording")
    list_select_related = ("framework",)
    search_fields = ("code", "title")
    autocomplete_fields = ("parent",)


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    resource_classes = [exchange.AreaResource]
    list_display = ("code", "iso2", "m49", "name", "kind")
    list_filter = (RetiredFilter, "from_file", "kind")
    search_fields = ("code", "name", "iso2", "m49")


@admin.register(AreaAlias)
class AreaAliasAdmin(ReferenceAdmin):
    resource_classes = [exchange.AreaAliasResource]
    keys = ("alias",)
    list_display = ("alias", "area")
    list_select_related = ("area",)
    search_fields = ("alias", "area__code", "area__name")
    autocomplete_fields = ("area",)


@admin.register(AreaGroup)
class AreaGroupAdmin(ReferenceAdmin):
    resource_classes = [exchange.AreaGroupResource]
    list_display = ("code", "name")


@admin.register(AreaMembership)
class AreaMembershipAdmin(ReferenceAdmin):
    resource_classes = [exchange.AreaMembershipResource]
    keys = ("group", "area")
    list_display = ("area", "group", "joined_on", "left_on")
    list_filter = (RetiredFilter, "from_file", "group")
    list_select_related = ("group", "area")
    search_fields = ("area__code", "area__name")
    autocomplete_fields = ("area",)


@admin.register(SectoralBody)
class SectoralBodyAdmin(ReferenceAdmin):
    resource_classes = [exchange.SectoralBodyResource]
    list_display = ("acronym", "name", "reports_to", "sector")
    search_fields = ("acronym", "name", "sector", "aliases")


@admin.register(CrossPillarIssue)
class CrossPillarIssueAdmin(ReferenceAdmin):
    resource_classes = [exchange.CrossPillarIssueResource]
    keys = ("number",)
    list_display = ("number", "title", "lead_bodies")
    search_fields = ("title",)


@admin.register(CodeList)
class CodeListAdmin(ReferenceAdmin):
    resource_classes = [exchange.CodeListResource]
    list_display = ("code", "name", "source")


@admin.register(Code)
class CodeAdmin(ReferenceAdmin):
    resource_classes = [exchange.CodeResource]
    keys = ("code_list", "code")
    list_display = ("code", "code_list", "name", "position")
    list_filter = (RetiredFilter, "from_file", "code_list")
    list_select_related = ("code_list",)
    search_fields = ("code", "name")
