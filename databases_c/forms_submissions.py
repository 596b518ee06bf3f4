"""Forms of the submission pages. Rules stand in the services."""

from __future__ import annotations

from typing import Any

from django import forms

from .models import Finding

LONGEST_REASON = 2_000


class DecisionForm(forms.Form):
    """Which warnings, and what about them: either ticked ones or all that wait of one rule."""

    decision = forms.ChoiceField(choices=Finding.Decision.choices)
    reason = forms.CharField(max_length=LONGEST_REASON)
    behalf = forms.CharField(max_length=LONGEST_REASON, required=False)
    rule = forms.CharField(max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].error_messages = {
            "required": "Say whether the value is right.", "invalid_choice": "Say whether the value is right.",
        }  # fmt: skip
        self.fields["reason"].error_messages = {
            "required": "Say why the value is right, or what will be corrected; it is kept beside the warning.",
            "max_length": "The reason is longer than 2,000 characters; shorten it.",
        }

    def sentence(self) -> str:
        """The first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0]) if self.errors else ""


def ticked(values: list[str]) -> list[int]:
    """Ids of the ticked warnings; what is no id is left out."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) < 19]
