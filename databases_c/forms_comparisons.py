"""Forms of the three-source ledger: a choice with its reason, a further candidate, one that is retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from adme.accounts.forms import PlainForm

from .models import Candidate


class ChoiceForm(PlainForm):
    candidate = forms.TypedChoiceField(label="Which source to use", coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands on this page with your name, until the next review.",
    )  # fmt: skip
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, candidates: Sequence[Candidate], titles: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate"].choices = _choices(candidates, titles or {})  # type: ignore[attr-defined]


class CandidateForm(PlainForm):
    series = forms.CharField(label="Code of the series", max_length=300, help_text="Such as WB_WDI:SP.POP.TOTL.")
    dimensions = forms.CharField(
        label="Dimensions", required=False, max_length=200, help_text="Blank for the total, else such as SEX=F."
    )
    distance = forms.TypedChoiceField(label="How far its definition is", coerce=int, choices=Candidate.Distance.choices)
    difference = forms.CharField(
        label="What is measured otherwise", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class RetireForm(PlainForm):
    """A candidate that is retired, or taken back, with the reason."""

    candidate = forms.TypedChoiceField(label="Candidate", coerce=int)
    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, *args: Any, candidates: Sequence[Candidate], titles: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate"].choices = _choices(candidates, titles or {})  # type: ignore[attr-defined]


def _choices(candidates: Sequence[Candidate], titles: Mapping[str, str]) -> list[tuple[int, str]]:
    return [(one.pk, f"{one.source}: {titles.get(one.series) or one.series}{_dimensions(one)}") for one in candidates]


def _dimensions(one: Candidate) -> str:
    return f", {one.dimensions}" if one.dimensions else ""
