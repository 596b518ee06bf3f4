"""The recipe of a statistic as fields, without JSON. What a recipe must keep stands in recipes.py; here stands how it
is typed: values one a line, bands as '0-14 = Y0T14', changed codes as 'old = new'."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from adme.accounts.forms import PlainForm
from adme.common.numbers import NumberError, parse_number
from adme.reporting import vocabularies

from .layout import LARGEST, Column, Layout, Type
from .models import RecordSet
from .recipes import MOST_DIMENSIONS, MOST_FILTERS, Measure, PeriodRule, Recipe, Test, all_combinations
from .selectors.recipe_codes import column_labels

MEASURES = (
    (Measure.COUNT, "the number of records"),
    (Measure.SUM, "the sum of a column"),
    (Measure.DISTINCT, "the number of different values of a column"),
    (Measure.MEAN, "the mean of a column"),
)
TESTS = (
    (Test.IS, "is one of"),
    (Test.IS_NOT, "is none of"),
    (Test.AT_LEAST, "is at least"),
    (Test.AT_MOST, "is at most"),
    (Test.FILLED, "is given"),
    (Test.BLANK, "is blank"),
)
NO_DENOMINATOR, OF_RECORDS, OF_SERIES = "", "part", "series"
DIVISORS = (
    (NO_DENOMINATOR, "(not divided)"),
    (OF_RECORDS, "a part of the same records"),
    (OF_SERIES, "another series"),
)
ALL, ALONE, TOTAL_ONLY, CHOSEN = "all", "alone", "total", "chosen"
TABLES = (
    (ALL, "the total, each group, and all their combinations"),
    (ALONE, "the total, and each group alone"),
    (TOTAL_ONLY, "the total only"),
    (CHOSEN, "the total, and the tables marked below"),
)
SPARE_FILTERS = 3
_BAND = re.compile(
    r"^(?P<least>-?\d+(?:\.\d+)?)?\s*(?P<mark>[-–]|\+|(?:up )?to|and more)?\s*(?P<most>-?\d+(?:\.\d+)?)?$", re.ASCII
)
_ORDERED = frozenset({Type.INTEGER, Type.NUMBER, Type.DAY, Type.YEAR})
_LISTS = {"CL_SEX": "SEX", "CL_AGE": "AGE", "CL_URBANISATION": "URBANISATION"}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def columns_of(layout: Layout, *types: Type, blank: str = "(none)") -> list[tuple[str, str]]:
    found = [(one.name, one.label) for one in layout.columns if not types or one.type in types]
    return [("", blank), *found]


class _Described(PlainForm):
    """What a statistic is called and means."""

    title = forms.CharField(label="Title", max_length=200)
    unit = forms.CharField(label="Unit", max_length=60, help_text="Such as persons, or % of clinics.")
    definition = forms.CharField(
        label="Definition",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What is counted, and what is not.",
    )


class StatisticForm(_Described):
    """A new statistic."""

    record_set = forms.ModelChoiceField(
        label="Record set", queryset=RecordSet.objects.filter(retired_at=None, current__isnull=False)
    )
    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Capitals, digits and _, such as TEACHERS_TRAINED. Its series becomes ARBMD:TEACHERS_TRAINED.",
    )
    field_order = ("record_set", "code")


class DescribeForm(_Described):
    """One that exists. Once figures are published in its unit, that field shows the unit and takes no other."""

    is_proposed = forms.BooleanField(
        label="Proposed by ADME",
        required=False,
        help_text="Remove the mark once the sectoral body has agreed.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit_is_settled: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit_is_settled:
            self.fields["unit"].disabled = True
            self.fields["unit"].help_text = "Figures are published in this unit; another unit needs another statistic."


class RecipeForm(PlainForm):
    """All of a recipe but its filters and groups."""

    measure = forms.ChoiceField(label="What is measured", choices=MEASURES)
    column = forms.ChoiceField(label="Of the column", required=False)
    period_rule = forms.ChoiceField(
        label="Which records belong to the period",
        choices=[
            (PeriodRule.REPORT, "all records of the report"),
            (PeriodRule.DAY_WITHIN, "those whose day or year lies in it"),
        ],
    )
    period_column = forms.ChoiceField(label="Day or year in the column", required=False)
    distinct_by = forms.MultipleChoiceField(
        label="Records that share these columns count once",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None marked: every record counts.",
    )
    divided_by = forms.ChoiceField(label="Divided by", choices=DIVISORS, required=False)
    multiplier = forms.FloatField(
        label="Times", min_value=1e-9, max_value=1e9, initial=1, help_text="100 for per cent, 100000 for per 100,000."
    )
    divisor_measure = forms.ChoiceField(label="The part is", choices=MEASURES[:3], required=False)
    divisor_column = forms.ChoiceField(label="of the column", required=False)
    denominator_series = forms.CharField(
        label="Code of the series", required=False, max_length=300, help_text="Such as WB_WDI:SP.POP.TOTL."
    )
    by_dimensions = forms.BooleanField(
        label="Take the value of the same group", required=False, help_text="Where the series has the same groups."
    )
    at_most_years_old = forms.IntegerField(
        label="Years that an earlier value may stand in", required=False, min_value=0, max_value=10
    )
    tables = forms.ChoiceField(label="Tables that are published", choices=TABLES)
    chosen_tables = forms.MultipleChoiceField(
        label="Marked tables",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Of the groups as saved last: save the draft to mark tables of a new one. Fewer tables mean fewer "
        "suppressed cells.",
    )
    minimum_cell = forms.IntegerField(
        label="Smallest number of records in a published cell",
        min_value=0,
        max_value=100,
        initial=5,
        help_text="Cells that rest on fewer are suppressed, and others with them. 0: records about things.",
    )
    round_to = forms.FloatField(
        label="Round to multiples of", required=False, min_value=0, help_text="Blank: as computed."
    )
    decimals = forms.IntegerField(label="Decimals shown", min_value=0, max_value=6, initial=0)
    note = forms.CharField(label="What changes, and why", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "column": columns_of(layout),
            "divisor_column": columns_of(layout),
            "period_column": columns_of(layout, Type.DAY, Type.YEAR),
            "distinct_by": columns_of(layout)[1:],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def name_tables(self, groups: Mapping[int, str]) -> None:
        """Marked tables by number and label of the groups in use; those of a group that is not chosen are no tables."""
        names = {str(n): label for n, label in groups.items()}
        self.fields["chosen_tables"].choices = [  # type: ignore[attr-defined]
            (",".join(one), " × ".join(names[n] for n in one)) for one in all_combinations(list(names)) if one
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("measure") not in {None, "", Measure.COUNT} and not given.get("column"):
            self.add_error("column", "Choose the column that is measured.")
        if given.get("period_rule") == PeriodRule.DAY_WITHIN and not given.get("period_column"):
            self.add_error("period_column", "Choose the column that holds the day or the year.")
        if given.get("divided_by") == OF_SERIES and not given.get("denominator_series"):
            self.add_error("denominator_series", "Give the code of the series, such as WB_WDI:SP.POP.TOTL.")
        needs_column = given.get("divisor_measure") not in {None, "", Measure.COUNT}
        if given.get("divided_by") == OF_RECORDS and needs_column and not given.get("divisor_column"):
            self.add_error("divisor_column", "Choose the column that is measured.")
        return given

    def as_recipe(
        self,
        *,
        filters: Sequence[Mapping[str, Any]],
        numerator: Sequence[Mapping[str, Any]],
        denominator: Sequence[Mapping[str, Any]],
        dimensions: Sequence[tuple[int, Mapping[str, Any]]],
    ) -> dict[str, Any]:
        """The recipe as recipes.py reads it. `dimensions` come with the number of their group on the page."""
        given = self.cleaned_data
        part = {"measure": given["measure"], "column": _of(given, "measure", "column"), "filters": list(numerator)}
        return {
            "numerator": part,
            "filters": list(filters),
            "distinct_by": given["distinct_by"],
            "denominator": self._denominator(denominator),
            "multiplier": given["multiplier"],
            "dimensions": [one for _, one in dimensions],
            "published": self._published(dimensions),
            "period_rule": given["period_rule"],
            "period_column": given["period_column"] if given["period_rule"] == PeriodRule.DAY_WITHIN else "",
            "round_to": given["round_to"] or 0,
            "decimals": given["decimals"],
            "minimum_cell": given["minimum_cell"],
            "secondary": True,
        }

    def _denominator(self, filters: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
        given = self.cleaned_data
        if given["divided_by"] == OF_RECORDS:
            measure = given["divisor_measure"] or Measure.COUNT
            column = given["divisor_column"] if measure != Measure.COUNT else ""
            return {"part": {"measure": measure, "column": column, "filters": list(filters)}}
        if given["divided_by"] == OF_SERIES:
            return {
                "series": given["denominator_series"].strip(),
                "by_dimensions": given["by_dimensions"],
                "at_most_years_old": given["at_most_years_old"] or 0,
            }
        return None

    def _published(self, dimensions: Sequence[tuple[int, Mapping[str, Any]]]) -> list[list[str]]:
        concepts = [one["concept"] for _, one in dimensions]
        if self.cleaned_data["tables"] == ALL:
            return [list(one) for one in all_combinations(concepts)]
        if self.cleaned_data["tables"] == ALONE:
            return [[], *([one] for one in concepts)]
        if self.cleaned_data["tables"] == TOTAL_ONLY:
            return [[]]
        by_number = {str(number): one["concept"] for number, one in dimensions}
        marked = [one.split(",") for one in self.cleaned_data["chosen_tables"]]
        return [[], *([by_number[n] for n in one] for one in marked if all(n in by_number for n in one))]


def _of(given: Mapping[str, Any], measure: str, column: str) -> str:
    return given[column] if given[measure] != Measure.COUNT else ""


class FilterForm(PlainForm):
    """One condition on a record. Without a column: none."""

    column = forms.ChoiceField(label="Column", required=False)
    test = forms.ChoiceField(label="Condition", choices=TESTS, required=False)
    values = forms.CharField(
        label="Values, one a line", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, layout: Layout, labels: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout, self.labels = layout, labels
        self.fields["column"].choices = columns_of(layout, blank="(no condition)")  # type: ignore[attr-defined]

    @property
    def is_blank(self) -> bool:
        return not self["column"].value()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        column = self.layout.by_name.get(given.get("column") or "")
        if column is None or not given.get("test"):
            return given
        test = Test(given["test"])
        if test in {Test.AT_LEAST, Test.AT_MOST} and column.type not in _ORDERED:
            self.add_error("test", f"'{column.label}' has no order. Choose 'is one of' or 'is none of'.")
            return given
        given["values"] = [] if test in {Test.FILLED, Test.BLANK} else self._values(column, given.get("values") or "")
        if test in {Test.AT_LEAST, Test.AT_MOST} and len(given["values"]) > 1:
            self.add_error("values", "Give one value only.")
        return given

    def as_filter(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given.get("column"):
            return None
        return {"column": given["column"], "test": given["test"] or Test.IS, "values": given["values"] or []}

    def _values(self, column: Column, text: str) -> list[str]:
        found: list[str] = []
        for line in _lines(text):
            try:
                found.append(canonical(column, line, self.labels.get(column.name, {})))
            except ValueError as error:
                self.add_error("values", str(error))
        if not found and not self.errors:
            self.add_error("values", "Give at least one value, one a line.")
        return list(dict.fromkeys(found))


def canonical(column: Column, text: str, labels: Mapping[str, str]) -> str:
    """The value as cells hold it; ValueError with what to write instead."""
    seen = text[:40]
    if labels:
        code = vocabularies.Vocabulary(column.name, labels).find(text)
        if code is None:
            some = ", ".join(f"{one} ({label})" for one, label in list(labels.items())[:8])
            raise ValueError(f"'{seen}' is no code of '{column.label}'. Write one of {some}.")
        return code
    if column.is_number:
        try:
            value = parse_number(text)
        except NumberError:
            value = None
        if value is None or abs(value) > LARGEST:
            raise ValueError(f"'{seen}' is not a number; '{column.label}' holds numbers up to {LARGEST:g}.")
        return str(int(value)) if value.is_integer() else repr(value)
    if column.type == Type.DAY:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(f"'{seen}' is not a day; write it as 2026-07-01.") from None
    if column.type == Type.YEAR and not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise ValueError(f"'{seen}' is not a year; write it as 2026.")
    return unicodedata.normalize("NFC", text)  # as cells are kept


class DimensionForm(PlainForm):
    """One group. Without a column: none."""

    column = forms.ChoiceField(label="Column", required=False)
    label = forms.CharField(label="Label for readers", required=False, max_length=60)
    concept = forms.CharField(
        label="SDMX name", required=False, max_length=30, help_text="Capitals, such as SEX, AGE or URBANISATION."
    )
    code_list = forms.CharField(
        label="Code list", required=False, max_length=40, help_text="That the published codes are from, such as CL_AGE."
    )
    bands = forms.CharField(
        label="Bands of a number, one a line",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "0-14 = Y0T14\n65+ = Y_GE65"}),
    )
    mapping = forms.CharField(
        label="Codes published under another one, one a line",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "city = U\nvillage = R"}),
    )

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout
        kinds = (Type.CODE, Type.INTEGER, Type.NUMBER, Type.YEAR, Type.YES_NO)
        self.fields["column"].choices = columns_of(layout, *kinds, blank="(no group)")  # type: ignore[attr-defined]

    @property
    def told_label(self) -> str:
        """The label as typed, else that of the column; blank where there was and is no group."""
        column = self.layout.by_name.get(self["column"].value() or self.initial.get("column", ""))
        return str(self["label"].value() or column.label) if column else ""

    @property
    def has_more(self) -> bool:
        """Something stands in the fields that few groups need."""
        return bool(self["bands"].value() or self["mapping"].value())

    def clean_concept(self) -> str:
        return self.cleaned_data["concept"].strip().upper()

    def clean_bands(self) -> list[list[Any]]:
        found = []
        for line in _lines(self.cleaned_data["bands"]):
            told, mark, code = (part.strip() for part in line.rpartition("="))
            match = _BAND.match(told)
            if not mark or not code or match is None or not (match["least"] or match["most"]):
                raise forms.ValidationError(
                    f"'{line[:40]}' is no band; write it as 0-14 = Y0T14, or as 65+ = Y_GE65 for the last."
                )
            if any(abs(float(match[end] or 0)) > LARGEST for end in ("least", "most")):
                raise forms.ValidationError(f"'{line[:40]}': no figure here is larger than {LARGEST:g}.")
            least, most = match["least"], match["most"]
            if least and not most and match["mark"] not in {"+", "and more"}:
                most = least  # a single value
            found.append([None if least is None else float(least), None if most is None else float(most), code])
        return found

    def clean_mapping(self) -> list[list[str]]:
        found = []
        for line in _lines(self.cleaned_data["mapping"]):
            old, mark, new = (part.strip() for part in line.partition("="))
            if not mark or not old or not new:
                raise forms.ValidationError(f"'{line[:40]}' is no change of a code; write it as old = new.")
            found.append([old, new])
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        column = self.layout.by_name.get(given.get("column") or "")
        if column is None:
            return given
        given["label"] = given.get("label") or column.label
        given["concept"] = given.get("concept") or _LISTS.get(column.code_list) or column.name.upper()[:30]
        given["code_list"] = given.get("code_list") or ("" if given.get("bands") else column.code_list)
        if column.type == Type.NUMBER and not given.get("bands") and "bands" not in self.errors:
            self.add_error("bands", f"'{column.label}' is a number: give the bands into which it falls.")
        return given

    def as_dimension(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given.get("column"):
            return None
        return {name: given[name] for name in ("column", "concept", "label", "code_list", "mapping", "bands")}


class Draft:
    """All forms of one recipe together: what a page shows and what a draft becomes."""

    def __init__(self, layout: Layout, recipe: Recipe | None, data: Any = None, **initial: Any) -> None:
        labels = column_labels(layout)
        self.form = RecipeForm(data, layout=layout, initial={**initial_of(recipe), **initial})
        given = _filters_of(recipe)
        self.filters, self.numerator, self.denominator = (
            [
                FilterForm(data, prefix=f"{name}{n}", layout=layout, labels=labels, initial=one)
                for n, one in enumerate(_with_spare(given[name], data, name))
            ]
            for name in ("all", "top", "bottom")
        )
        shown = [_dimension_initial(one) for one in recipe.dimensions] if recipe else []
        shown += [{} for _ in range(MOST_DIMENSIONS - len(shown))]
        self.dimensions = [
            DimensionForm(data, prefix=f"group{n}", layout=layout, initial=one) for n, one in enumerate(shown, start=1)
        ]
        self.form.name_tables({n: one.told_label for n, one in enumerate(self.dimensions, start=1) if one.told_label})

    @property
    def all(self) -> list[PlainForm]:
        return [*self.filters, self.form, *self.numerator, *self.denominator, *self.dimensions]

    def is_valid(self) -> bool:
        return all(one.is_valid() for one in self.all)

    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, what is wrong) over all forms, for the summary."""
        found = []
        for one in self.all:
            found += [("", "", str(error)) for error in one.non_field_errors()]
            for field in one:
                found += [(field.id_for_label or field.auto_id or "", str(field.label), str(e)) for e in field.errors]
        return found

    def as_recipe(self) -> dict[str, Any]:
        dimensions = [(n, found) for n, one in enumerate(self.dimensions, start=1) if (found := one.as_dimension())]
        return self.form.as_recipe(
            filters=_told(self.filters),
            numerator=_told(self.numerator),
            denominator=_told(self.denominator),
            dimensions=dimensions,
        )


