"""Addresses of watched things, feeds and webhooks."""

from django.urls import path

from . import views, views_feeds, views_webhooks

urlpatterns = [
    path("watched/", views.watch_list, name="watch_list"),
    path("watched/set/", views.watch_set, name="watch_set"),
    path("watched/button/", views.watch_button, name="watch_button"),
    path("watched/wishes/", views.watch_wishes, name="watch_wishes"),
    path("watched/feed/", views.watch_feed, name="watch_feed"),
    path("watched/runs/<int:run>/", views.watch_changes, name="watch_changes"),
    path("feeds/editions.atom", views_feeds.feed, {"form": "atom"}, name="feed_atom"),
    path("feeds/editions.rss", views_feeds.feed, {"form": "rss"}, name="feed_rss"),
    path("feeds/<str:key>/editions.atom", views_feeds.feed_own, {"form": "atom"}, name="feed_own_atom"),
    path("feeds/<str:key>/editions.rss", views_feeds.feed_own, {"form": "rss"}, name="feed_own_rss"),
    path("webhooks/", views_webhooks.webhook_list, name="webhook_list"),
    path("webhooks/<uuid:public_id>/", views_webhooks.webhook_detail, name="webhook_detail"),
    path("webhooks/<uuid:public_id>/act/", views_webhooks.webhook_act, name="webhook_act"),
]
