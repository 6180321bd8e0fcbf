"""The lead definition: the version in force, the others, and how far a re-grade has come."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from accounts import company
from accounts.requests import Request
from leads import wording
from leads.access import may_define
from leads.models import LeadDefinition, Regrading
from leads.versions import changes, versions, with_changes


def definition(request: Request) -> HttpResponse:
    """The lead definition in force, in words."""
    return _shown(request, None)


def definition_version(request: Request, version: int) -> HttpResponse:
    """Any version, in words, with what it changed."""
    return _shown(request, version)


@vary_on_headers("HX-Request")
def regrading(request: Request) -> HttpResponse:
    """How far the latest re-grade has come; htmx asks again while it runs."""
    return fragment(request, "leads/_regrading.html", {"run": _run()})


def _shown(request: Request, version: int | None) -> HttpResponse:
    """The page of a version; None stands for the one in force."""
    listed, now = list(versions()), timezone.now()
    in_force = next(one for one in listed if one.valid_from and one.valid_from <= now)
    shown = in_force if version is None else next((one for one in listed if one.version == version), None)
    if shown is None:
        raise Http404
    context = {
        "definition": shown,
        "in_force": in_force,
        "draft": next((one for one in listed if one.is_draft), None),
        "versions": with_changes(listed),
        "changes": changes(in_force, shown) if shown.version != in_force.version else [],
        "rules": wording.rules(shown, in_force if shown.is_draft else None),
        "scale": wording.scale(shown),
        "may_define": may_define(request.user),
        "company": company.current(),
        "run": _run(),
        **signing_context(request, shown),
    }
    return render(request, "leads/definition.html", context)


def signing_context(request: Request, definition: LeadDefinition) -> dict[str, Any]:
    """Who has signed `definition`, by side, and what the person may do about it."""
    signed = {signature.side: signature for signature in definition.signatures.all()}
    person = request.user
    return {
        "sides": [("marketing", signed.get("marketing")), ("sales", signed.get("sales"))],
        "both_signed": len(signed) == 2,
        "may_sign": bool(
            definition.is_draft and definition.asked_at and person.is_manager and person.side not in signed
        ),
    }


def fragment(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """The fragment alone for htmx, within a page otherwise."""
    page = template if request.htmx else "leads/definition_fragment.html"
    return render(request, page, context | {"fragment": template})


def _run() -> Regrading | None:
    return Regrading.objects.select_related("definition").first()
