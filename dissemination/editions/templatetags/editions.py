"""`{% load editions %}{% right_of_reply %}`: what a focal point is asked about now, on any page; nothing for others."""

from __future__ import annotations

from typing import Any

from django import template

from .. import selectors

register = template.Library()


@register.inclusion_tag("editions/_asked.html", takes_context=True)
def right_of_reply(context: template.Context) -> dict[str, Any]:
    return {"asked": selectors.open_for(context["request"].user)}
