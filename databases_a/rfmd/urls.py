"""Addresses of this package."""

from django.urls import path

from . import recipe_views, views

urlpatterns = [
    path("kpis/surveys/", views.survey_list, name="survey_list"),
    path("kpis/surveys/new/", views.survey_new, name="survey_new"),
    path("kpis/surveys/<int:pk>/correct/", views.survey_change, name="survey_change"),
    path("kpis/targets/", views.target_list, name="target_list"),
    path("kpis/targets/new/", views.target_new, name="target_new"),
    path("kpis/recompute/", views.kpi_recompute, name="kpi_recompute"),
    path("kpis/recipes/", recipe_views.recipe_list, name="recipe_list"),
    path("kpis/recipes/<str:code>/", recipe_views.recipe_detail, name="recipe_detail"),
    path("kpis/recipes/<str:code>/draft/", recipe_views.recipe_draft, name="recipe_draft"),
    path("kpis/recipes/<str:code>/rehearsal/", recipe_views.recipe_rehearse, name="recipe_rehearse"),
    path("kpis/recipes/<str:code>/adopt/", recipe_views.recipe_adopt, name="recipe_adopt"),
    path("kpis/recipes/<str:code>/discard/", recipe_views.recipe_discard, name="recipe_discard"),
]