def _told(rows: Sequence[FilterForm]) -> list[dict[str, Any]]:
    return [found for one in rows if (found := one.as_filter())]


def _with_spare(given: list[dict[str, Any]], data: Any, name: str) -> list[dict[str, Any]]:
    """The conditions and some blank ones; as many as were sent, where the form comes back."""
    number = len(given) + SPARE_FILTERS
    if data is not None:
        number = next(n for n in range(MOST_FILTERS + 1) if f"{name}{n}-column" not in data or n == MOST_FILTERS)
    return [*given, *({} for _ in range(number))][: min(number, MOST_FILTERS)]


def _filters_of(recipe: Recipe | None) -> dict[str, list[dict[str, Any]]]:
    if recipe is None:
        return {"all": [], "top": [], "bottom": []}
    below = recipe.denominator.part.filters if recipe.denominator and recipe.denominator.part else ()
    told = {"all": recipe.filters, "top": recipe.numerator.filters, "bottom": below}
    return {
        name: [{"column": one.column, "test": str(one.test), "values": "\n".join(one.values)} for one in found]
        for name, found in told.items()
    }


def _dimension_initial(one: Any) -> dict[str, Any]:
    return {
        "column": one.column,
        "label": one.label,
        "concept": one.concept,
        "code_list": one.code_list,
        "bands": "\n".join(f"{_band(least, most)} = {code}" for least, most, code in one.bands),
        "mapping": "\n".join(f"{old} = {new}" for old, new in one.mapping),
    }


