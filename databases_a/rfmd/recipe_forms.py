"""The draft of a recipe as fields. The rules that a recipe must keep stand in recipes.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from adme.accounts.forms import PlainForm
from adme.observations import queries
from adme.observations.queries import CountKind, FilterField, QueryError

from .formulas import CONDITIONS
from .models import Accumulation, AreaMethod, CoverageOf, Method

MOST_INPUTS = 6
# Offered for counts of the tools; others are offered where the recipe already asks by them.
USUAL = (
    "kras", "tags", "activity_type", "status", "stakeholders", "outputs", "policy_kinds", "action_type", "level",
    "activities",
)  # fmt: skip
OWN_SERIES = "series"
_WHOLE = ("within_years", "base_year")


class RecipeForm(PlainForm):
    """All of a recipe but its inputs."""

    method = forms.ChoiceField(label="A state's value", choices=Method.choices)
    area_method = forms.ChoiceField(label="The value for ASEAN", choices=AreaMethod.choices)
    regional_from_series = forms.BooleanField(
        label="The series has its own figure for ASEAN", required=False, help_text="As counts of Tool 1 and surveys do."
    )
    weights = forms.CharField(label="Weight series", required=False, max_length=300)
    condition = forms.ChoiceField(
        label="States count when their value is",
        required=False,
        choices=[("", "(no count of states)"), *((one, one) for one in CONDITIONS)],
    )
    threshold = forms.FloatField(label="than or as", required=False)
    within_years = forms.IntegerField(label="Latest value within years", required=False, min_value=0, max_value=20)
    base_year = forms.IntegerField(label="Change since the year", required=False, min_value=1990, max_value=2100)
    relative = forms.BooleanField(label="Change in per cent of the value then", required=False)
    scale = forms.FloatField(label="Ratio times", required=False)
    carry_years = forms.IntegerField(
        label="Gaps: years that a state's latest value may stand in", required=False, min_value=0, max_value=10
    )
    coverage_of = forms.ChoiceField(label="Coverage is of", choices=CoverageOf.choices)
    least = forms.FloatField(
        label="Least share of them, per cent", required=False, min_value=0, max_value=100, help_text="Below, withheld."
    )
    least_population = forms.FloatField(
        label="Least share of population, per cent", required=False, min_value=0, max_value=100
    )
    population = forms.CharField(label="Population series", required=False, max_length=300)
    accumulation = forms.ChoiceField(label="A value says", choices=Accumulation.choices)
    unit = forms.CharField(label="Unit", max_length=120)
    decimals = forms.IntegerField(label="Decimals", min_value=0, max_value=6)
    first_year = forms.IntegerField(label="First year", min_value=1990, max_value=2100)
    is_proxy = forms.BooleanField(label="The series stands in for something not measured yet", required=False)
    note = forms.CharField(label="Note for readers", required=False, widget=forms.Textarea(attrs={"rows": 5}))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def definition(self, inputs: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        given = self.cleaned_data
        plain = ("method", "area_method", "accumulation", "unit", "decimals", "first_year", "is_proxy", "note")
        return {
            **{name: given[name] for name in plain},
            "inputs": [dict(one) for one in inputs],
            "weights": {"series": given["weights"]} if given["weights"] else {},
            "gap_rule": {"carry_years": given["carry_years"]} if given["carry_years"] else {},
            "coverage_rule": self._coverage(inputs),
            "parameters": self._parameters(),
        }

    def _coverage(self, inputs: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        given = self.cleaned_data
        least = _share(given["least"])
        if given["coverage_of"] == CoverageOf.BODIES:
            tool = next((one["series"].partition(":")[0] for one in inputs), "TOOL1")
            return {
                "reporting": f"{tool}:bodies_reporting",
                "expected": f"{tool}:bodies_owing",
                "noun": "bodies",
                **({"min_share": least} if least else {}),
            }
        people = _share(given["least_population"])
        found: dict[str, Any] = {"min_states": least} if least else {}
        found |= {"min_population": people} if people else {}
        return found | ({"population": given["population"]} if given["population"] else {})

    def _parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        found: dict[str, Any] = {"condition": given["condition"]} if given["condition"] else {}
        for name in ("threshold", "scale"):
            if given[name] is not None:
                found[name] = int(given[name]) if given[name] == int(given[name]) else given[name]
        found |= {name: given[name] for name in _WHOLE if given[name] is not None}
        return found | {name: True for name in ("relative", "regional_from_series") if given[name]}


def initial_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a definition."""
    rule, parameters = definition["coverage_rule"], definition["parameters"]
    plain = ("method", "area_method", "accumulation", "unit", "decimals", "first_year", "is_proxy", "note")
    least = rule.get("min_share") if rule.get("reporting") else rule.get("min_states")
    return {
        **{name: definition[name] for name in plain},
        **parameters,
        "weights": definition["weights"].get("series", ""),
        "carry_years": definition["gap_rule"].get("carry_years"),
        "coverage_of": rule.get("noun", CoverageOf.STATES),
        "least": _per_cent(least),
        "least_population": _per_cent(rule.get("min_population")),
        "population": rule.get("population", ""),
    }


