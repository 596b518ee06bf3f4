"""How a report is called and where it stands, in notices and mails."""

from __future__ import annotations

from django.urls import reverse

from .. import tools
from ..models import Obligation


def tool_title(name: str) -> str:
    """'Tool 1'; the bare name of a tool that is not registered."""
    try:
        return tools.get(name).title
    except KeyError:
        return name


def report_name(obligation: Obligation) -> str:
    """'Tool 1 2026, SOMHD'."""
    return f"{tool_title(obligation.tool)} {obligation.round.period_label}, {obligation.reporter_label}"


def report_url(obligation: Obligation) -> str:
    """Address of the report within the application."""
    return reverse("report", args=[obligation.public_id])


def record_url(obligation: Obligation, key: str) -> str:
    """Address of one record of the report; of the report where no record is meant."""
    own = tools.own_work(obligation.tool)
    if own is not None:
        return own.work_url(obligation)
    return reverse("record", args=[obligation.public_id, key]) if key else report_url(obligation)
