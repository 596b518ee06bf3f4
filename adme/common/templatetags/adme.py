"""Template tags used everywhere."""

from django import template

register = template.Library()
