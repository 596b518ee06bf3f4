"""Forms: how one wants to be told, and a webhook of another system."""

from __future__ import annotations

from typing import Any

from django import forms

from .models import SUBSCRIBED, Pace


class WishesForm(forms.Form):
    pace = forms.ChoiceField(choices=Pace.choices)
    by_mail = forms.BooleanField(required=False)
    editions = forms.BooleanField(required=False)


class EndpointForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        label="Which system is it?",
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text="For example: portal of the statistics office.",
    )
    url = forms.CharField(
        max_length=500,
        label="Address",
        widget=forms.URLInput(attrs={"class": "form-control", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label="What is it told of?",
        choices=[(one.value, one.label) for one in SUBSCRIBED],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, hosts: list[str], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["url"].help_text = f"It begins with https:// and one of these hosts: {', '.join(hosts)}."
