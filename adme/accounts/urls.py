"""Addresses of users, the own account, and the audit trail; and those of allauth that stay closed here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from . import audit_views, views


def closed(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Users neither add nor confirm e-mail addresses: the address is the identity in the audit trail."""
    raise Http404


urlpatterns = [
    path("account/", views.my_account, name="my_account"),
    path("users/", views.user_list, name="user_list"),
    path("users/new/", views.user_new, name="user_new"),
    path("users/<int:pk>/", views.user_detail, name="user_detail"),
    path("users/<int:pk>/activate/", views.user_activate, name="user_activate"),
    path("users/<int:pk>/deactivate/", views.user_deactivate, name="user_deactivate"),
    path("users/<int:pk>/password-mail/", views.user_password_mail, name="user_password_mail"),
    path("users/<int:pk>/assignments/", views.assignment_add, name="assignment_add"),
    path("users/<int:pk>/assignments/<int:assignment_pk>/end/", views.assignment_end, name="assignment_end"),
    path("audit/", audit_views.audit_log, name="audit_log"),
    path("audit/download.csv", audit_views.audit_download, name="audit_download"),
    # Before allauth's own, so that these answer.
    path("accounts/email/", closed, name="closed_email"),
    path("accounts/confirm-email/", closed, name="closed_confirm_email"),
    path("accounts/confirm-email/<str:key>/", closed, name="closed_confirm_email_key"),
]
