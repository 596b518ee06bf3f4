"""Tags of the account pages: inputs with Bootstrap's classes, and the demonstration users of the login page."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField

from adme.accounts import demonstration, selectors
from adme.accounts.models import User

register = template.Library()
_CLASSES: dict[type, str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "",
}


@register.filter
def with_class(field: BoundField) -> BoundField:
    """The field, its input given its class and marked when its value was refused. Works for allauth's forms too."""
    widget = field.field.widget
    css = _CLASSES.get(type(widget), "form-control")
    widget.attrs["class"] = f"{css} is-invalid" if field.errors else css
    return field


@register.simple_tag
def demonstration_users() -> list[User]:
    return selectors.demonstration_users()


@register.simple_tag
def demonstration_password() -> str:
    return demonstration.shared_password()
