"""Addresses of this package."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("new/", views.import_new, name="import_new"),
    path("<uuid:public_id>/", views.import_detail, name="import_detail"),
]
