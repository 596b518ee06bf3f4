"""What a person writes under a metadata heading, in place of the generated text."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.audit import services as audit

from ..metadata import BY_CODE
from ..models import MetadataText, Statistic
from ..refusals import Refused

LONGEST = 4_000


@transaction.atomic
def write(*, statistic: Statistic, texts: Mapping[str, str], seen: Mapping[str, str], by: User) -> list[str]:
    """Store what was changed; a blank text gives the heading back to what is generated. `seen` are the texts that the
    person started from. Returns the codes of the headings that changed. Nothing is stored where somebody else has
    changed one of them meanwhile."""
    require(by, Permission.RECORD_SET_MANAGE)
    Statistic.objects.select_for_update(of=("self",)).get(pk=statistic.pk)
    held = {one.concept: one for one in MetadataText.objects.filter(statistic=statistic)}
    changed: list[str] = []
    for code, given in texts.items():
        if code not in BY_CODE:
            raise Refused(f"There is no heading '{code}'.", code)
        text = given.replace("\x00", "").replace("\r\n", "\n").strip()
        now = held[code].text if code in held else ""
        if text in {now, seen.get(code, "")}:
            continue
        if now != seen.get(code, ""):
            title = BY_CODE[code].title
            raise Refused(
                f"Somebody has changed '{title}' since you opened the page. It says: {now or 'nothing'}", code
            )
        if len(text) > LONGEST:
            raise Refused(f"Write at most {LONGEST:,} characters; these are {len(text):,}.", code)
        changed.append(code)
        if not text:
            held[code].delete()
        else:
            MetadataText.objects.update_or_create(statistic=statistic, concept=code, defaults={"text": text, "by": by})
    if changed:
        audit.record(
            action="statistic.metadata_written",
            actor=by.email,
            target=f"statistic:{statistic.code}",
            before={code: held[code].text if code in held else "" for code in changed},
            after={code: texts[code].strip() for code in changed},
        )
    return changed