def _band(least: float | None, most: float | None) -> str:
    if most is None:
        return f"{least:g}+"
    return f"up to {most:g}" if least is None else f"{least:g}-{most:g}"


def initial_of(recipe: Recipe | None) -> dict[str, Any]:
    """What the form shows of a recipe."""
    if recipe is None:
        return {"tables": ALL, "minimum_cell": 5, "multiplier": 1, "decimals": 0}
    below = recipe.denominator
    found: dict[str, Any] = {
        "measure": str(recipe.numerator.measure),
        "column": recipe.numerator.column,
        "period_rule": str(recipe.period_rule),
        "period_column": recipe.period_column,
        "distinct_by": list(recipe.distinct_by),
        "multiplier": recipe.multiplier,
        "minimum_cell": recipe.minimum_cell,
        "round_to": recipe.round_to or None,
        "decimals": recipe.decimals,
        **_tables_of(recipe),
    }
    if below is not None and below.part is not None:
        found |= {"divided_by": OF_RECORDS, "divisor_measure": str(below.part.measure)}
        found["divisor_column"] = below.part.column
    elif below is not None:
        found |= {"divided_by": OF_SERIES, "denominator_series": below.series, "by_dimensions": below.by_dimensions}
        found["at_most_years_old"] = below.at_most_years_old or None
    return found


