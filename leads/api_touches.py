"""Touches in the API: those of a lead, and one written down, by the verb of the page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from campaigns.matching import called
from campaigns.models import Campaign
from common.api import answers_with
from common.api_shapes import Moment, Shape, Told
from common.api_views import ListView
from leads.access import lead_for
from leads.models import Touch
from leads.touching import add_touch

answers_with(403, "not_marketing")
answers_with(409, "told_already")


class TouchTold(Told):
    campaign = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)

    class Meta:
        model = Touch
        fields = ["id", "kind", "campaign", "at", "note"]


class CampaignCode(serializers.SlugRelatedField[Any]):
    """A campaign by its code; the code of one that was merged means the one that was kept."""

    def to_internal_value(self, data: Any) -> Any:
        known = Campaign.objects.filter(called(data)).first() if isinstance(data, str) else None
        return known or super().to_internal_value(data)


class TouchSent(Shape):
    kind = serializers.CharField(max_length=10, help_text=", ".join(Touch.Kind.values))
    at = Moment(required=False, allow_null=True, help_text="When it was; now where it is left out.")
    campaign = CampaignCode("code", queryset=Campaign.objects.all(), required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=10_000)


class Touches(ListView):
    """The touches of a lead."""

    writes = "intake"
    queryset = Touch.objects.none()
    serializer_class = TouchTold
    orders = ("-at", "at")

    def get_queryset(self) -> QuerySet[Touch]:
        return lead_for(person(self.request), self.kwargs["lead_id"]).touches.select_related("campaign")

    @extend_schema(request=TouchSent, responses={201: TouchTold})
    def post(self, request: Request, lead_id: int) -> Response:
        """Write down that the lead met a campaign: it is graded, and handed off where it reaches A or B."""
        lead = lead_for(person(request), lead_id)
        touch = add_touch(lead, by=person(request), **self.body(TouchSent))
        return Response(TouchTold(touch).data, status=201)


urlpatterns = [path("leads/<int:lead_id>/touches/", Touches.as_view())]
