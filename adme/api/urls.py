"""Addresses of a user's own tokens."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.token_list, name="token_list"),
    path("<int:pk>/end/", views.token_end, name="token_end"),
]
