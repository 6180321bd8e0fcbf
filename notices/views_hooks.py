"""Webhooks: which programs are told what happens, and how it went."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import may_set
from accounts.requests import Request
from accounts.views.editing import Edited, edit
from common.errors import DomainError
from notices import deliveries, posting, subscribing
from notices.hook_forms import NewWebhookForm, WebhookForm
from notices.messages import NotWantedError
from notices.models import Delivery, WebhookEndpoint


def webhooks(request: Request) -> HttpResponse:
    """The programs that are told what happens; a POST adds one, and shows its secret this once."""
    _check(request)
    form = NewWebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = subscribing.subscribe(**form.facts, by=request.user, at=timezone.now())
        except DomainError as error:
            form.refuse(error)
        else:
            return _secret(request, made, secret)
    shown = {"form": form, "endpoints": deliveries.with_latest(WebhookEndpoint.objects.of_the_company())}
    return render(request, "notices/webhooks.html", shown, status=422 if form.is_bound else 200)


def webhook(request: Request, endpoint_id: int) -> HttpResponse:
    """One program: what it gets, and the latest deliveries; a POST changes its name and what it gets."""
    endpoint = _endpoint(request, endpoint_id)
    show = request.GET.get("show", "")
    rows, now = deliveries.latest(endpoint, show), timezone.now()
    log = {"deliveries": rows, "show": show, "endpoint": endpoint, "now": now}
    log["working"] = deliveries.under_way(rows, now)
    if request.headers.get("HX-Target") == "deliveries":
        return render(request, "notices/_deliveries.html", log)

    def save(form: WebhookForm) -> WebhookEndpoint:
        return subscribing.change(endpoint, **form.said, by=request.user)

    return edit(
        request,
        Edited(
            template="notices/webhook.html",
            context=log | {"failed": deliveries.failed(endpoint)},
            form=WebhookForm,
            now=lambda: WebhookForm.of(WebhookEndpoint.objects.get(pk=endpoint.pk)),
            save=save,
            may=True,
        ),
    )


@require_POST
def webhook_secrets(request: Request, endpoint_id: int) -> HttpResponse:
    """Make a new secret, and show it this once."""
    endpoint = _endpoint(request, endpoint_id)
    secret = subscribing.renew_secret(endpoint, by=request.user, at=timezone.now())
    return _secret(request, endpoint, secret, renewed=True)


@require_POST
def webhook_pauses(request: Request, endpoint_id: int) -> HttpResponse:
    """Send nothing until it is resumed; what happens meanwhile waits."""
    return _acted(request, endpoint_id, subscribing.pause, _("Paused. What happens now waits, for three days at most."))


@require_POST
def webhook_resumptions(request: Request, endpoint_id: int) -> HttpResponse:
    """Send again."""
    return _acted(request, endpoint_id, subscribing.resume, _("Resumed."))


@require_POST
def webhook_tests(request: Request, endpoint_id: int) -> HttpResponse:
    """Send a test."""
    return _acted(request, endpoint_id, subscribing.ping, _("A test is on its way. Its line below says how it went."))


@require_POST
def webhook_removals(request: Request, endpoint_id: int) -> HttpResponse:
    """Send nothing to it any more."""
    endpoint = _endpoint(request, endpoint_id)
    subscribing.unsubscribe(endpoint, by=request.user, at=timezone.now())
    messages.success(request, _("Nothing goes to %(name)s any more.") % {"name": endpoint.name})
    return redirect("notices:webhooks")


@require_POST
def webhook_replays(request: Request, endpoint_id: int) -> HttpResponse:
    """Send once more all that was given up."""
    endpoint = _endpoint(request, endpoint_id)
    try:
        count = subscribing.replay_failed(endpoint, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = ngettext("%(n)d event is sent once more.", "%(n)d events are sent once more.", count)
        messages.success(request, said % {"n": count})
    return redirect(endpoint)


def delivery(request: Request, endpoint_id: int, delivery_id: UUID) -> HttpResponse:
    """One delivery: how it went, and what it says now."""
    endpoint = _endpoint(request, endpoint_id)
    found = get_object_or_404(Delivery.objects.select_related("endpoint"), endpoint=endpoint, pk=delivery_id)
    try:
        body = posting.body_of(found, endpoint, posting.told_by(found), now=timezone.now())
        said = json.dumps(body, ensure_ascii=False, indent=2)
    except NotWantedError:
        said = ""
    return render(request, "notices/delivery.html", {"endpoint": endpoint, "delivery": found, "said": said})


@require_POST
def delivery_replays(request: Request, endpoint_id: int, delivery_id: UUID) -> HttpResponse:
    """Send one delivery once more."""
    found = get_object_or_404(Delivery, endpoint=_endpoint(request, endpoint_id), pk=delivery_id)

    def again(_endpoint: WebhookEndpoint, **moment: Any) -> None:
        subscribing.replay(found, **moment)

    return _acted(request, endpoint_id, again, _("It is sent once more, under the same id."))


def _check(request: Request) -> None:
    if not may_set(request.user):
        raise PermissionDenied


def _endpoint(request: Request, endpoint_id: int) -> WebhookEndpoint:
    _check(request)
    return get_object_or_404(WebhookEndpoint.objects.of_the_company(), pk=endpoint_id)


def _acted(request: Request, endpoint_id: int, act: Callable[..., Any], said: str) -> HttpResponse:
    endpoint = _endpoint(request, endpoint_id)
    try:
        act(endpoint, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect(endpoint)


def _secret(request: Request, endpoint: WebhookEndpoint, secret: str, *, renewed: bool = False) -> HttpResponse:
    shown = {"endpoint": endpoint, "secret": secret, "renewed": renewed}
    return render(request, "notices/webhook_secret.html", shown, status=201)
