"""Organisations: the list, and one with its people."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import Request
from common.errors import DomainError
from common.paging import capped_count, page_by, page_by_moment
from leads import columns, organisations
from leads.access import may_edit_organisation, may_mark_target, organisation_for
from leads.forms import OrganisationForm
from leads.models import Handoff, Lead, Organisation, Touch
from leads.reaching import reaching_organisation
from leads.showing import clock_face

PEOPLE_COLUMNS = ("stage", "campaign", "owner", "captured")
MOST_OPEN = 20
MOST_CAMPAIGNS = 10


@vary_on_headers("HX-Request")
def organisation_list(request: Request) -> HttpResponse:
    """The organisations that the person may see, by name; searched, or target accounts alone."""
    typed, data = request.GET.get("q", "").strip(), request.GET
    found = organisations.among(Organisation.objects.visible_to(request.user), typed)
    if target := data.get("target") == "true":
        found = found.filter(is_target=True)
    if mine := data.get("owner") == "me":
        found = found.filter(owner=request.user)
    count, more = capped_count(found)
    shown = organisations.by_name(organisations.with_counts(found, request.user))
    context = {
        "page": page_by(shown, "key", data.get("after", ""), read=str, falls=False),
        "later": "after" in data,
        "count": count,
        "count_is_capped": more,
        "counted_to": organisations.COUNTED_TO,
        "q": typed,
        "target": target,
        "mine": mine,
    }
    return render(request, "leads/organisations.html", context)


def organisation_page(request: Request, organisation_id: int) -> HttpResponse:
    """One organisation: its people, who waits with sales, and what reached them."""
    organisation = organisation_for(request.user, organisation_id)
    people = organisations.people_of(organisation, request.user)
    count, more = capped_count(people, organisations.COUNTED_TO)
    page = page_by_moment(people.for_list(), "captured_at", request.GET.get("after", ""))
    waiting = Handoff.objects.visible_to(request.user).open().filter(lead__organisation=organisation)
    context = {
        "organisation": organisation,
        "count": count,
        "count_is_capped": more,
        "page": page,
        "later": "after" in request.GET,
        "columns": [columns.COLUMNS[key] for key in PEOPLE_COLUMNS],
        "rows": columns.rows(page.rows, PEOPLE_COLUMNS),
        "waiting_count": capped_count(waiting, organisations.COUNTED_TO)[0],
        "waiting": _waiting(waiting),
        "met": _campaigns_met(people),
        "coming": reaching_organisation(organisation, people, timezone.localdate()),
        "may_edit": may_edit_organisation(request.user),
        "may_mark": may_mark_target(request.user),
    }
    return render(request, "leads/organisation.html", context)


def _waiting(waiting: QuerySet[Handoff]) -> list[Any]:
    """The open handoffs, whose answer is due first, each with its clock."""
    now = timezone.now()
    found = waiting.select_related("lead", "rep", "team").order_by("due_at", "pk")[:MOST_OPEN]
    return [(handoff, clock_face(handoff, now)) for handoff in found]


def _campaigns_met(people: QuerySet[Lead]) -> QuerySet[Any, Any]:
    """The campaigns that touched `people`, how many of them each reached and when the latest touch was."""
    touches = Touch.objects.filter(lead__in=people).exclude(campaign=None).order_by()
    found = touches.values("campaign__code", "campaign__name")
    return found.annotate(people=Count("lead", distinct=True), latest=Max("at")).order_by("-latest")[:MOST_CAMPAIGNS]


def organisation_edit(request: Request, organisation_id: int) -> HttpResponse:
    """The form of an organisation; what somebody else changed meanwhile is shown, and nothing overwritten."""
    organisation = organisation_for(request.user, organisation_id)
    if not may_edit_organisation(request.user):
        return _form(request, organisation, None, status=403)
    if request.method != "POST":
        return _form(request, organisation, OrganisationForm(organisation=organisation))
    form = OrganisationForm(request.POST, organisation=organisation)
    if not form.is_valid():
        return _form(request, organisation, form, status=422)
    version = form.cleaned_data["version"]
    try:
        organisations.edit_organisation(
            organisation, form.changes, version=version, by=request.user, at=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        if error.code == "stale":
            return _both_told(request, organisation_for(request.user, organisation_id), form)
        form.refuse(error)
        return _form(request, organisation, form, status=422)
    messages.success(request, _("Saved: %(name)s.") % {"name": form.cleaned_data["name"]})
    return redirect(organisation)


def _both_told(request: Request, organisation: Organisation, form: OrganisationForm) -> HttpResponse:
    """What they changed and what you typed, side by side; the form holds both."""
    again = form.over(organisation)
    return _form(request, organisation, again, status=409, differences=form.differences(organisation))


def _form(
    request: Request, organisation: Organisation, form: OrganisationForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"organisation": organisation, "form": form, **more}
    return render(request, "leads/organisation_edit.html", context, status=status)


@require_POST
def target_marks(request: Request, organisation_id: int) -> HttpResponse:
    """Mark a target account; `off` takes the mark back."""
    organisation, now = organisation_for(request.user, organisation_id), timezone.now()
    data: QueryDict = request.POST if "off" in request.POST else request.GET
    off = data.get("off") == "1"
    try:
        change = organisations.unmark_target if off else organisations.mark_target
        change(organisation, by=request.user, at=now)
    except DomainError as error:
        if error.code == "not_yours":
            return render(request, "403.html", status=403)
        messages.error(request, error.message)
    else:
        said = _("Saved: %(name)s is no target account.") if off else _("Saved: %(name)s is a target account.")
        undo = f"{request.path}?off={'0' if off else '1'}"
        messages.success(request, said % {"name": organisation}, extra_tags=undo)
    url = organisation.get_absolute_url()
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
