"""The workspace of an edition, for those who manage editions: its steps on one page, each act a form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.permissions import Permission, require
from adme.reporting.selectors.zones import JAKARTA

from . import forms, pages, selectors, services
from .errors import EditionError, Outdated
from .models import Edition
from .reading import content_of
from .services.drafting import known_texts
from .states import EditionState
from .views import me

REFUSED, CONFLICT = 422, 409


@require_http_methods(["GET", "POST"])
@never_cache
def edition_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.EDITION_MANAGE)
    form = forms.ParticularsForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                edition = services.draft_edition(**form.cleaned_data, by=me(request))
                edition = services.take_figures(edition=edition, by=me(request), seen=edition.version)
                messages.success(request, "The edition is drafted, with today's figures.")
                return redirect("edition_draft", edition.public_id)
            except EditionError as error:
                forms.refuse(form, error)
        status = REFUSED
    return render(request, "editions/new.html", {"form": form}, status=status)


@require_GET
@never_cache
def edition_draft(request: HttpRequest, edition: UUID) -> HttpResponse:
    require(request.user, Permission.EDITION_MANAGE)
    found = _edition(edition)
    if found.state == EditionState.PUBLISHED:
        return redirect("edition_detail", found.number)
    return _workspace(request, found)


@require_POST
@never_cache
def edition_act(request: HttpRequest, edition: UUID, act: str) -> HttpResponse:
    require(request.user, Permission.EDITION_MANAGE)
    found = _edition(edition)
    if act not in _ACTS:
        raise Http404("There is no such act.")
    form = _form_of(act, request)
    if not form.is_valid():
        return _workspace(request, found, act=act, form=form, status=REFUSED)
    try:
        done = _ACTS[act](request, found, form.cleaned_data)
    except EditionError as error:
        forms.refuse(form, error)
        status = CONFLICT if isinstance(error, Outdated) else REFUSED
        return _workspace(request, _edition(edition), act=act, form=form, status=status)
    messages.success(request, done)
    if act == "give-up":
        return redirect("edition_list")
    return redirect(f"{reverse('edition_draft', args=[found.public_id])}#{_ANCHORS.get(act, 'figures')}")


def _edition(public_id: UUID) -> Edition:
    return get_object_or_404(Edition.objects.select_related("drafted_by", "previous"), public_id=public_id)


# --- acts -------------------------------------------------------------------------------------------------------------


class _ParticularsAgain(forms.ParticularsForm, forms.SeenForm):
    """Particulars of an edition that stands already."""


_FORMS: dict[str, type[django_forms.Form]] = {
    "particulars": _ParticularsAgain,
    "take": forms.SeenForm,
    "text": forms.TextForm,
    "open": forms.OpenForm,
    "close": forms.SeenForm,
    "answer": forms.AnswerForm,
    "embargo": forms.EmbargoForm,
    "publish": forms.PublishForm,
    "give-up": forms.GiveUpForm,
}
_ANCHORS = {"text": "texts", "open": "reply", "close": "reply", "answer": "corrections", "embargo": "publish"}


def _form_of(act: str, request: HttpRequest) -> django_forms.Form:
    return _FORMS[act](request.POST)


def _particulars(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.change_edition(edition=edition, by=me(request), **given)
    return "Title, meeting and day are saved."


def _take(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    taken = services.take_figures(edition=edition, by=me(request), **given)
    return f"The figures are those of now, data version {taken.data_version}."


def _text(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.write_text(edition=edition, by=me(request), **given)
    return "The text is saved." if given["text"].strip() else "The automatic text stands again."


def _open(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.open_reply(edition=edition, by=me(request), **given)
    return "The right of reply is open; all focal points have been told."


def _close(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.close_reply(edition=edition, by=me(request), **given)
    return "The right of reply is closed. Silence is recorded as silence."


def _answer(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.answer_correction(
        edition=edition, by=me(request), reply_id=given["reply"], outcome=given["outcome"], text=given["outcome_text"]
    )
    if given["outcome"] == "accepted":
        return "Accepted. Correct the data through their own way, then take the figures anew."
    return "Declined; the state has been told why."


def _embargo(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.set_embargo(edition=edition, by=me(request), **given)
    return "The embargo is set." if given["until"] else "There is no embargo: readers see it from its publication."


def _publish(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    published = services.publish(edition=edition, by=me(request), seen=given["seen"])
    return f"This is edition {published.number}. It never changes from now on."


def _give_up(request: HttpRequest, edition: Edition, given: dict[str, Any]) -> str:
    services.delete_draft(edition=edition, by=me(request), **given)
    return "The draft was given up."


_ACTS = {
    "particulars": _particulars,
    "take": _take,
    "text": _text,
    "open": _open,
    "close": _close,
    "answer": _answer,
    "embargo": _embargo,
    "publish": _publish,
    "give-up": _give_up,
}


# --- the page ---------------------------------------------------------------------------------------------------------


def _workspace(
    request: HttpRequest, edition: Edition, *, act: str = "", form: django_forms.Form | None = None, status: int = 200
) -> HttpResponse:
    """The page; `form` is one that was refused, shown again in its place with what was typed."""
    if edition.state == EditionState.PUBLISHED:
        raise PermissionDenied("A published edition never changes.")
    content = content_of(edition)
    seen = {"seen": edition.version}
    progress = selectors.progress(edition) if edition.reply_opened_at else []
    context: dict[str, Any] = {
        "edition": edition,
        "content": content,
        "forms": _forms(edition, seen),
        "text_forms": _text_forms(edition, content, seen, form if act == "text" else None),
        "progress": progress,
        "answered": sum(one.answered for one in progress),
        "series": sum(one.series for one in progress),
        "corrections": _corrections(edition, content, form if act == "answer" else None),
        "open_corrections": selectors.open_corrections(edition),
        "is_over": bool(edition.reply_until and edition.reply_until < timezone.now()),
        "groups": pages.change_groups(content.changes, content, most=10),
        "is_mine": edition.drafted_by_id == me(request).pk,
        "refused": form,
        "page_has_demonstration_data": edition.is_demonstration,
    }
    if edition.state == EditionState.CLOSED:
        drift = selectors.changes_of_draft(content)
        context |= {"drift": pages.change_groups(drift, content, most=10), "drift_count": len(drift)}
    if form is not None:
        if act.replace("-", "_") in context["forms"]:
            context["forms"][act.replace("-", "_")] = form
        if status == CONFLICT and "seen" in form.data:
            form.data = {**form.data, **seen}  # sent again, it acts on what is shown now
    return render(request, "editions/draft.html", context, status=status)


def _forms(edition: Edition, seen: dict[str, Any]) -> dict[str, django_forms.Form]:
    until = edition.embargo_until
    given = {"title": edition.title, "meeting": edition.meeting, "meeting_on": edition.meeting_on}
    return {
        "particulars": _ParticularsAgain(initial=given | seen),
        "take": forms.SeenForm(initial=seen),
        "open": forms.OpenForm(initial=seen),
        "close": forms.SeenForm(initial=seen),
        "embargo": forms.EmbargoForm(
            initial=seen | {"until": until.astimezone(JAKARTA).replace(tzinfo=None) if until else None}
        ),
        "publish": forms.PublishForm(initial=seen),
        "give_up": forms.GiveUpForm(initial=seen),
    }


def _text_forms(
    edition: Edition, content: Any, seen: dict[str, Any], refused: django_forms.Form | None
) -> list[tuple[str, bool, Any, django_forms.Form]]:
    """(heading, is it the automatic text, automatic text, form) for every text of the edition."""
    found = []
    own = {row.key: row.text for row in edition.own_texts.all()}
    automatic = {text.key: text.text for text in content.texts if text.is_automatic}
    for key, heading in known_texts(edition).items():
        form: django_forms.Form = forms.TextForm(
            initial=seen | {"key": key, "text": own.get(key, "")}, auto_id=f"text-{key}-%s".replace(".", "-")
        )
        if refused is not None and refused.data.get("key") == key:
            form = refused
        found.append((heading, key not in own, automatic.get(key, ""), form))
    return found


def _corrections(edition: Edition, content: Any, refused: django_forms.Form | None) -> list[dict[str, Any]]:
    found = []
    for row in selectors.corrections(edition):
        leaf = content.by_leaf.get(row.leaf)
        form: django_forms.Form = forms.AnswerForm(
            initial={"reply": row.pk, "outcome": row.outcome if row.outcome != "open" else "",
                     "outcome_text": row.outcome_text}, auto_id=f"answer-{row.pk}-%s",
        )  # fmt: skip
        if refused is not None and refused.data.get("reply") == str(row.pk):
            form = refused
        found.append(
            {
                "row": row,
                "leaf": leaf,
                "area_name": content.area_names.get(row.area, row.area),
                "period": pages.TimePeriod.from_key(row.period),
                "seen": pages.shown(leaf, row.seen_value),
                "proposed": pages.shown(leaf, row.proposed_value),
                "form": form,
            }
        )
    return found
