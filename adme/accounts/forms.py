"""Forms of the administrator's pages. They check what was typed; the rules themselves stand in services."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from adme.audit.selectors import AuditFilter, actions
from adme.reference.models import Area, SectoralBody

from . import errors, services
from .models import Role, User
from .selectors import SORTS, UserFilter


class PlainForm(forms.Form):
    """Labels without a colon, and broken rules shown beside their field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: errors.AccountRuleError) -> None:
        self.add_error(error.field if error.field in self.fields else None, str(error))


class StateChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class BodyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.acronym}: {obj.name}"


class UserForm(PlainForm):
    full_name = forms.CharField(label="Name", max_length=150)
    organisation = forms.CharField(
        max_length=150, required=False, help_text="Ministry, sectoral body or division of the Secretariat."
    )


class NewUserForm(UserForm):
    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="The user logs in with it. It cannot be changed later."
    )
    send_mail = forms.BooleanField(
        label="Send the mail for setting a password now", required=False, initial=True, label_suffix=""
    )
    field_order = ("email", "full_name", "organisation", "send_mail")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(errors.EmailTaken.sentence)
        return email


class AssignmentForm(PlainForm):
    role = forms.ChoiceField(choices=[("", "Choose a role"), *Role.choices])
    body = BodyChoice(
        label="Sectoral body",
        queryset=SectoralBody.objects.none(),
        required=False,
        empty_label="None",
        help_text="Needed for M&E officers; focal points may have one.",
    )
    state = StateChoice(
        label="Member State",
        queryset=Area.objects.none(),
        required=False,
        empty_label="None",
        help_text="Needed for national focal points.",
    )
    reason = forms.CharField(
        required=False, max_length=500, help_text="Kept in the audit trail, such as the number of the request."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = SectoralBody.objects.filter(retired_at__isnull=True)  # type: ignore[attr-defined]
        self.fields["state"].queryset = Area.objects.filter(  # type: ignore[attr-defined]
            retired_at__isnull=True, memberships__group__code="ASEAN"
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if role := given.get("role"):
            try:
                services.check_scope(role=role, body=given.get("body"), state=given.get("state"))
            except errors.AccountRuleError as error:
                self.add_error(error.field, str(error))
        return given


class ReasonForm(PlainForm):
    reason = forms.CharField(required=False, max_length=500)


class FilterForm(PlainForm):
    """A form in the address. A value that makes no sense is left out and its sentence shown; the page still opens."""

    def accepted(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or ""


class UserFilterForm(FilterForm):
    q = forms.CharField(label="Name, e-mail or organisation", required=False, max_length=150)
    role = forms.ChoiceField(choices=[("", "All roles"), *Role.choices], required=False)
    active = forms.ChoiceField(
        label="Status", choices=[("", "All"), ("yes", "Active"), ("no", "Closed")], required=False
    )
    sort = forms.ChoiceField(choices=[(key, key) for key in SORTS], required=False, widget=forms.HiddenInput)

    def wanted(self) -> UserFilter:
        return UserFilter(
            text=self.accepted("q"),
            role=self.accepted("role"),
            active=self.accepted("active"),
            sort=self.accepted("sort") or "name",
        )


class AuditFilterForm(FilterForm):
    actor = forms.CharField(label="Who", required=False, max_length=254)
    action = forms.CharField(
        label="Act", required=False, max_length=80, help_text="A full name, or a family such as user."
    )
    target = forms.CharField(label="On what", required=False, max_length=200)
    first_day = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].widget.attrs["list"] = "audit-actions"

    def known_actions(self) -> list[str]:
        return actions()

    def wanted(self) -> AuditFilter:
        def day(name: str) -> date | None:
            return self.accepted(name) or None

        return AuditFilter(
            actor=self.accepted("actor"),
            action=self.accepted("action"),
            target=self.accepted("target"),
            first_day=day("first_day"),
            last_day=day("last_day"),
        )
