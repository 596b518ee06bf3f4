"""The workbook of one report: what it holds now, and the row that remembers what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from adme.accounts.models import User

from .. import tools, vocabularies
from ..models import Obligation, WorkbookTemplate
from ..selectors.zones import jakarta_text
from ..tools import Group, Record, ReportTool
from . import layout
from .layout import About, Line, Words
from .writing import Content, workbook_bytes


def words_for(tool: ReportTool, obligation: Obligation) -> Words:
    return Words(vocabularies.load(tool.catalogue.vocabularies, tool.framework(obligation)))


def group_label(tool: ReportTool) -> str:
    """What new records are put under; a tool may name it by `group_label`."""
    return str(getattr(tool, "group_label", "Belongs to"))


def make(*, obligation: Obligation, by: User, now: datetime) -> bytes:
    """The report as it stands for this person, as XLSX."""
    tool = tools.get(obligation.tool)
    records = tool.records(obligation, for_user=by)
    template = _remember(obligation, tool, records, by, now)
    words = words_for(tool, obligation)
    lines = (_line(record, tool, words) for record in records)
    return workbook_bytes(
        content(
            obligation=obligation,
            about=about_of(template, obligation),
            words=words,
            groups=tool.groups(obligation, for_user=by),
            lines=lines,
            is_demonstration=obligation.is_demonstration or any(one.is_demonstration for one in records),
        )
    )


def _remember(
    obligation: Obligation, tool: ReportTool, records: Sequence[Record], by: User, now: datetime
) -> WorkbookTemplate:
    """The same content twice is the same template."""
    base = {one.key: layout.held(tool.catalogue, one.values) for one in records}
    latest = (
        WorkbookTemplate.objects.filter(obligation=obligation, layout=tool.catalogue.layout).order_by("-pk").first()
    )
    if latest is not None and latest.base == base:
        return latest
    return WorkbookTemplate.objects.create(
        obligation=obligation, layout=tool.catalogue.layout, base=base, made_by=by, made_at=now
    )


def about_of(template: WorkbookTemplate, obligation: Obligation) -> About:
    made_at = template.made_at.isoformat(timespec="seconds")
    return About(str(template.public_id), str(obligation.public_id), template.layout, made_at)


def _line(record: Record, tool: ReportTool, words: Words) -> Line:
    cells = {one.name: words.cell(one, record.values.get(one.name, one.empty)) for one in tool.catalogue.fields}
    return Line(record.key, record.group, cells)


def content(
    *,
    obligation: Obligation,
    about: About,
    words: Words,
    groups: Sequence[Group],
    lines: Iterable[Line],
    is_demonstration: bool,
    errors: Sequence[tuple[str, str, str, str]] = (),
) -> Content:
    tool = tools.get(obligation.tool)
    period = obligation.round.period_label
    return Content(
        catalogue=tool.catalogue,
        about=about,
        title=f"{obligation.reporter_label}: {tool.title}, {tool.subject}, {period}",
        group_label=group_label(tool),
        noun=tool.noun,
        facts=[
            ("Report", f"{tool.title}, {tool.subject}"),
            ("Reporter", obligation.reporter_label),
            ("Period", period),
            ("Due", jakarta_text(obligation.due_on)),
        ],
        groups=[group.title for group in groups],
        words=words,
        lines=lines,
        is_demonstration=is_demonstration,
        errors=errors,
    )


def file_name(obligation: Obligation, suffix: str = "") -> str:
    """adme_tool1_SOMHD_2026.xlsx; letters, digits and hyphens only."""
    parts = (obligation.tool, obligation.reporter_label, obligation.round.period_label)
    safe = ("".join(c if c.isascii() and c.isalnum() else "-" for c in part).strip("-") for part in parts)
    return f"adme_{'_'.join(safe)}{suffix}.xlsx"
