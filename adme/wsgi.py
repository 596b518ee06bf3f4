"""WSGI entry point of gunicorn. Refuses to start when a system check finds an error, as runserver would."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adme.settings.embedded")
application = get_wsgi_application()


def refuse_unsafe_start() -> None:
    from django.core import checks
    from django.core.exceptions import ImproperlyConfigured

    errors = [message for message in checks.run_checks() if message.is_serious()]
    if errors:
        raise ImproperlyConfigured("ADME does not start:\n" + "\n".join(str(error) for error in errors))


refuse_unsafe_start()
