"""The capture addresses of a campaign: what each is for, how it is used, and what became of its posts."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from campaigns.access import keeps_campaigns
from campaigns.matching import called
from campaigns.models import Campaign
from common.errors import DomainError
from common.paging import page_by_moment
from leads.capture.addresses import change_address, open_address
from leads.capture.forms import AddressForm, PostForm, SecretsForm
from leads.capture.mending import dismiss, try_again
from leads.models import CaptureAddress, Submission

Kind, State = CaptureAddress.Kind, Submission.State
SHOWN = 30


def addresses(request: Request, code: str) -> HttpResponse:
    """All addresses of a campaign, with the posts of each."""
    campaign = _campaign(request, code)
    posts, stuck = Count("submissions"), Count("submissions", filter=Q(submissions__state__in=Submission.STUCK))
    rows = campaign.capture_addresses.annotate(posts=posts, stuck=stuck, latest=Max("submissions__at"))
    context = {"campaign": campaign, "addresses": rows, "may_keep": keeps_campaigns(request.user)}
    return render(request, "capture/addresses.html", context)


def address(request: Request, code: str, address_id: int) -> HttpResponse:
    """One address: how it is used, and its latest posts; `show` leaves those of a state, or `stuck`, which somebody
    must look at."""
    return shown(request, found_address(request, code, address_id))


def shown(request: Request, found: CaptureAddress, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an address, with what is shown this once."""
    counted = dict(found.submissions.order_by().values_list("state").annotate(n=Count("pk")))
    rows = found.submissions.select_related("lead", "ended_by")
    show = request.GET.get("show", "")
    if states := Submission.STUCK if show == "stuck" else [state for state in State if state == show]:
        rows = rows.filter(state__in=states)
    page = page_by_moment(rows, "at", request.GET.get("after", ""), SHOWN)
    context = {
        "address": found,
        "counts": [(state, state.label, counted.get(state, 0)) for state in State if state != State.FETCHING],
        "stuck": sum(counted.get(state, 0) for state in Submission.STUCK),
        "shown": states and ", ".join(str(state.label) for state in states),
        "page": page,
        "next_url": f"?{urlencode({'show': show, 'after': page.next})}" if page.next else "",
        "may_keep": keeps_campaigns(request.user),
        # Who it was is told to those who see all leads.
        "may_see": request.user.sees_everything,
        "secrets_form": SecretsForm(),
        **more,
    }
    return render(request, "capture/address.html", context, status=status)


def new_address(request: Request, code: str) -> HttpResponse:
    """The form of a new address, of the kind that was chosen."""
    campaign = _campaign(request, code)
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    kind = asked if asked in Kind.values else Kind.FORM.value

    def save(form: AddressForm) -> CaptureAddress:
        facts: Any = form.facts
        return open_address(campaign, kind=kind, by=request.user, **facts)

    return _edited(request, campaign, None, kind, save)


def address_edit(request: Request, code: str, address_id: int) -> HttpResponse:
    """What an address says; 409 beside what somebody else wrote meanwhile."""
    found = found_address(request, code, address_id)

    def save(form: AddressForm) -> CaptureAddress:
        facts: Any = form.facts
        return change_address(found, facts, version=form.cleaned_data["version"], by=request.user)

    return _edited(request, found.campaign, found, found.kind, save)


def post(request: Request, code: str, address_id: int, post_id: int) -> HttpResponse:
    """A post that was refused or looks like spam: mend it and try again."""
    found = _post(request, code, address_id, post_id)
    form = PostForm(request.POST if request.method == "POST" else None, post=found)
    if form.is_valid():
        try:
            try_again(found, form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("It is on its way again."))
            return redirect(found.address)
    context = {"post": found, "address": found.address, "form": form, "may_mend": found.state in Submission.STUCK}
    return render(request, "capture/post.html", context, status=422 if form.is_bound else 200)


@require_POST
def post_dismissals(request: Request, code: str, address_id: int, post_id: int) -> HttpResponse:
    """Make no lead of a post."""
    found = _post(request, code, address_id, post_id)
    try:
        dismiss(found, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("It is dismissed."))
    return redirect(f"{found.address.get_absolute_url()}?show=stuck")


def _campaign(request: Request, code: str) -> Campaign:
    return get_object_or_404(Campaign.objects.visible_to(request.user), called(code))


def found_address(request: Request, code: str, address_id: int) -> CaptureAddress:
    """The address, where the person may see its campaign; else Http404."""
    rows = CaptureAddress.objects.select_related("campaign", "created_by")
    return get_object_or_404(rows, campaign=_campaign(request, code), pk=address_id)


def _post(request: Request, code: str, address_id: int, post_id: int) -> Submission:
    """The post, for whoever keeps campaigns: it holds what a stranger wrote about a person."""
    if not keeps_campaigns(request.user):
        raise PermissionDenied
    rows = Submission.objects.select_related("lead", "ended_by", "address__campaign")
    return get_object_or_404(rows, address=found_address(request, code, address_id), pk=post_id)


def _edited(request: Request, campaign: Campaign, found: CaptureAddress | None, kind: str, save: Any) -> HttpResponse:
    def form(*args: Any, **options: Any) -> AddressForm:
        return AddressForm(*args, kind=kind, **options)

    def now() -> dict[str, Any]:
        return AddressForm.of(CaptureAddress.objects.get(pk=found.pk)) if found else AddressForm.new()

    context = {"campaign": campaign, "address": found, "kind": kind, "kind_label": Kind(kind).label}
    edited = Edited(
        template="capture/edit.html", context=context, form=form, now=now, save=save,
        may=keeps_campaigns(request.user), goal=found.get_absolute_url() if found else "",
    )  # fmt: skip
    return edit(request, edited)
