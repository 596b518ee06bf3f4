"""The Tool 2 record: a follow-up action to a clause, its sections and fields."""

from __future__ import annotations

from adme.reporting.fields import Catalogue, Field, Holder, Kind, Section

PLAN, REPORT = Holder.PLAN, Holder.REPORT
REMARK = 4000

CATALOGUE = Catalogue(
    layout="T2-2026.1",
    sections=(
        Section("progress", "Progress in this period", "Where the action stands at the end of the period."),
        Section("action", "The follow-up action", "What is done about the clause. It is kept from period to period."),
        Section("links", "Links", "Which activities of Tool 1 and which KPIs belong to it."),
    ),
    fields=(
        Field("status", "Status", "progress", Kind.CODE, REPORT, "CL_ACTIVITY_STATUS", required=True, in_grid=True),
        Field(
            "explanation",
            "Explanation of status",
            "progress",
            Kind.LONG_TEXT,
            REPORT,
            max_length=REMARK,
            in_grid=True,
            help="Needed when the action is delayed, postponed or cancelled: why, and what happens next.",
        ),
        Field("achieved", "What was achieved", "progress", Kind.LONG_TEXT, REPORT, max_length=REMARK, in_grid=True),
        Field(
            "outputs",
            "Documents and products",
            "progress",
            Kind.ITEMS,
            REPORT,
            "CL_OUTPUT_KIND",
            help="Each law, policy, plan or other document, with its link.",
        ),
        Field("remarks", "Remarks", "progress", Kind.LONG_TEXT, REPORT, max_length=REMARK, in_grid=True),
        Field("action", "Action", "action", Kind.TEXT, PLAN, required=True, in_grid=True),
        Field(
            "action_type", "Type of action", "action", Kind.CODE, PLAN, "CL_ACTION_TYPE", required=True, in_grid=True
        ),
        Field("responsible", "Responsible body or agency", "action", Kind.TEXT, PLAN, required=True, in_grid=True),
        Field("starts_on", "Starts on", "action", Kind.DAY, PLAN, required=True, in_grid=True),
        Field(
            "ends_on",
            "Ends on",
            "action",
            Kind.DAY,
            PLAN,
            in_grid=True,
            help="Leave blank when it has no end, as a law.",
        ),
        Field(
            "policy_kinds",
            "Kind of policy",
            "action",
            Kind.CODES,
            PLAN,
            "CL_POLICY_KIND",
            in_grid=True,
            help="Only for laws, policies and plans of these kinds: KPIs 6d, 7a, 8b and 16 count states by them.",
        ),
        Field(
            "in_force_since",
            "In force since",
            "action",
            Kind.DAY,
            PLAN,
            in_grid=True,
            help="Day on which the law, policy or plan took effect.",
        ),
        Field("activities", "Tool 1 activities", "links", Kind.CODES, PLAN, "activity"),
        Field("kpis", "KPIs served", "links", Kind.CODES, PLAN, "kpi"),
    ),
)
