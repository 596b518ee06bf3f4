"""Forms of the pages where analysts maintain declarations. The rules themselves stand in services."""

from __future__ import annotations

from typing import Any

from django import forms

from adme.accounts.forms import PlainForm

from .models import Clause, Declaration
from .selectors.marks import partial_day

PLAN_TYPES = ("regional_plan_of_action", "regional_framework", "master_plan", "action_agenda")


class DeclarationChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{partial_day(obj.adopted_on)}: {obj.title}"


class DeclarationsChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{partial_day(obj.adopted_on)}: {obj.title}"


class ClauseForm(PlainForm):
    number = forms.CharField(
        label="Number",
        max_length=20,
        help_text="As the declaration counts it, such as 4 or 4(b); if it does not, count yourself.",
    )
    commitment = forms.CharField(
        label="Commitment",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The words of the declaration. Do not sum up; leave out what is not a commitment.",
    )
    source = forms.CharField(
        label="Where the text was read",
        max_length=500,
        help_text="Title and address of the page or document, so that others can check it.",
    )

    def clean_commitment(self) -> str:
        return str(self.cleaned_data["commitment"]).replace("\r\n", "\n").replace("\r", "\n")

    @staticmethod
    def of(clause: Clause) -> dict[str, str]:
        return {"number": clause.number, "commitment": clause.commitment, "source": clause.source}


class ReasonForm(PlainForm):
    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="It is kept in the trail."
    )


class LinksForm(PlainForm):
    predecessor = DeclarationChoice(
        label="Predecessor",
        queryset=Declaration.objects.none(),
        required=False,
        empty_label="None known",
        help_text="The earlier declaration on the same subject that this one follows.",
    )
    plans = DeclarationsChoice(
        label="Plans of action that came of it",
        queryset=Declaration.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Plans, frameworks and agendas of the list.",
    )

    def __init__(self, *args: Any, declaration: Declaration, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Declaration.objects.filter(retired_at__isnull=True).exclude(pk=declaration.pk)
        fields: Any = self.fields
        fields["predecessor"].queryset = others.filter(adopted_on__lte=declaration.adopted_on)
        plans = others.filter(declaration_type__in=PLAN_TYPES) | others.filter(plan_of=declaration)
        fields["plans"].queryset = plans.distinct()
