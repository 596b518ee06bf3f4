"""The Celery application as the tests' worker process runs it: with the tests' handlers, under its own key prefix."""

from __future__ import annotations

import os

import django

django.setup()

from adme.celery import app  # noqa: E402
from tests.jobs import handlers  # noqa: E402, F401

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "global_keyprefix": os.environ["TEST_KEY_PREFIX"],
}
