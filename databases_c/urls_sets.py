"""Addresses of record sets, below /database-c/."""

from django.urls import path

from . import views_sets as views

urlpatterns = [
    path("", views.record_sets, name="record_sets"),
    path("sets/new/", views.record_set_new, name="record_set_new"),
    path("sets/<slug:code>/", views.record_set, name="record_set"),
    path("sets/<slug:code>/facts/", views.record_set_edit, name="record_set_edit"),
    path("sets/<slug:code>/retire/", views.record_set_retire, name="record_set_retire"),
    path("sets/<slug:code>/draft/", views.record_set_version_edit, name="record_set_version_edit"),
    path("sets/<slug:code>/compare/", views.record_set_version_compare, name="record_set_version_compare"),
    path("sets/<slug:code>/adopt/", views.record_set_version_adopt, name="record_set_version_adopt"),
    path("sets/<slug:code>/discard/", views.record_set_version_discard, name="record_set_version_discard"),
    path("sets/<slug:code>/recheck/", views.record_set_recheck, name="record_set_recheck"),
    path("sets/<slug:code>/expected/", views.record_set_expected, name="record_set_expected"),
]
