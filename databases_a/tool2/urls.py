"""Addresses of this package."""

from django.urls import path

from . import clause_views, views

urlpatterns = [
    path("declarations/", views.declaration_list, name="declaration_list"),
    path("declarations/matrix/", views.declaration_matrix, name="declaration_matrix"),
    path("declarations/matrix/data.<slug:extension>", views.matrix_download, name="declaration_matrix_download"),
    path("declarations/attention/", views.declaration_attention, name="declaration_attention"),
    path("declarations/<slug:code>/", views.declaration_detail, name="declaration_detail"),
    path("declarations/<slug:code>/links/", clause_views.declaration_links, name="declaration_links"),
    path("declarations/<slug:code>/clauses/new/", clause_views.clause_new, name="clause_new"),
    path("declarations/<slug:code>/clauses/<uuid:clause>/", clause_views.clause_edit, name="clause_edit"),
    path("declarations/<slug:code>/clauses/<uuid:clause>/retire/", clause_views.clause_retire, name="clause_retire"),
    path("follow-up/<uuid:action>/", views.action_detail, name="action_detail"),
]
