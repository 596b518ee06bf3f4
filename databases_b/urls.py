"""Addresses of this package."""

from django.urls import path

from . import views

urlpatterns = [
    path("indicators/", views.indicator_list, name="indicator_list"),
    path("indicators/<str:dataset>/<str:code>/", views.indicator_detail, name="indicator_detail"),
]
