"""Tags of the account pages: fields with Bootstrap's classes, and the demonstration users of the login page."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from adme.accounts import demonstration, selectors
from adme.accounts.models import User

register = template.Library()
_CLASSES = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input", forms.RadioSelect: ""}


@register.filter
def with_class(field: BoundField) -> SafeString:
    """The input with its class, marked when its value was refused. Works for allauth's forms too."""
    css = _CLASSES.get(type(field.field.widget), "form-control")
    return field.as_widget(attrs={"class": f"{css} is-invalid" if field.errors else css})


@register.simple_tag
def demonstration_users() -> list[User]:
    return selectors.demonstration_users()


@register.simple_tag
def demonstration_password() -> str:
    return demonstration.shared_password()
