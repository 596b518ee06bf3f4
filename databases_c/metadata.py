"""Metadata of a statistic under SDMX concept headings: generated from the record set and the recipe. Pure.

The headings are those of the Euro-SDMX Metadata Structure, which statistics offices know. A text that a person wrote
(MetadataText) stands in place of the generated one; some headings only a person can fill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from adme.common.formatting import period as period_text

from .layout import Layout, Level, Rule, RuleKind
from .models import RecordSet, Statistic
from .recipe_words import CodeLabels, published_words, recipe_lines, rounding_words, small_cells
from .recipes import PeriodRule, Recipe


@dataclass(frozen=True, slots=True)
class Heading:
    """`code` is the SDMX concept; `by_hand`: nothing is generated, `hint` says what to write."""

    code: str
    title: str
    group: str
    hint: str = ""


HEADINGS = (
    Heading("CONTACT_ORGANISATION", "Contact organisation", "Contact", "Who answers questions on the figures."),
    Heading("META_UPDATE", "Last update of metadata", "Contact"),
    Heading("DATA_DESCR", "Data description", "Statistical presentation"),
    Heading("CLASS_SYSTEM", "Classification system", "Statistical presentation"),
    Heading("COVERAGE_SECTOR", "Sector coverage", "Statistical presentation"),
    Heading("STAT_CONC_DEF", "Statistical concepts and definitions", "Statistical presentation"),
    Heading("STAT_UNIT", "Statistical unit", "Statistical presentation"),
    Heading("STAT_POP", "Statistical population", "Statistical presentation"),
    Heading("REF_AREA", "Reference area", "Statistical presentation"),
    Heading("COVERAGE_TIME", "Time coverage", "Statistical presentation"),
    Heading("UNIT_MEASURE", "Unit of measure", "Statistical presentation"),
    Heading("REF_PERIOD", "Reference period", "Statistical presentation"),
    Heading("INST_MANDATE", "Institutional mandate", "Mandate and policies"),
    Heading("CONF_POLICY", "Confidentiality: policy", "Mandate and policies"),
    Heading("CONF_DATA_TR", "Confidentiality: data treatment", "Mandate and policies"),
    Heading("REL_POLICY", "Release policy", "Mandate and policies", "When and to whom the figures are released."),
    Heading("FREQ_DISS", "Frequency of dissemination", "Mandate and policies"),
    Heading("RELEVANCE", "Relevance", "Quality", "Who needs the figures, and for which decision."),
    Heading(
        "ACCURACY", "Accuracy and reliability", "Quality", "Known errors, units that do not report, undercoverage."
    ),
    Heading("TIMELINESS", "Timeliness", "Quality", "How long after the end of the period the figures usually appear."),
    Heading(
        "COMPARABILITY", "Comparability", "Quality", "How the records of the Member States differ from one another."
    ),
    Heading("COHERENCE", "Coherence", "Quality", "Other sources on the same matter, and how far they agree."),
    Heading("DATA_REV", "Data revision", "Processing"),
    Heading("SOURCE_TYPE", "Source data", "Processing"),
    Heading("FREQ_COLL", "Frequency of data collection", "Processing"),
    Heading("COLL_METHOD", "Data collection", "Processing"),
    Heading("DATA_VALIDATION", "Data validation", "Processing"),
    Heading("DATA_COMP", "Data compilation", "Processing"),
    Heading("ADJUSTMENT", "Adjustment", "Processing"),
    Heading("COMMENT_DSET", "Comment", "Processing", "What else a reader should know."),
)
BY_CODE = {one.code: one for one in HEADINGS}
_RULES = {
    RuleKind.RANGE: "range",
    RuleKind.REQUIRED_IF: "obligatory under a condition",
    RuleKind.COMPARE: "comparison of columns",
    RuleKind.SUM_TO_TOTAL: "parts that add up to a total",
    RuleKind.ROWS_TO_TOTAL: "rows that add up to a total",
    RuleKind.AGAINST_LAST: "change since the last period",
    RuleKind.UNIQUE: "records that must differ",
    RuleKind.EXPECTED: "expected range",
}


@dataclass(frozen=True, slots=True)
class Published:
    """What stands published now: states with a value, first and last period as text, when the newest was compiled."""

    states: int = 0
    expected: int = 0
    first: str = ""
    last: str = ""
    compiled_on: date | None = None


def generate(
    statistic: Statistic,
    recipe: Recipe | None,
    layout: Layout | None,
    *,
    labels: CodeLabels,
    published: Published,
    adopted: str = "",
) -> Mapping[str, str]:
    """{heading code: text}; headings of which set and recipe say nothing are left out. `adopted` tells of the recipe:
    'version 2, adopted 3 May 2026'; `layout` is the one that the recipe is for."""
    found = _from_set(statistic.record_set) | {
        "UNIT_MEASURE": statistic.unit,
        "STAT_CONC_DEF": statistic.definition,
        "COVERAGE_TIME": _time(published),
        "REF_AREA": _area(published),
        "META_UPDATE": f"Figures last compiled {published.compiled_on:%-d %B %Y}." if published.compiled_on else "",
    }
    if recipe is not None and layout is not None:
        found |= _from_recipe(statistic, recipe, layout, labels, adopted)
    return {code: text for code, text in found.items() if text}


def _from_set(one: RecordSet) -> dict[str, str]:
    proposed = (
        " The record set is proposed by ADME; the sectoral body has not agreed to it yet." if one.is_proposed else ""
    )
    rules = one.current.read_layout().rules if one.current else ()
    return {
        "CONTACT_ORGANISATION": f"{one.body.acronym} ({one.body.name}), through the ASEAN Secretariat.",
        "COVERAGE_SECTOR": one.coverage,
        "STAT_UNIT": f"{one.unit_of_record}.".replace("..", "."),
        "STAT_POP": one.population,
        "REF_PERIOD": one.reference_period,
        "INST_MANDATE": f"{one.legal_basis}.".replace("..", ".") + proposed if one.legal_basis else proposed.strip(),
        "SOURCE_TYPE": f"Administrative records: {one.title}, kept by: {one.custodian}.",
        "FREQ_COLL": f"{one.get_periodicity_display()}.",
        "FREQ_DISS": f"{one.get_periodicity_display()}, after the approval of each report.",
        "COLL_METHOD": (
            "Each Member State sends its records in one layout, as a web form, Excel workbook, CSV file or through the "
            "API. Reports are reviewed and approved by the ASEAN Secretariat."
        ),
        "DATA_VALIDATION": _validation(rules),
        "CONF_POLICY": _confidentiality(one),
        "DATA_REV": (
            "A report that is reopened and approved again replaces its figures; the former ones are kept and can be "
            "seen as of any day. A new recipe compiles all approved reports anew."
        ),
    }


def _validation(rules: Sequence[Rule]) -> str:
    errors = sum(one.level == Level.ERROR for one in rules)
    text = "Types, code lists, ranges and obligatory columns of every record are checked when it is sent."
    if not rules:
        return text
    kinds = ", ".join(dict.fromkeys(_RULES[one.kind] for one in rules))
    warnings = len(rules) - errors
    return (
        f"{text} The set has {_count(errors, 'rule')} that {'refuses' if errors == 1 else 'refuse'} a record and "
        f"{_count(warnings, 'rule')} whose findings a person confirms with a reason or has corrected ({kinds})."
    )


def _confidentiality(one: RecordSet) -> str:
    if not one.is_personal:
        return (
            "The records are not about single persons. They are seen by the state that sent them and by named roles of "
            "the Secretariat."
        )
    text = (
        "One record is about one person. Records are seen only by the state that sent them and by named roles of the "
        "Secretariat; each download is written to the audit trail."
    )
    return text + (" They are deleted once the statistics have been compiled." if one.discards_rows else "")


def _from_recipe(
    statistic: Statistic, recipe: Recipe, layout: Layout, labels: CodeLabels, adopted: str
) -> dict[str, str]:
    told = dict(recipe_lines(recipe, layout, labels=labels))
    steps = ("Only records", "Period", "The same record twice", "Measured", "Divided by", "Times", "Rounding")
    compiled = " ".join(f"{step}: {told[step].rstrip('.')}." for step in steps if step in told)
    classes = [
        f"{one.label} ({one.concept}{f', {one.code_list}' if one.code_list else ''})" for one in recipe.dimensions
    ]
    found = {
        "DATA_DESCR": f"{statistic.title}. {published_words(recipe)}",
        "CLASS_SYSTEM": "; ".join(classes) + "." if classes else "",
        "CONF_DATA_TR": small_cells(recipe),
        "DATA_COMP": f"Recipe {adopted}. {compiled}" if adopted else compiled,
        "ADJUSTMENT": f"None but rounding. Rounding: {rounding_words(recipe)[0].lower()}{rounding_words(recipe)[1:]}",
    }
    if recipe.period_rule == PeriodRule.DAY_WITHIN:
        text = told.get("Period", "")
        found["REF_PERIOD"] = f"{statistic.record_set.reference_period} {text}".strip()
    return found


def _time(published: Published) -> str:
    if not published.first:
        return ""
    same = published.first == published.last
    first, last = period_text(published.first), period_text(published.last)
    return f"{first}." if same else f"{first} to {last}."


def _area(published: Published) -> str:
    if not published.expected:
        return ""
    return f"ASEAN Member States; {published.states} of {published.expected} have published figures."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
