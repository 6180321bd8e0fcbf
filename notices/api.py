"""Webhooks in the API, for the managers of both sides."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import check_may_set
from accounts.api import person
from common.api import answers_with
from common.api_versions import IF_MATCH, answers, known_version, told
from common.api_views import ApiView, ListView
from notices import deliveries, subscribing
from notices.api_shapes import (
    ActSent,
    DeliveriesTold,
    DeliveryTold,
    ReplaySent,
    ReplayTold,
    SecretTold,
    WebhookChanged,
    WebhookMade,
    WebhookSent,
    WebhookTold,
)  # fmt: skip
from notices.models import Delivery, WebhookEndpoint

answers_with(403, "not_yours")
answers_with(409, "off")

MOST = 200


def _endpoint(request: Request, webhook_id: int) -> WebhookEndpoint:
    """The webhook, for who may see it. Raises DomainError `not_yours`, Http404."""
    check_may_set(person(request))
    return get_object_or_404(WebhookEndpoint.objects.of_the_company().select_related("added_by"), pk=webhook_id)


class Webhooks(ListView):
    """The programs that are told what happens."""

    writes = "manage"
    repeatable = False
    queryset = WebhookEndpoint.objects.none()
    serializer_class = WebhookTold

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        check_may_set(person(self.request))
        return WebhookEndpoint.objects.of_the_company().select_related("added_by")

    @extend_schema(request=WebhookSent, responses={201: WebhookMade})
    def post(self, request: Request) -> Response:
        """Add one. The answer holds the secret that signs, this once."""
        sent = self.body(WebhookSent)
        wanted = sent.pop("events")
        made, secret = subscribing.subscribe(**sent, wanted=wanted, by=person(request), at=timezone.now())
        made.secret = secret
        return told(made, WebhookMade, status=201)


class Webhook(ApiView):
    """One program that is told what happens."""

    writes = "manage"
    serializer_class = WebhookTold

    def get(self, request: Request, webhook_id: int) -> Response:
        return told(_endpoint(request, webhook_id), WebhookTold)

    @IF_MATCH
    @extend_schema(request=WebhookChanged, responses=answers(WebhookTold))
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Call it otherwise, or send it other events from now on."""
        found = _endpoint(request, webhook_id)
        version, sent = known_version(request, found), self.body(WebhookChanged)
        facts: dict[str, Any] = {"name": sent.get("name", found.name), "wanted": sent.get("events", found.kinds)}
        changed = subscribing.change(found, **facts, version=version, by=person(request))
        return told(changed, WebhookTold)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        """Send nothing to it any more; what waits is given up."""
        subscribing.unsubscribe(_endpoint(request, webhook_id), by=person(request), at=timezone.now())
        return Response(status=204)


class Secrets(ApiView):
    """The secret that signs."""

    writes = "manage"
    repeatable = False
    serializer_class = SecretTold

    @extend_schema(request=None, responses={201: SecretTold})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Make a new one, told this once. The one before signs as well for 24 hours."""
        endpoint = _endpoint(request, webhook_id)
        secret = subscribing.renew_secret(endpoint, by=person(request), at=timezone.now())
        return Response({"secret": secret}, status=201)


class States(ApiView):
    """Whether anything is sent."""

    writes = "manage"
    serializer_class = WebhookTold

    @extend_schema(request=ActSent, responses={200: WebhookTold})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Pause, or resume what was paused or switched off."""
        endpoint = _endpoint(request, webhook_id)
        act = subscribing.pause if self.body(ActSent)["act"] == "pause" else subscribing.resume
        act(endpoint, by=person(request), at=timezone.now())
        return told(_endpoint(request, webhook_id), WebhookTold)


class Tests(ApiView):
    """Tests."""

    writes = "manage"
    serializer_class = DeliveryTold

    @extend_schema(request=None, responses={201: DeliveryTold})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Send the event `ping`; its delivery tells how that went."""
        endpoint = _endpoint(request, webhook_id)
        made = subscribing.ping(endpoint, by=person(request), at=timezone.now())
        return Response(DeliveryTold(made).data, status=201)


class Deliveries(ApiView):
    """What was sent to it, and what waits."""

    writes = "manage"
    serializer_class = DeliveriesTold

    def parameters(self) -> set[str]:
        return {"state"}

    @extend_schema(
        parameters=[OpenApiParameter("state", enum=Delivery.State.values, description="Those in this state alone.")]
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        """The latest 200 deliveries, newest first."""
        endpoint, state = _endpoint(request, webhook_id), request.query_params.get("state", "")
        if "state" in request.query_params and state not in Delivery.State.values:
            raise ValidationError({"state": _("Write waiting, sent or given_up.")})
        return Response(DeliveriesTold({"results": deliveries.latest(endpoint, state, MOST)}).data)

    @extend_schema(request=ReplaySent, responses={200: ReplayTold})
    def post(self, request: Request, webhook_id: int) -> Response:
        """Send one delivery once more, or all that were given up since a moment."""
        endpoint, sent = _endpoint(request, webhook_id), self.body(ReplaySent)
        if len(sent) != 1:
            raise ValidationError(_("Send either delivery or failed_since."))
        by: dict[str, Any] = {"by": person(request), "at": timezone.now()}
        if "failed_since" in sent:
            count = subscribing.replay_failed(endpoint, since=sent["failed_since"], **by)
        else:
            count = self._replay(endpoint, sent["delivery"], by)
        return Response({"sent_again": count})

    def _replay(self, endpoint: WebhookEndpoint, delivery_id: UUID, by: dict[str, Any]) -> int:
        subscribing.replay(get_object_or_404(Delivery, endpoint=endpoint, pk=delivery_id), **by)
        return 1


_ONE = "webhooks/<int:webhook_id>/"
urlpatterns = [
    path("webhooks/", Webhooks.as_view()),
    path(_ONE, Webhook.as_view()),
    path(_ONE + "secrets/", Secrets.as_view()),
    path(_ONE + "states/", States.as_view()),
    path(_ONE + "tests/", Tests.as_view()),
    path(_ONE + "deliveries/", Deliveries.as_view()),
]
