"""Addresses of this package."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("new/", views.import_new, name="import_new"),
    path("samples/<str:name>", views.import_sample, name="import_sample"),
    path("<uuid:public_id>/", views.import_detail, name="import_detail"),
    path("<uuid:public_id>/problems.csv", views.import_problems, name="import_problems"),
    path("<uuid:public_id>/file/", views.import_file, name="import_file"),
    path("<uuid:public_id>/approve/", views.import_approve, name="import_approve"),
    path("<uuid:public_id>/discard/", views.import_discard, name="import_discard"),
    path("<uuid:public_id>/read-again/", views.import_read_again, name="import_read_again"),
    path("<uuid:public_id>/undo/", views.import_undo, name="import_undo"),
]
