"""Addresses of the three-source ledger, below /database-c/."""

from django.urls import path

from . import views_comparisons as views

urlpatterns = [
    path("concepts/", views.concepts, name="concepts"),
    path("concepts/<slug:code>/", views.concept, name="concept"),
    path("concepts/<slug:code>/choice/", views.concept_choose, name="concept_choose"),
    path("concepts/<slug:code>/candidates/", views.concept_add, name="concept_add"),
    path("concepts/<slug:code>/candidates/retire/", views.concept_retire, name="concept_retire"),
    path("concepts/<slug:code>/candidates/return/", views.concept_return, name="concept_return"),
]
