"""Forms of editions. What a service refuses is added to its field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from adme.reporting.selectors.zones import JAKARTA
from adme.reporting.services.attachments import ACCEPTED, TAKEN_SENTENCE

from .errors import EditionError
from .services.replying import LEAST_DAYS, MOST_DAYS
from .states import ReplyKind


class _Date(forms.DateInput):
    input_type = "date"


class ParticularsForm(forms.Form):
    title = forms.CharField(
        max_length=200, help_text="As it stands on the cover, such as ‘ASCC results, first half of 2026’."
    )
    meeting = forms.CharField(max_length=200, help_text="Such as ‘Forty-first meeting of SOCA’.")
    meeting_on = forms.DateField(label="Day of the meeting", widget=_Date(format="%Y-%m-%d"))


class SeenForm(forms.Form):
    """An act on the version of the edition that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class OpenForm(SeenForm):
    days = forms.IntegerField(
        label="Days to reply", min_value=LEAST_DAYS, max_value=MOST_DAYS, initial=14,
        help_text="The last day ends at 23:59 in Jakarta. All focal points are told now, and again three days before.",
    )  # fmt: skip


class EmbargoForm(SeenForm):
    """Moments are typed in Jakarta time, which the page says."""

    until = forms.DateTimeField(
        label="Readers see it from", required=False, help_text="Jakarta time. Blank: from its publication.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        return until.replace(tzinfo=JAKARTA) if until else None


class TextForm(SeenForm):
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    text = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000,
        help_text="Plain text; an empty line parts paragraphs. Left empty, the automatic text stands.",
    )  # fmt: skip


class AnswerForm(forms.Form):
    reply = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=[("accepted", "Accept"), ("declined", "Decline")], widget=forms.RadioSelect)
    outcome_text = forms.CharField(
        label="What the state should know", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where it is declined.",
    )  # fmt: skip


class PublishForm(SeenForm):
    checked = forms.BooleanField(
        label="I have looked at what would change and at the corrections without an answer.",
        error_messages={"required": "Say that you have looked at the checks above."},
    )


class GiveUpForm(SeenForm):
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ReplyForm(forms.Form):
    """A state's word on one leaf. Which fields are needed depends on the kind; the service says."""

    leaf = forms.CharField(widget=forms.HiddenInput, max_length=8)
    kind = forms.ChoiceField(
        label="Your state’s word", widget=forms.RadioSelect,
        choices=[
            (ReplyKind.CORRECTED.value, "Correct it"),
            (ReplyKind.DISPUTED.value, "Dispute it"),
            (ReplyKind.CONFIRMED.value, "Confirm it"),
        ],
    )  # fmt: skip
    period = forms.TypedChoiceField(label="Which figure", coerce=int)
    proposed_value = forms.FloatField(
        label="Right value", required=False, help_text="Of a correction: in the unit shown above.",
    )  # fmt: skip
    text = forms.CharField(
        label="Why", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Where the right value comes from, or why the figure is disputed.",
    )  # fmt: skip
    evidence_link = forms.CharField(label="Link to the evidence", required=False, max_length=500)
    evidence_file = forms.FileField(
        label="Or a file", required=False, help_text=TAKEN_SENTENCE, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )

    def __init__(self, *args: Any, periods: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [*periods, (0, "All periods")]  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    file = forms.FileField(
        required=False, help_text="PDF, Word, PowerPoint, Excel, CSV, JSON or zip made by ADME, up to 30 MB."
    )
    text = forms.CharField(
        label="Or its stamp or short link", required=False, max_length=2000,
        help_text="The line that begins with ADME-STAMP, or an address that ends with /e/3/.",
    )  # fmt: skip


def refuse(form: forms.Form, error: EditionError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))
