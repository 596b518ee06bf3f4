"""Forms of the analysts' pages. They check what was typed; the rules themselves stand in services."""

from __future__ import annotations

from typing import Any

from django import forms

from adme.accounts.forms import PlainForm, StateChoice
from adme.common.numbers import NumberError, is_plausible, parse_number
from adme.observations.periods import FIRST_YEAR, LAST_YEAR
from adme.reference.models import Area, Wording

from . import entry_selectors as selectors
from .models import KpiLeaf
from .services.surveys import SurveyResult


class LeafChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        mark = "" if obj.wording == Wording.OFFICIAL else f" ({obj.get_wording_display()})"
        return f"{obj.code}: {obj.title}{mark}"


class FigureField(forms.CharField):
    """A number read as imports read it: no thousands marks, a point for decimals, never NaN."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            number = parse_number(text)
        except NumberError as error:
            raise forms.ValidationError(error.hint) from error
        if number is None:
            raise forms.ValidationError("Give a number. Zero is a number; a missing value is not entered at all.")
        if not is_plausible(number):
            raise forms.ValidationError("No figure is that large. Check the number and its unit.")
        return number


def _year(label: str = "Year") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class ResultForm(PlainForm):
    """What a correction may change; where and when the survey was is fixed."""

    value = FigureField(label="Result", max_length=40, help_text="In the unit of the KPI, such as 77.5.")
    source = forms.CharField(
        label="Source", max_length=300, help_text="Name of the survey, who carried it out, and the document."
    )
    sample_size = forms.IntegerField(label="People asked", min_value=1, help_text="Size of the sample.")
    sample_note = forms.CharField(
        label="About the sample",
        max_length=300,
        required=False,
        help_text="How people were chosen, and who is missing.",
    )
    link = forms.URLField(label="Link", required=False, assume_scheme="https")

    def result(self) -> SurveyResult:
        names = ("value", "source", "sample_size", "sample_note", "link")
        return SurveyResult(**{name: self.cleaned_data[name] for name in names})


class CorrectionForm(ResultForm):
    reason = forms.CharField(label="Why is it corrected?", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class SurveyForm(ResultForm):
    leaf = LeafChoice(queryset=KpiLeaf.objects.none(), label="KPI")
    area = StateChoice(queryset=Area.objects.none(), label="Member State, or ASEAN")
    year = _year()
    field_order = ("leaf", "area", "year", "value", "source", "sample_size", "sample_note", "link")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaf"].queryset = selectors.survey_leaves()  # type: ignore[attr-defined]
        self.fields["area"].queryset = selectors.entry_areas()  # type: ignore[attr-defined]


class BenchmarkForm(PlainForm):
    kind = forms.ChoiceField(choices=[("target", "Target"), ("baseline", "Baseline")], label="Kind")
    leaf = LeafChoice(queryset=KpiLeaf.objects.none(), label="KPI", to_field_name="code")
    area = StateChoice(queryset=Area.objects.none(), label="Member State, or ASEAN", to_field_name="code")
    year = _year()
    value = FigureField(label="Value", max_length=40, help_text="In the unit of the KPI, such as 12.5.")
    source = forms.CharField(
        label="Source", max_length=300, help_text="The document or decision in which the value was agreed."
    )
    reason = forms.CharField(
        label="Why is it changed?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when there is a value already.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaf"].queryset = selectors.leaves()  # type: ignore[attr-defined]
        self.fields["area"].queryset = selectors.entry_areas()  # type: ignore[attr-defined]
