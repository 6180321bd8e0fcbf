"""The sales partner's answer in the API."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import person
from campaigns.api import campaign_for
from campaigns.api_shapes import CampaignTold
from campaigns.partnering import answer_as_partner
from common.api import answers_with
from common.api_shapes import Shape
from common.api_views import ApiView

answers_with(403, "not_yours")


class AnswerSent(Shape):
    agrees = serializers.BooleanField()
    word = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="Needed to decline.")


class PartnerAnswers(ApiView):
    """What the sales partner says to being asked."""

    writes = "manage"
    serializer_class = CampaignTold

    @extend_schema(request=AnswerSent, responses={200: CampaignTold})
    def post(self, request: Request, code: str) -> Response:
        """Agree, or decline with a word; only the sales partner answers."""
        user = person(request)
        campaign = campaign_for(user, code)
        said: Any = self.body(AnswerSent)
        answer_as_partner(campaign, version=campaign.version, by=user, at=timezone.now(), **said)
        return Response(CampaignTold(campaign_for(user, code)).data)


urlpatterns = [path("campaigns/<slug:code>/partner-answers/", PartnerAnswers.as_view())]
