"""Forms of record sets: what a set is about, and why a version comes into force. Columns and rules: layout_form.py."""

from __future__ import annotations

from typing import Any

from django import forms

from adme.accounts.forms import BodyChoice, PlainForm
from adme.reference.models import SectoralBody
from adme.reporting.models.calendar import Frequency

from .models import RecordSet
from .services.sets import FIELDS


def _long(label: str, *, required: bool = True, help_text: str = "", rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget, max_length=2000)


class SetForm(PlainForm):
    """The facts of a set that exists."""

    title = forms.CharField(label="Title", max_length=200)
    body = BodyChoice(label="Sectoral body", queryset=SectoralBody.objects.none(), empty_label="Choose a body")
    kind = forms.ChoiceField(
        label="What is sent", choices=RecordSet.Kind.choices, help_text="Settled once the first version is in force."
    )
    unit_of_record = forms.CharField(
        label="Unit of record", max_length=200, help_text="What one row is about: an inspection, a shelter."
    )
    population = _long("Population", help_text="All units that should be in the records.")
    coverage = _long("Coverage", required=False, help_text="Areas, sectors and cases that are in or out.")
    custodian = forms.CharField(label="Custodian", max_length=300, help_text="Kind of ministry that keeps the records.")
    legal_basis = _long("Legal basis", required=False)
    periodicity = forms.ChoiceField(label="Sent", choices=Frequency.choices)
    first_period = forms.CharField(
        label="First period that is owed", max_length=8, help_text="Such as 2026, 2026-S1 or 2026-Q1."
    )
    reference_period = _long(
        "Reference period", help_text="Which records belong to a period: events in it, or the stock at its end."
    )
    is_personal = forms.BooleanField(
        label="One record is about one person",
        required=False,
        help_text="Records are then seen by the state that sent them and by analysts only.",
    )
    discards_rows = forms.BooleanField(
        label="Delete the records once the statistics are compiled",
        required=False,
        help_text="After approval. The statistics stay; they cannot be compiled from these records again.",
    )
    is_proposed = forms.BooleanField(
        label="Proposed by ADME",
        required=False,
        initial=True,
        help_text="Remove the mark once the sectoral body has agreed.",
    )
    provenance = _long("On what it rests", required=False, help_text="Such as a plan or a practice of the body.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = SectoralBody.objects.filter(retired_at__isnull=True).order_by("acronym")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class NewSetForm(SetForm):
    code = forms.SlugField(
        label="Short name",
        max_length=30,
        help_text="Small letters, digits and hyphens, such as labour-inspections. It cannot be changed later.",
    )
    field_order = ("title", "code")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code != code.lower() or "_" in code:
            raise forms.ValidationError("Write small letters, digits and hyphens only.")
        return code


def initial_of(record_set: RecordSet) -> dict[str, Any]:
    return {name: getattr(record_set, name) for name in FIELDS}
