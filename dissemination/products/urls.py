"""Addresses of files."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.product_files, name="product_files"),
    path("editions/<uuid:public_id>/", views.edition_files, name="product_edition_files"),
    path("latest/", views.latest_edition, name="latest_edition"),
    path("live/", views.product_files_live, name="product_files_live"),
    path("<uuid:public_id>/", views.product_file, name="product_file"),
]
