"""Addresses of this package."""

from django.urls import path

from . import views

urlpatterns = [
    path("kpis/surveys/", views.survey_list, name="survey_list"),
    path("kpis/surveys/new/", views.survey_new, name="survey_new"),
    path("kpis/surveys/<int:pk>/correct/", views.survey_change, name="survey_change"),
    path("kpis/targets/", views.target_list, name="target_list"),
    path("kpis/targets/new/", views.target_new, name="target_new"),
    path("kpis/recompute/", views.kpi_recompute, name="kpi_recompute"),
]
