"""Addresses of meeting editions. `e/3/` is the short link that every file carries."""

from django.urls import URLPattern, URLResolver, path

from . import views, views_check, views_reply, views_work

urlpatterns: list[URLPattern | URLResolver] = [
    path("editions/", views.edition_list, name="edition_list"),
    path("editions/new/", views_work.edition_new, name="edition_new"),
    path("editions/check/", views_check.edition_check, name="edition_check"),
    path("editions/compare/", views_check.edition_compare, name="edition_compare"),
    path("editions/<int:number>/", views.edition_detail, name="edition_detail"),
    path("editions/<int:number>/kpis/<str:code>/", views.edition_leaf, name="edition_leaf"),
    path("editions/<int:number>/changes.csv", views_check.changes_file, name="edition_changes_file"),
    path("editions/<int:number>/since.csv", views_check.since_file, name="edition_since_file"),
    path("editions/draft/<uuid:edition>/", views_work.edition_draft, name="edition_draft"),
    path("editions/draft/<uuid:edition>/<slug:act>/", views_work.edition_act, name="edition_act"),
    path("editions/reply/<uuid:edition>/", views_reply.edition_reply, name="edition_reply"),
    path("editions/reply/<uuid:edition>/rest/", views_reply.edition_confirm_rest, name="edition_confirm_rest"),
    path("editions/evidence/<int:reply>/", views_reply.edition_evidence, name="edition_evidence"),
    path("e/<int:number>/", views_check.edition_short, name="edition_short"),
    path("e/<int:number>/<uuid:file>/", views_check.edition_short, name="edition_short_file"),
]
