from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import Request
from common.errors import DomainError
from common.paging import page_by_moment
from notices import deliveries, kinds, webhooks
from notices.forms import AddressForm, WishesForm
from notices.messages import told_by
from notices.models import Notification, WebhookEndpoint
from notices.telling import mark_read
from notices.wishes import unsubscribe


def notice_list(request: Request) -> HttpResponse:
    """What the app told this person, newest first."""
    notices = Notification.objects.filter(person=request.user)
    page = page_by_moment(notices, "at", request.GET.get("after", ""))
    return render(request, "notices/list.html", {"page": page})


@require_POST
def readings(request: Request) -> HttpResponse:
    """Mark all notices as read; or open the one named by `notice`, which marks it."""
    one = request.POST.get("notice", "")
    if not one:
        mark_read(request.user, at=timezone.now())
        return redirect("notices:list")
    notice = get_object_or_404(Notification, person=request.user, pk=int(one) if one.isdecimal() else 0)
    mark_read(request.user, at=timezone.now(), notice_id=notice.pk)
    return redirect(notice.path)


def wishes(request: Request) -> HttpResponse:
    """What reaches this person, and how."""
    form = WishesForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method != "POST":
        return render(request, "notices/settings.html", {"form": form, "may_add": webhooks.may_add(request.user)})
    if not form.is_valid():
        shown = {"form": form, "may_add": webhooks.may_add(request.user)}
        return render(request, "notices/settings.html", shown, status=422)
    form.save()
    messages.success(request, _("Saved. It holds for what comes from now on."))
    return redirect("notices:settings")


def addresses(request: Request) -> HttpResponse:
    """The addresses that get news of a manager's teams and people; a POST adds one."""
    if not webhooks.may_add(request.user):
        raise PermissionDenied
    form = AddressForm(request.POST if request.method == "POST" else None, by=request.user)
    if request.method != "POST":
        return _addresses(request, form)
    if not form.is_valid():
        return _addresses(request, form, status=422)
    try:
        added = webhooks.add(**form.chosen, by=request.user, at=timezone.now())
    except DomainError as error:
        form.refuse(error)
        return _addresses(request, form, status=422)
    messages.success(
        request, _("News for %(owner)s go to %(host)s from now on.") % {"owner": added.owner, "host": added.host}
    )
    return redirect("notices:addresses")


def _addresses(request: Request, form: AddressForm, status: int = 200) -> HttpResponse:
    found = WebhookEndpoint.objects.in_use().visible_to(request.user).select_related("team", "person")
    told = deliveries.with_latest(found)
    return render(request, "notices/addresses.html", {"form": form, "endpoints": told}, status=status)


@require_POST
def address_removals(request: Request, endpoint_id: int) -> HttpResponse:
    """Send nothing to an address any more."""
    if not webhooks.may_add(request.user):
        raise PermissionDenied
    endpoint = get_object_or_404(WebhookEndpoint.objects.in_use().visible_to(request.user), pk=endpoint_id)
    webhooks.remove(endpoint, by=request.user, at=timezone.now())
    messages.success(request, _("Nothing goes to %(host)s any more.") % {"host": endpoint.host})
    return redirect("notices:addresses")


@csrf_exempt  # a mail program presses the button itself (RFC 8058); the token proves whose mail it was
@login_not_required
def unsubscribing(request: HttpRequest, token: str) -> HttpResponse:
    """One press ends the mails of a kind, for whoever holds one of them; a GET only asks."""
    person_id, kind = told_by(token) or (0, "")
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise Http404
    if request.method == "POST":
        unsubscribe(person, kind)
    shown = {"kind": kinds.label_of(kind), "done": request.method == "POST"}
    return render(request, "notices/unsubscribe.html", shown)