def _tables_of(recipe: Recipe) -> dict[str, Any]:
    concepts = [one.concept for one in recipe.dimensions]
    published = set(recipe.published)
    if published == set(all_combinations(concepts)):
        return {"tables": ALL}
    if published == {(), *((one,) for one in concepts)}:
        return {"tables": ALONE}
    if published == {()}:
        return {"tables": TOTAL_ONLY}
    numbers = {one: str(n) for n, one in enumerate(concepts, start=1)}
    return {
        "tables": CHOSEN,
        "chosen_tables": [",".join(numbers[name] for name in one) for one in recipe.published if one],
    }


class MetadataForm(PlainForm):
    """A text for each heading; blank: what is generated. `was_...` is the text that the person started from."""

    def __init__(self, *args: Any, groups: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups: list[tuple[str, list[tuple[Any, str]]]] = []
        for group in groups:
            names = []
            for line in group.lines:
                code = line.heading.code
                self.fields[code] = forms.CharField(
                    label=line.heading.title,
                    required=False,
                    initial=line.written,
                    help_text=line.heading.hint,
                    widget=forms.Textarea(attrs={"rows": 2 if line.generated and not line.written else 3}),
                )
                self.fields[f"was_{code}"] = forms.CharField(
                    required=False, initial=line.written, widget=forms.HiddenInput, strip=False
                )
                names.append((line, code))
            self.groups.append((group.title, names))

    @property
    def shown(self) -> list[tuple[str, list[tuple[Any, forms.BoundField, forms.BoundField]]]]:
        return [
            (title, [(line, self[code], self[f"was_{code}"]) for line, code in names]) for title, names in self.groups
        ]

    def texts(self) -> tuple[dict[str, str], dict[str, str]]:
        """(what was written, what the person started from) by heading."""
        given = self.cleaned_data
        codes = [code for _, names in self.groups for _, code in names]
        was = {code: given.get(f"was_{code}", "").replace("\r\n", "\n").strip() for code in codes}
        return {code: given.get(code, "") for code in codes}, was
