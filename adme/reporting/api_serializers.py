"""What the API of reports takes and gives, for checking and for its description."""

from __future__ import annotations

from rest_framework import serializers

from adme.api.parameters import CodeListField, PeriodField

from .states import Standing
from .transitions import TRANSITIONS, Act, Party

# What a reporter does. Reviewing is done on the pages, where the content is seen.
ACTS = [act.value for act in Act if TRANSITIONS[act].party == Party.REPORTER and act != Act.START]


class ReportFilters(serializers.Serializer):
    tool = serializers.CharField(required=False, max_length=40, help_text="Such as tool1.")
    period = PeriodField(required=False, help_text="Such as 2026 or 2026-S1.")
    body = CodeListField(required=False, help_text="Codes of sectoral bodies.")
    state = CodeListField(required=False, help_text="Member States, such as IDN.")
    standing = serializers.ChoiceField(required=False, choices=Standing.choices)


class ReportRow(serializers.Serializer):
    report = serializers.UUIDField()
    tool = serializers.CharField()
    reporter = serializers.CharField(help_text="Acronym of the body, or name of the Member State.")
    period = serializers.CharField()
    state = serializers.CharField(help_text="What people did.")
    standing = serializers.CharField(help_text="The state against the calendar: overdue, missing, ...")
    opens_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="With an extension; the end of a day in Jakarta.")
    closes_at = serializers.DateTimeField()
    is_editable = serializers.BooleanField()
    is_demonstration = serializers.BooleanField()
    url = serializers.CharField()


class GroupRow(serializers.Serializer):
    group = serializers.CharField(help_text="Send it to add a record here.")
    title = serializers.CharField()


class RecordRow(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField()
    values = serializers.DictField(help_text="By name of the field. Missing is '', [] or null; never zero.")
    tokens = serializers.DictField(
        child=serializers.CharField(), help_text="Of each section: send them back with a change of its fields."
    )
    is_demonstration = serializers.BooleanField(default=False)


class ReportDetail(ReportRow):
    layout = serializers.CharField(help_text="Changes whenever the fields do.")
    groups = GroupRow(many=True)
    records = RecordRow(many=True)


class _Writing(serializers.Serializer):
    values = serializers.DictField(help_text="Only the fields to set: codes or their labels, days as 2026-03-31.")
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=2000,
        help_text="Needed when a value changes that stood in an approved report, and when you write on behalf.",
    )


class RecordPatch(_Writing):
    tokens = serializers.DictField(
        child=serializers.CharField(max_length=64),
        required=False,
        help_text="Tokens that you got with the values you started from.",
    )
    base = serializers.DictField(
        required=False, help_text="The values you started from: what only others changed then stays theirs."
    )


class RecordNew(_Writing):
    group = serializers.CharField(max_length=64)


class RecordSaved(serializers.Serializer):
    key = serializers.CharField()
    values = serializers.DictField()
    tokens = serializers.DictField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())
    saved_at = serializers.DateTimeField()


class ActOrder(serializers.Serializer):
    act = serializers.ChoiceField(choices=ACTS)
    idempotency_key = serializers.CharField(
        max_length=64, help_text="A text of your own for this act: sent again with the same text, it is done once."
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ErrorBody(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    problems = serializers.ListField(required=False, help_text="[{field, code, seen, hint}]")
    clashes = serializers.ListField(required=False, help_text="[{field, label, base, stored, sent}] of a conflict")
    tokens = serializers.DictField(required=False, help_text="Of what is stored now: send them to decide a conflict.")
    by = serializers.CharField(required=False)
    at = serializers.CharField(required=False)
    blockers = serializers.ListField(required=False, help_text="Sentences: what to do before it can be handed in.")

    def get_fields(self) -> dict[str, serializers.Field]:
        by_field = serializers.DictField(help_text="By name of the field: what is wrong and what to do.")
        return {**super().get_fields(), "fields": by_field}


class Refusal(serializers.Serializer):
    error = ErrorBody()

    class Meta:
        ref_name = "ReportRefusal"
