"""The product's addresses and one bare view beside them, against which pages are measured."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from adme.urls import urlpatterns as product


def bare(request: HttpRequest) -> HttpResponse:
    """The least a signed-in page can do: read the session and the user, answer a line."""
    return HttpResponse(f"<!doctype html><title>{request.user.pk}</title>")


urlpatterns = [path("bare/", bare), *product]
