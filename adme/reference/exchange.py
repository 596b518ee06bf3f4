"""CSV and XLSX out of and into the admin: which columns a table has, safe cells, and the formats allowed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from import_export import fields, resources, widgets
from import_export.formats import base_formats
from import_export.results import Error

from adme.common.csv_safety import csv_text
from adme.common.refusals import FileRefused
from adme.common.spreadsheets import read_xlsx_rows
from adme.common.text import fold

from . import services
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
    SectoralBody,
)

MOST_ROWS = 5_000  # a reference table is small; a file beyond this is something else


class Xlsx(base_formats.XLSX):
    """Reads workbooks as every other upload is read: checked first, and in a limited child process."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(in_stream)
            file.flush()
            try:
                rows = read_xlsx_rows(Path(file.name))
                if rows.height > MOST_ROWS:
                    rows.close()
                    raise ValidationError(f"The sheet has more than {MOST_ROWS:,} rows.")
                heading, *body = [row for row in rows if any(row)] or [[]]
            except FileRefused as refused:
                raise ValidationError(str(refused)) from refused
        return tablib.Dataset(*(row[: len(heading)] for row in body), headers=heading)


FORMATS = [base_formats.CSV, Xlsx]


class PlainDiff:
    """Old and new value of each cell, for the preview. The library's own needs inline styles, which our policy bars."""

    def __init__(self, resource: resources.Resource, instance: Any, new: bool) -> None:
        self._left = [] if new else self._cells(resource, instance)
        self._right: list[str] = []

    def compare_with(self, resource: resources.Resource, instance: Any) -> None:
        self._right = self._cells(resource, instance) if instance is not None else []

    def as_html(self) -> list[str]:
        count = max(len(self._left), len(self._right))
        left, right = (side + [""] * (count - len(side)) for side in (self._left, self._right))
        return [_difference(old, new) for old, new in zip(left, right, strict=True)]

    @staticmethod
    def _cells(resource: resources.Resource, instance: Any) -> list[str]:
        return [str(field.export(instance)) for field in resource.get_import_fields()]


def _difference(old: str, new: str) -> str:
    if old == new:
        return format_html("{}", new)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else format_html("<ins>{}</ins>", new)


class Sentence(Error):
    """What is wrong, without the traceback that the library prints below it."""

    traceback = ""

    def __init__(self, error: Exception, row: Any = None, number: int | None = None) -> None:
        if isinstance(error, ValidationError):
            error = ValueError(" ".join(error.messages))
        super().__init__(error, row, number)


class ReferenceResource(resources.ModelResource):
    """Rows are found by their keys, saved through the service (so each leaves an audit event), never deleted."""

    class Meta:
        abstract = True
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def __init__(self, actor: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor

    @classmethod
    def get_diff_class(cls) -> type[PlainDiff]:
        return PlainDiff

    @classmethod
    def get_error_result_class(cls) -> type[Sentence]:
        return Sentence

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        missing = set(self._meta.import_id_fields) - {heading.strip() for heading in dataset.headers or []}
        if missing:
            raise ValidationError(f"The file lacks the column {', '.join(sorted(missing))}.")
        if len(dataset) > MOST_ROWS:
            raise ValidationError(f"The file has more than {MOST_ROWS:,} rows.")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Take off the apostrophe that an export put before what looks like a formula."""
        for column, cell in row.items():
            if isinstance(cell, str) and cell.startswith("'") and csv_text(cell[1:]) == cell:
                row[column] = cell[1:]

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        services.save_row(row=instance, actor=self.actor)

    def export_field(self, field: fields.Field, instance: Any, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return csv_text(value) if isinstance(value, str) else value


def _link(name: str, model: type, column: str = "code") -> fields.Field:
    return fields.Field(column_name=name, attribute=name, widget=widgets.ForeignKeyWidget(model, column))


class FrameworkResource(ReferenceResource):
    class Meta(ReferenceResource.Meta):
        model = Framework
        import_id_fields = ("code",)
        fields = ("code", "title", "short_title", "starts_on", "ends_on", "wording", "source")


class ParentWidget(widgets.ForeignKeyWidget):
    """A parent is an item of the same framework: codes alone are not unique across frameworks."""

    def get_queryset(self, value: Any, row: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return FrameworkItem.objects.filter(framework__code=row.get("framework"))


class FrameworkItemResource(ReferenceResource):
    framework = _link("framework", Framework)
    parent = fields.Field(column_name="parent", attribute="parent", widget=ParentWidget(FrameworkItem, "code"))

    class Meta(ReferenceResource.Meta):
        model = FrameworkItem
        import_id_fields = ("framework", "code")
        fields = ("framework", "tier", "code", "title", "parent", "position", "wording", "source")


class AreaResource(ReferenceResource):
    class Meta(ReferenceResource.Meta):
        model = Area
        import_id_fields = ("code",)
        fields = ("code", "iso2", "m49", "name", "kind", "official_languages", "capital")


class AreaAliasResource(ReferenceResource):
    area = _link("area", Area)

    class Meta(ReferenceResource.Meta):
        model = AreaAlias
        import_id_fields = ("alias",)
        fields = ("area", "alias")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        row["alias"] = fold(str(row.get("alias") or ""))


class AreaGroupResource(ReferenceResource):
    class Meta(ReferenceResource.Meta):
        model = AreaGroup
        import_id_fields = ("code",)
        fields = ("code", "name")


class AreaMembershipResource(ReferenceResource):
    group = _link("group", AreaGroup)
    area = _link("area", Area)

    class Meta(ReferenceResource.Meta):
        model = AreaMembership
        import_id_fields = ("group", "area")
        fields = ("group", "area", "joined_on", "left_on")


class SectoralBodyResource(ReferenceResource):
    class Meta(ReferenceResource.Meta):
        model = SectoralBody
        import_id_fields = ("code",)
        fields = ("code", "acronym", "name", "reports_to", "sector", "aliases")


class CrossPillarIssueResource(ReferenceResource):
    class Meta(ReferenceResource.Meta):
        model = CrossPillarIssue
        import_id_fields = ("number",)
        fields = ("number", "title", "lead_bodies", "source")


class CodeListResource(ReferenceResource):
    class Meta(ReferenceResource.Meta):
        model = CodeList
        import_id_fields = ("code",)
        fields = ("code", "name", "source")


class CodeResource(ReferenceResource):
    code_list = _link("code_list", CodeList)

    class Meta(ReferenceResource.Meta):
        model = Code
        import_id_fields = ("code_list", "code")
        fields = ("code_list", "code", "name", "position")
