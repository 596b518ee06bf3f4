"""The one form of the API's own page: what a token is for, what it may do, and how long it holds."""

from __future__ import annotations

from typing import Any

from django import forms

from .scopes import Scope, offered_to
from .tokens import DAYS

PERIODS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "1 year"))


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        label="What is it for?",
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text="For example: monthly R script. You see this in your list.",
    )
    scopes = forms.TypedMultipleChoiceField(
        label="What may it do?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Give it no more than the program needs. It never may more than you.",
    )
    days = forms.TypedChoiceField(
        coerce=int,
        choices=PERIODS,
        label="How long does it hold?",
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text="Then it ends by itself. You get a mail 14 days before.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("initial", {"scopes": [Scope.READ.value], "days": DAYS})
        super().__init__(*args, **kwargs)
        offered = offered_to(user)
        self.fields["scopes"].choices = [(one.value, one.label) for one in offered]  # type: ignore[attr-defined]