def _share(per_cent: float | None) -> float:
    return round((per_cent or 0) / 100, 6)


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 4)


class InputForm(PlainForm):
    """One series that a recipe reads: by its code, or a count of a tool with its filters. Blank: no input."""

    role = forms.CharField(label="Role", required=False, max_length=40, help_text="'value', or one for each part.")
    count = forms.ChoiceField(label="What is counted", required=False)
    series = forms.CharField(
        label="Series code", required=False, max_length=300, help_text="Such as WB_WDI:SP.POP.TOTL."
    )
    dimensions = forms.CharField(label="Dimensions", required=False, max_length=200)

    def __init__(self, *args: Any, kinds: Sequence[CountKind] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self.filters: list[str] = []
        if not kinds:
            del self.fields["count"]
            return
        counted = [kind for kind in kinds if kind.fields]
        choices = [("", "(nothing)"), *((kind.code, f"{_tool(kind)}: {kind.title}") for kind in counted)]
        self.fields["count"].choices = [*choices, (OWN_SERIES, "a series by its code")]  # type: ignore[attr-defined]
        asked = {name.removeprefix("f_") for name in self.initial if name.startswith("f_")}
        for field in _fields_of(kinds).values():
            if field.name in USUAL or field.name in asked:
                self._offer(field)

    def _offer(self, field: FilterField) -> None:
        self.filters.append(f"f_{field.name}")
        self.fields[f"f_{field.name}"] = forms.MultipleChoiceField(
            label=field.label,
            required=False,
            choices=field.choices,
            widget=forms.SelectMultiple(attrs={"size": min(7, len(field.choices))}),
        )

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.filters]

    @property
    def filter_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.filters]

    @property
    def has_filters(self) -> bool:
        return any(self[name].value() for name in self.filters)

    def as_input(self) -> dict[str, str] | None:
        """The input as a recipe holds it; None where nothing was chosen."""
        given = self.cleaned_data
        code = given.get("count") or OWN_SERIES
        if code == OWN_SERIES:
            series, dimensions = given["series"].strip(), given["dimensions"].strip()
        else:
            dataset, _, count = code.partition(":")
            filters = {name.removeprefix("f_"): given[name] for name in self.filters if given[name]}
            series, dimensions = queries.make(dataset, count, filters).code, ""
        if not series:
            return None
        return {"role": given["role"].strip() or "value", "series": series, "dimensions": dimensions}


def _fields_of(kinds: Sequence[CountKind]) -> dict[str, FilterField]:
    found: dict[str, FilterField] = {}
    for kind in kinds:
        for field in kind.fields:
            found.setdefault(field.name, field)
    return found


def _tool(kind: CountKind) -> str:
    return kind.dataset.replace("TOOL", "Tool ")


def input_initial(entry: Mapping[str, str], kinds: Sequence[CountKind]) -> dict[str, Any]:
    """What the form shows of an input."""
    shown: dict[str, Any] = {"role": entry["role"], "dimensions": entry.get("dimensions", "")}
    try:
        query = queries.parse(entry["series"])
    except QueryError:
        query = None
    if query is not None and queries.find(query, kinds):
        return {
            **shown,
            "count": f"{query.dataset}:{query.count}",
            **{f"f_{name}": list(codes) for name, codes in query.filters},
        }
    return {**shown, "count": OWN_SERIES, "series": entry["series"]}
