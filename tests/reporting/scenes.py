"""A report of each tool at each state, with a record, evidence, a comment and a refused upload, for the matrix."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from adme.accounts.models import Role, User
from adme.reference.models import Framework
from adme.reporting.models import Obligation, Revision
from adme.reporting.services import talk
from adme.reporting.transitions import Act
from tests.tool2 import factories as tool2

from . import attachments, factories, sheets
from .report_matrix import MARK, Scene

NEW_ACTIVITY = {**factories.PLAN, "title": "Another", "kras": ["A.1"]}
OWN, OTHER = "SOMHD", "SLOM"
STATE, OTHER_STATE = "VNM", "IDN"


def people() -> dict[str, User | None]:
    """One of each kind, with a session each by the caller. `focal_limited` is named for a body that leads nothing."""
    return {
        "anonymous": None,
        "disabled": factories.make_user((Role.ME_OFFICER, OWN, None), (Role.FOCAL_POINT, None, STATE)),
        "no_role": factories.make_user(),
        "officer_own": factories.officer(OWN),
        "officer_other": factories.officer(OTHER),
        "focal_own": factories.focal_point(STATE),
        "focal_other": factories.focal_point(OTHER_STATE),
        "focal_limited": factories.focal_point(STATE, OTHER),
        "analyst": factories.analyst(),
        "soca_member": factories.soca_member(),
        "administrator": factories.administrator(),
    }


def build(tool: str, state: str) -> Scene:
    by = factories.officer(OWN) if tool == "tool1" else factories.focal_point(STATE)
    report = factories.make_obligation(OWN) if tool == "tool1" else tool2.national_report(STATE)
    key, group, ids = _record(tool, report, by, told=state != "certified_nil")
    ids |= {
        "report": report.public_id,
        "key": key,
        "number": 1,
        "field": "achieved",
        "section": "progress",
        "finding": 1,
    }
    _belongings(report, key, by, ids)
    _bring_to(state, report, by)
    report = factories.again(report)
    return Scene(tool, state, report, ids, str(report.public_id), _forms(report, key, group))


def _record(tool: str, report: Obligation, by: User, *, told: bool) -> tuple[str, str, dict[str, Any]]:
    title = f"{MARK} workshop"
    if tool == "tool1":
        activity = factories.make_activity(OWN, title=title)
        key = factories.key_of(activity)
        if told:
            factories.save(report, key, factories.REPORT, by)
        plan = activity.work_plan.public_id
        return key, str(plan), {"activity": UUID(key), "plan": plan, "code": tool2.HEALTH}
    clause = tool2.make_clause()
    values = {} if told else {"status": "", "achieved": ""}
    key = tool2.add(report, clause, by, action=title, **values)
    return key, str(clause.public_id), {"action": UUID(key), "code": tool2.HEALTH}


def _belongings(report: Obligation, key: str, by: User, ids: dict[str, Any]) -> None:
    """A file, a comment, and a workbook with a row that is refused."""
    file = talk.add_file(
        obligation_id=report.pk, record_key=key, title="Minutes", by=by,
        upload=attachments.upload("minutes.pdf", attachments.PDF),
    )  # fmt: skip
    comment = talk.add_comment(obligation_id=report.pk, record_key=key, field="", text="Who answers for it?", by=by)
    content = sheets.edited(sheets.fetch(report, by), {key: {"status": "no such status"}})
    batch = sheets.sent(report, content, by)
    ids |= {"evidence": file.public_id, "comment": comment.pk, "batch": batch.public_id, "upload": batch.public_id}


def _bring_to(state: str, report: Obligation, by: User) -> None:
    way = {
        "draft": (),
        "submitted": (Act.SUBMIT,),
        "returned": (Act.SUBMIT, Act.RETURN),
        "approved": (Act.SUBMIT, Act.APPROVE),
        "reopened": (Act.SUBMIT, Act.APPROVE, Act.REOPEN),
        "certified_nil": (Act.CERTIFY_NIL,),
    }
    reviewer = factories.analyst()
    for act in way[state]:
        mine = act in {Act.SUBMIT, Act.CERTIFY_NIL}
        factories.act(factories.again(report), act, by if mine else reviewer, reason="" if act == Act.SUBMIT else "So.")


def _forms(report: Obligation, key: str, group: str) -> dict[str, dict[str, Any]]:
    """What each form sends, filled in well enough to be done where it may be done."""
    latest = Revision.objects.filter(obligation=report).order_by("-number").first()
    act = {"token": "0123456789abcdef0123456789abcdef", "revision": latest.pk if latest else "", "reason": "So it is."}
    row = {"given": "remarks", "remarks": "Changed.", "reason": "Asked for.", "base": '{"remarks": ""}'}
    api_row = {"values": {"remarks": "Changed."}, "reason": "Asked for.", "base": {"remarks": ""}}
    new = NEW_ACTIVITY if report.tool == "tool1" else {**tool2.PLAN, "action": "Another"}
    framework = Framework.objects.get(code="BP2025").pk
    plan = {"title": "Renamed plan", "framework": framework, "first_year": 2016, "last_year": 2025}
    return {
        **{f"report_act:{name.value}": act for name in Act},
        "report_act:return": {**act, "reason_codes": "explanation"},
        "report_act:excuse": {**act, "until": "2099-01-01"},
        "section_save": row,
        "grid_row": row,
        "record_new": {"group": group, "given": list(new), **new, "reason": "Asked for."},
        "record_remove": {"reason": "Entered twice."},
        "record_keep": {"code": "none", "reason": "Both are so."},
        "comment_add": {"record_key": key, "text": "A comment"},
        "evidence_add": {"title": "A link", "url": "https://example.org/", "reason": "Asked for."},
        "workbook_preview": {"act": "discard"},
        "workbook_upload": {},
        "report_extend": {"until": "2099-01-01", "reason": "Asked for."},
        "activity_overlaps": {"other": "00000000-0000-4000-8000-000000000000", "kind": "distinct", "reason": "No."},
        "work_plan_edit": plan,
        "api_records": {"group": group, "values": new, "reason": "Asked for."},
        "api_record": api_row,
        "api_report_acts": {"act": "submit", "idempotency_key": "matrix-1", "reason": "On behalf."},
    }
