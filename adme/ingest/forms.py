"""Forms of the import pages. What a file may hold is checked by the pipeline, not here."""

from __future__ import annotations

from typing import Any

from django import forms

from . import targets
from .models import BatchState
from .services import Options

_SELECT = {"class": "form-select"}
_INPUT = {"class": "form-control"}


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".csv,.txt,.tsv,.xlsx,.zip"}),
        help_text="CSV, XLSX, or a zip of CSV files. Send a World Bank bulk download as the zip it comes in: then its "
        "metadata and footnotes are read too.",
    )
    format = forms.ChoiceField(
        widget=forms.Select(attrs=_SELECT), help_text="Choose one only if the file is not recognised by itself."
    )
    dataset = forms.ChoiceField(
        required=False,
        widget=forms.Select(attrs=_SELECT),
        help_text="World Bank files tell their dataset. A tidy file does not: choose it.",
    )
    release_date = forms.DateField(
        label="Release date",
        required=False,
        widget=forms.DateInput(attrs={**_INPUT, "type": "date"}),
        help_text="When the provider published these figures. Leave it blank if the file says so itself.",
    )
    create_indicators = forms.BooleanField(
        label="New indicators",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text="Add indicators that are not stored yet. Without the tick an unknown code is an error.",
    )
    on_vanished = forms.ChoiceField(
        label="Stored values that the file no longer has",
        choices=[("keep", "Keep them"), ("close", "Close them: they are no longer current")],
        initial="keep",
        widget=forms.Select(attrs=_SELECT),
        help_text="Only series that are in the file are looked at. Closed values stay in the history.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        target = targets.get("observations")
        self.fields["format"].choices = [("auto", "Recognise it"), *target.formats()]  # type: ignore[attr-defined]
        self.fields["dataset"].choices = [  # type: ignore[attr-defined]
            ("", "As the file says"),
            *((code, f"{code}: {title}") for code, title in target.scopes()),
        ]

    def options(self) -> Options:
        data = self.cleaned_data
        return Options(
            format=data["format"],
            dataset=data["dataset"],
            release_date=data["release_date"],
            create_indicators=data["create_indicators"],
            on_vanished=data["on_vanished"],
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
        help_text="Kept with the import and in the audit trail, such as 'wrong release chosen'.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class BatchFilterForm(forms.Form):
    """The address of the list. What makes no sense in it is left out."""

    q = forms.CharField(required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=[("", "All"), *BatchState.choices])
    scope = forms.CharField(required=False, max_length=60)

    def value(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name, "")
