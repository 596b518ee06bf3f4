"""The Tool 1 record: its sections and fields. Changing this or a code list changes form, grid, workbook and checks."""

from __future__ import annotations

from adme.reporting.fields import Catalogue, Field, Holder, Kind, Section

PLAN, REPORT = Holder.PLAN, Holder.REPORT
REMARK = 4000

SECTIONS = (
    Section("progress", "Progress in this period", "Where the activity stands at the end of the period."),
    Section("results", "Results", "What came out of it, and who took part."),
    Section("activity", "The activity", "What is planned. It is kept from period to period."),
    Section("alignment", "Alignment", "Which parts of the Blueprint and which KPIs the activity serves."),
    Section("partners", "Partners and funding", "Who leads, who helps, and who pays."),
)

CATALOGUE = Catalogue(
    layout="T1-2026.1",
    sections=SECTIONS,
    fields=(
        Field("status", "Status", "progress", Kind.CODE, REPORT, "CL_ACTIVITY_STATUS", required=True, in_grid=True),
        Field(
            "percent_complete",
            "Percent complete",
            "progress",
            Kind.PERCENT,
            REPORT,
            required=True,
            in_grid=True,
            help="Of the whole activity, 0 to 100.",
        ),
        Field(
            "explanation",
            "Explanation of status",
            "progress",
            Kind.LONG_TEXT,
            REPORT,
            max_length=REMARK,
            in_grid=True,
            help="Needed when the activity is delayed, postponed or cancelled: why, and what happens next.",
        ),
        Field("remarks", "Remarks", "progress", Kind.LONG_TEXT, REPORT, max_length=REMARK, in_grid=True),
        Field(
            "achieved",
            "Outputs achieved",
            "results",
            Kind.LONG_TEXT,
            REPORT,
            max_length=REMARK,
            in_grid=True,
            help="In words: what was done in this period.",
        ),
        Field(
            "outputs",
            "Documents and products",
            "results",
            Kind.ITEMS,
            REPORT,
            "CL_OUTPUT_KIND",
            help="Each outcome document, study, guideline or product, with its link.",
        ),
        Field(
            "stakeholders",
            "Stakeholders engaged",
            "results",
            Kind.CODES,
            REPORT,
            "CL_STAKEHOLDER",
            in_grid=True,
            help="Who outside government helped to develop or carry it out. Feeds KPI 3.",
        ),
        Field(
            "participants_female",
            "Participants, women",
            "results",
            Kind.NUMBER,
            REPORT,
            in_grid=True,
            help="In this period. Leave blank what is not known; write 0 for none.",
        ),
        Field("participants_male", "Participants, men", "results", Kind.NUMBER, REPORT, in_grid=True),
        Field("participants_unknown", "Participants, sex not recorded", "results", Kind.NUMBER, REPORT, in_grid=True),
        Field("number", "Number", "activity", Kind.TEXT, PLAN, max_length=40, help="As the work plan numbers it."),
        Field("title", "Title", "activity", Kind.TEXT, PLAN, required=True, in_grid=True),
        Field("description", "Description", "activity", Kind.LONG_TEXT, PLAN, max_length=REMARK),
        Field("expected_output", "Expected output", "activity", Kind.LONG_TEXT, PLAN, max_length=REMARK),
        Field("expected_outcome", "Expected outcome", "activity", Kind.LONG_TEXT, PLAN, max_length=REMARK),
        Field(
            "activity_type",
            "Type of activity",
            "activity",
            Kind.CODE,
            PLAN,
            "CL_ACTIVITY_TYPE",
            required=True,
            in_grid=True,
        ),
        Field(
            "frequency", "Frequency of activity", "activity", Kind.CODE, PLAN, "CL_ACTIVITY_FREQUENCY", required=True
        ),
        Field("starts_on", "Starts on", "activity", Kind.DAY, PLAN, required=True, in_grid=True),
        Field("ends_on", "Ends on", "activity", Kind.DAY, PLAN, required=True, in_grid=True),
        Field("kras", "Key Result Areas", "alignment", Kind.CODES, PLAN, "kra", required=True, in_grid=True),
        Field("measures", "Strategic measures", "alignment", Kind.CODES, PLAN, "measure"),
        Field("kpis", "KPIs served", "alignment", Kind.CODES, PLAN, "kpi"),
        Field(
            "tags", "Themes", "alignment", Kind.CODES, PLAN, "CL_ACTIVITY_TAG", help="KPIs count activities by them."
        ),
        Field("issues", "Cross-pillar issues", "alignment", Kind.CODES, PLAN, "issue"),
        Field("sdg_targets", "SDG targets", "alignment", Kind.CODES, PLAN, "CL_SDG_TARGET"),
        Field("lead_states", "Lead Member States", "partners", Kind.CODES, PLAN, "state", in_grid=True),
        Field("partner_bodies", "Partner bodies", "partners", Kind.CODES, PLAN, "body"),
        Field("dialogue_partners", "Dialogue and other partners", "partners", Kind.CODES, PLAN, "CL_DIALOGUE_PARTNER"),
        Field("funding_sources", "Funding sources", "partners", Kind.CODES, PLAN, "CL_FUNDING_SOURCE"),
        Field("funding_amount", "Funding amount", "partners", Kind.AMOUNT, PLAN, help="For the whole activity."),
        Field("funding_currency", "Currency", "partners", Kind.CODE, PLAN, "CL_CURRENCY"),
    ),
)

# Codes of these fields become FactTag rows, so that filters and counts are joins.
TAGGED = (
    "kras",
    "measures",
    "kpis",
    "tags",
    "issues",
    "sdg_targets",
    "lead_states",
    "partner_bodies",
    "dialogue_partners",
    "funding_sources",
    "stakeholders",
)
