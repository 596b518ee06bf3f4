"""The form of a work plan."""

from __future__ import annotations

from typing import Any

from django import forms

from adme.accounts.forms import BodyChoice, PlainForm
from adme.reference.models import Framework, SectoralBody

FIRST_YEAR, LAST_YEAR = 2000, 2060


class FrameworkChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.short_title or obj.title


class WorkPlanForm(PlainForm):
    """`bodies` are those whose plans the person keeps; one alone is not asked for, nor is that of a standing plan."""

    body = BodyChoice(queryset=SectoralBody.objects.none(), label="Sectoral body")
    title = forms.CharField(label="Title", max_length=300, help_text="As the body adopted it.")
    framework = FrameworkChoice(
        queryset=Framework.objects.none(), label="Framework", help_text="The plan of the Community that it follows."
    )
    first_year = forms.IntegerField(label="First year", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(label="Last year", min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, *args: Any, bodies: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framework"].queryset = Framework.objects.filter(  # type: ignore[attr-defined]
            retired_at__isnull=True
        ).order_by("starts_on", "code")
        self.only_body = bodies[0] if is_new and len(bodies) == 1 else None
        if not is_new or self.only_body:
            del self.fields["body"]
        else:
            self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_year"), given.get("last_year")
        if first and last and last < first:
            self.add_error(
                "last_year", f"The plan ends in {last}, before it begins in {first}. Correct one of the years."
            )
        return given
