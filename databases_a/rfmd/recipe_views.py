"""Pages of the KPI recipes: the list, one leaf's versions, its draft, the rehearsal of the draft, and its adoption."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adme.accounts.models import User
from adme.accounts.permissions import Permission, require
from adme.observations import registry

from . import recipe_selectors as selectors
from .errors import NotAllowedNow, RecipeFault
from .inputs import input_codes
from .models import KpiLeaf, SourceType
from .recipe_forms import MOST_INPUTS, InputForm, RecipeForm, initial_of, input_initial
from .rehearsal import rehearse
from .services import drafts

REFUSED, CONFLICT = 422, 409
MOVES_SHOWN = 200
_NEW: dict[str, Any] = {
    "method": "identity", "inputs": [], "area_method": "none", "weights": {}, "gap_rule": {}, "coverage_rule": {},
    "parameters": {}, "accumulation": "level", "unit": "", "decimals": 1, "first_year": 2016, "is_proxy": False,
    "note": "",
}  # fmt: skip


@require_GET
def recipe_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    return render(request, "rfmd/recipes/list.html", {"rows": selectors.recipe_rows()})


@require_GET
def recipe_detail(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    leaf = _leaf(code)
    versions = selectors.versions(leaf)
    return render(request, "rfmd/recipes/detail.html", {"leaf": leaf, "versions": versions, "draft": _draft(versions)})


@require_http_methods(["GET", "POST"])
def recipe_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Starts from the draft, else from the recipe in force."""
    require(request.user, Permission.RECIPE_MANAGE)
    leaf = _leaf(code)
    draft = selectors.draft_of(leaf)
    base = draft or selectors.adopted_of(leaf)
    definition = drafts.definition_of(base) if base else {**_NEW, "unit": leaf.unit}
    form = RecipeForm(
        request.POST or None,
        initial={**initial_of(definition), "seen": drafts.fingerprint(draft) if draft else ""},
    )
    inputs = _input_forms(request, leaf, definition)
    status = 200
    if request.method == "POST":
        if form.is_valid() and all(one.is_valid() for one in inputs):
            given = [found for one in inputs if (found := one.as_input())]
            try:
                drafts.save_draft(
                    leaf=leaf, definition=form.definition(given), by=_me(request), seen=form.cleaned_data["seen"]
                )
            except NotAllowedNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"The draft for KPI {leaf.code} was saved. This is what it would change.")
                return redirect("recipe_rehearse", leaf.code)
        status = REFUSED
    context = {"leaf": leaf, "form": form, "inputs": inputs, "draft": draft, "base": base}
    return render(request, "rfmd/recipes/draft.html", context, status=status)


@require_GET
def recipe_rehearse(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    return _rehearsal(request, _leaf(code))


@require_POST
def recipe_adopt(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    leaf = _leaf(code)
    reason, seen = _clean(request.POST.get("reason", "")), _clean(request.POST.get("seen", ""))
    try:
        adopted = drafts.adopt_draft(leaf=leaf, seen=seen, reason=reason, by=_me(request))
    except NotAllowedNow as error:
        status = REFUSED if error.field else CONFLICT
        return _rehearsal(request, leaf, error=str(error), reason=reason, status=status)
    messages.success(
        request, f"KPI {leaf.code}: version {adopted.version} is in force. Its figures are being computed anew."
    )
    return redirect("recipe_detail", leaf.code)


@require_POST
def recipe_discard(request: HttpRequest, code: str) -> HttpResponse:
    require(request.user, Permission.RECIPE_MANAGE)
    leaf = _leaf(code)
    try:
        drafts.discard_draft(leaf=leaf, by=_me(request))
    except NotAllowedNow as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"The draft for KPI {leaf.code} was discarded.")
    return redirect("recipe_detail", leaf.code)


def _rehearsal(
    request: HttpRequest, leaf: KpiLeaf, *, error: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    versions = selectors.versions(leaf)
    draft = _draft(versions)
    if draft is None:
        messages.warning(request, error or f"KPI {leaf.code} has no draft to rehearse.")
        return redirect("recipe_detail", leaf.code)
    context: dict[str, Any] = {"leaf": leaf, "draft": draft, "error": error, "reason": reason}
    context["seen"] = drafts.fingerprint(draft.recipe)
    context["is_mine"] = _me(request).email in draft.recipe.drafters
    described = registry.describe(input_codes(draft.recipe)).values()
    context["page_has_demonstration_data"] = any(info.is_demonstration for info in described)
    try:
        found = rehearse(draft.recipe)
    except RecipeFault as fault:
        context["fault"] = str(fault)
    else:
        kinds = ("changed", "appears", "disappears", "withheld", "shown again")
        context |= {
            "rehearsal": found,
            "moves": found.moves[:MOVES_SHOWN],
            "more": max(0, len(found.moves) - MOVES_SHOWN),
            "counts": [(kind, found.count(kind)) for kind in kinds if found.count(kind)],
            "decimals": max(draft.recipe.decimals, 0),
        }
    return render(request, "rfmd/recipes/rehearsal.html", context, status=status)


def _input_forms(request: HttpRequest, leaf: KpiLeaf, definition: dict[str, Any]) -> list[InputForm]:
    """One for each input, and blank ones to add more. Leaves that the tools report are offered counts."""
    counted = leaf.source_type in {SourceType.A1, SourceType.A2}
    kinds = registry.kinds() if counted else []
    entries: list[dict[str, str]] = list(definition["inputs"])
    number = min(MOST_INPUTS, max(len(entries) + 1, 2))
    shown = [input_initial(entries[index], kinds) if index < len(entries) else {} for index in range(number)]
    return [
        InputForm(request.POST or None, prefix=f"input{index}", initial=initial, kinds=kinds)
        for index, initial in enumerate(shown)
    ]


def _draft(versions: list[selectors.Version]) -> selectors.Version | None:
    return next((one for one in versions if one.is_draft), None)


def _leaf(code: str) -> KpiLeaf:
    return get_object_or_404(KpiLeaf, code=_clean(code), retired_at__isnull=True)


def _clean(text: str) -> str:
    """PostgreSQL refuses a NUL in a text."""
    return text.replace("\x00", "")


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
