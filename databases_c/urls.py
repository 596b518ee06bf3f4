"""Addresses of Database C: its sets and statistics below /database-c/, submissions below their reports."""

from django.urls import include, path

urlpatterns = [
    path("", include("databases_c.urls_submissions")),
    path("database-c/", include("databases_c.urls_sets")),
    path("database-c/", include("databases_c.urls_statistics")),
    path("database-c/", include("databases_c.urls_comparisons")),
]
