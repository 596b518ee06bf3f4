"""Addresses below /api/dcat/."""

from django.urls import path

from . import views

urlpatterns = [
    path("catalog.jsonld", views.CatalogueView.as_view(), {"extension": "jsonld"}, name="dcat_catalogue"),
    path("catalog.ttl", views.CatalogueView.as_view(), {"extension": "ttl"}, name="dcat_catalogue_turtle"),
]
