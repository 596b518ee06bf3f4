"""Addresses of Tool 1: search and reading across bodies, overlaps of a draft, work plans."""

from django.urls import path

from . import views, views_figures, views_plans

urlpatterns = [
    path("activities/behind/", views_figures.figure_activities, name="figure_activities"),
    path("activities/", views.activity_search, name="activity_search"),
    path("activities/data.<slug:extension>", views.activity_download, name="activity_download"),
    path("activities/filters/", views.filter_save, name="filter_save"),
    path("activities/filters/<int:pk>/delete/", views.filter_delete, name="filter_delete"),
    path("activities/<uuid:activity>/", views.activity_detail, name="activity_detail"),
    path("reports/<uuid:report>/records/<str:key>/overlaps/", views.activity_overlaps, name="activity_overlaps"),
    path("work-plans/", views_plans.work_plan_list, name="work_plan_list"),
    path("work-plans/new/", views_plans.work_plan_new, name="work_plan_new"),
    path("work-plans/<uuid:plan>/", views_plans.work_plan_edit, name="work_plan_edit"),
]
