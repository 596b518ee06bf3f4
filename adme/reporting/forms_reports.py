"""Forms of the report pages: acts of the workflow, a later deadline, a schedule. Rules stand in the services."""

from __future__ import annotations

from typing import Any

from django import forms

from . import vocabularies
from .errors import BadValues
from .models import Obligation, ReportingSchedule
from .models.calendar import Frequency
from .pages.marks import tool_choices, tool_groups
from .transitions import TRANSITIONS, Act

_SELECT, _INPUT = {"class": "form-select"}, {"class": "form-control"}
_AREA = {"class": "form-control", "rows": 4}
LONGEST_REASON = 2000


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def take(self, error: BadValues) -> None:
        """Put each problem beside its field, or on top where the form has no such field."""
        for problem in error.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.hint)


class ActForm(_Form):
    """One act on one report. `token` makes the same form count once; `revision` is the version that was seen."""

    token = forms.CharField(max_length=50, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    reason_codes = forms.MultipleChoiceField(
        label="What has to be mended", required=False, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(label="Until", widget=forms.DateInput(attrs={**_INPUT, "type": "date"}))
    reason = forms.CharField(label="Reason", max_length=LONGEST_REASON, widget=forms.Textarea(attrs=_AREA))

    def __init__(self, *args: Any, act: Act, on_behalf: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _reason_help(act, on_behalf)
        if not (on_behalf or TRANSITIONS[act].reason):
            del self.fields["reason"]
        if act == Act.RETURN:
            words = vocabularies.load(["CL_RETURN_REASON"])["CL_RETURN_REASON"]
            self.fields["reason_codes"].choices = list(words.choices.items())  # type: ignore[attr-defined]
        else:
            del self.fields["reason_codes"]
        if act == Act.EXCUSE:
            self.fields["until"].help_text = "The last day in Jakarta. After it the report is owed again by itself."
        else:
            del self.fields["until"]


def _reason_help(act: Act, on_behalf: str) -> str:
    if on_behalf:
        return f"{on_behalf} reads it: why you act in their name, such as 'sent by mail on 3 March'."
    if act == Act.RETURN:
        return "Say what to do, in words that help: which activities, which fields. The reporter reads it in full."
    if act == Act.CERTIFY_NIL:
        return "Why there is nothing to report for this period."
    return "It is kept in the history, and shown to the people concerned."


class ExtensionForm(_Form):
    until = forms.DateField(
        label="New deadline",
        widget=forms.DateInput(attrs={**_INPUT, "type": "date"}),
        help_text="The report is taken until the end of this day in Jakarta.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs=_AREA),
        help_text="The reporter reads it. It stands in the audit trail.",
    )

    @classmethod
    def of(cls, obligation: Obligation, data: Any = None) -> ExtensionForm:
        return cls(data, initial={"reason": obligation.extension_reason})


class ScheduleForm(_Form):
    tool = forms.ChoiceField(label="Tool", widget=forms.Select(attrs=_SELECT))
    frequency = forms.ChoiceField(label="How often", choices=Frequency.choices, widget=forms.Select(attrs=_SELECT))
    first_period = forms.CharField(
        label="First period", max_length=8, widget=forms.TextInput(attrs=_INPUT),
        help_text="Such as 2026, 2026-S1 or 2026-Q1, as the frequency asks.",
    )  # fmt: skip
    last_period = forms.CharField(
        label="Last period", max_length=8, required=False, widget=forms.TextInput(attrs=_INPUT),
        help_text="Leave it blank while the schedule goes on.",
    )  # fmt: skip
    opens_after_start = forms.IntegerField(
        label="Opens, days after the first day of the period", initial=0, min_value=-366, max_value=366,
        widget=forms.NumberInput(attrs=_INPUT), help_text="0 opens on the first day; a negative number before it.",
    )  # fmt: skip
    due_after_end = forms.IntegerField(
        label="Due, days after the last day of the period", initial=90, min_value=0, max_value=1000,
        widget=forms.NumberInput(attrs=_INPUT), help_text="A deadline is the end of its day in Jakarta.",
    )  # fmt: skip
    closes_after_end = forms.IntegerField(
        label="Closes, days after the last day of the period", initial=365, min_value=0, max_value=3650,
        widget=forms.NumberInput(attrs=_INPUT), help_text="Late reports are taken until then. Then they are missing.",
    )  # fmt: skip
    open_rounds_too = forms.BooleanField(
        label="Move rounds that are open already",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text="Everybody who still owes a report of them is told. Rounds to come follow in any case.",
    )
    reason = forms.CharField(
        label="Reason", max_length=LONGEST_REASON, widget=forms.Textarea(attrs=_AREA),
        help_text="It stands in the audit trail, and in the notice of a moved deadline.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tool"].choices = [*tool_choices(), *tool_groups()]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, schedule: ReportingSchedule | None, data: Any = None) -> ScheduleForm:
        names = [name for name in cls.base_fields if hasattr(ReportingSchedule, name)]
        return cls(data, initial={name: getattr(schedule, name) for name in names} if schedule else {})
