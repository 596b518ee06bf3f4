"""Addresses under /api/v1/. Part of the composition root, since it sees the endpoints of every database."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
