"""Addresses of statistics, below /database-c/."""

from django.urls import path

from . import views_statistics as views

urlpatterns = [
    path("statistics/", views.statistic_list, name="statistic_list"),
    path("statistics/new/", views.statistic_new, name="statistic_new"),
    path("statistics/<str:code>/", views.statistic, name="statistic"),
    path("statistics/<str:code>/facts/", views.statistic_edit, name="statistic_edit"),
    path("statistics/<str:code>/recipe/draft/", views.recipe_draft, name="statistic_recipe_draft"),
    path("statistics/<str:code>/recipe/preview/", views.recipe_preview, name="statistic_recipe_preview"),
    path("statistics/<str:code>/recipe/adopt/", views.recipe_adopt, name="statistic_recipe_adopt"),
    path("statistics/<str:code>/recipe/discard/", views.recipe_discard, name="statistic_recipe_discard"),
    path("statistics/<str:code>/metadata/", views.statistic_metadata, name="statistic_metadata"),
    path(
        "statistics/<str:code>/metadata/data.<slug:extension>",
        views.statistic_metadata_download,
        name="statistic_metadata_download",
    ),
    path("statistics/<str:code>/metadata/edit/", views.statistic_metadata_edit, name="statistic_metadata_edit"),
]
