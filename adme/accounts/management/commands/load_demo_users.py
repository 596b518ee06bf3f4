"""Load the demonstration users and print who has which role."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from adme.accounts import demonstration
from adme.common.commands import AdmeCommand
from adme.reference.models import Area, SectoralBody


class Command(AdmeCommand):
    help = "Load the demonstration users of fixtures/demo_users.csv. Refuses where ADME_DEMO is off."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ADME_DEMO:
            self.refuse("Demonstration users exist only in the demonstration. Set ADME_DEMO=1 to have them.")
        users = demonstration.demo_users()
        if self.apply:
            if not (Area.objects.exists() and SectoralBody.objects.exists()):
                self.refuse("There are no Member States or sectoral bodies yet. Run load_reference --apply first.")
            with transaction.atomic():
                written = sum(demonstration.load(each) for each in users)
            self.say(f"{written} of {len(users)} demonstration users written, the others stood already.", level=2)
        self.show_table(
            ["log in as", "role", "password"], [(each.email, each.role_in_words, each.password) for each in users]
        )
        self.close({"users": [{"email": each.email, "role": each.role_in_words} for each in users]})
