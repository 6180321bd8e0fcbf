"""Webhooks as the API tells and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api import PersonTold
from common.api_shapes import Moment, Shape, Told
from notices.models import Delivery, WebhookEndpoint

EVENTS = "lead.captured, lead.graded, handoff.created, handoff.breached, verdict.given, lead.won, review.signed"
STATES = [(state, state) for state in ("on", "failing", "paused", "off")]


def _events(**more: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=40), max_length=50, help_text=EVENTS, **more)


class WebhookSent(Shape):
    name = serializers.CharField(max_length=80, help_text="What it is, such as CRM.")
    url = serializers.CharField(max_length=500, help_text="Public, and beginning with https. Never told again.")
    events = _events()
    form = serializers.CharField(required=False, max_length=7, help_text="event (JSON) or message (for Slack).")


class WebhookChanged(Shape):
    """What is not named stays."""

    name = serializers.CharField(required=False, max_length=80)
    events = _events(required=False)


class WebhookTold(Told):
    events = serializers.ListField(source="kinds", child=serializers.CharField())
    host = serializers.CharField()
    state = serializers.SerializerMethodField(help_text="failing: it takes nothing now and is tried again.")
    added_by = PersonTold(allow_null=True)

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "name", "host", "form", "events", "state", "off_why", "off_at", "paused_at", "failing_since",
            "added_by", "added_at", "version",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(STATES))
    def get_state(self, endpoint: WebhookEndpoint) -> str:
        if endpoint.off_at:
            return "off"
        if endpoint.paused_at:
            return "paused"
        return "failing" if endpoint.failing_since else "on"


class SecretTold(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Told this once.")


class WebhookMade(WebhookTold):
    secret = serializers.CharField(help_text="Signs what is sent; told this once.")

    class Meta(WebhookTold.Meta):
        fields = [*WebhookTold.Meta.fields, "secret"]


class ActSent(Shape):
    act = serializers.ChoiceField(["pause", "resume"])


class ReplaySent(Shape):
    """Either one delivery, or all that were given up."""

    delivery = serializers.UUIDField(required=False, help_text="The id of one delivery.")
    failed_since = Moment(required=False, help_text="All that happened then or later and were given up.")


class ReplayTold(serializers.Serializer[Any]):
    sent_again = serializers.IntegerField()


class DeliveryTold(Told):
    event = serializers.CharField(source="kind")

    class Meta:
        model = Delivery
        fields = [
            "id", "event", "subject", "version", "count", "at", "state", "attempts", "tried_at", "next_at", "sent_at",
            "status", "took_ms", "last_error", "replayed_at",
        ]  # fmt: skip


class DeliveriesTold(serializers.Serializer[Any]):
    results = DeliveryTold(many=True)
