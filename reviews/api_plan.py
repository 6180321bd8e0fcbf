"""The plan of the next quarter in the API, to read."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import company
from accounts.api import PersonTold
from accounts.quarters import quarter_named
from common.api_shapes import Told
from common.api_views import ApiView
from reviews.models import Plan, PlanLine


class PlanLineTold(Told):
    campaign = serializers.SlugRelatedField[Any](
        "code", read_only=True, allow_null=True, help_text="Null: a proposed one, with name and channel."
    )
    owner = PersonTold()

    class Meta:
        model = PlanLine
        fields: ClassVar = ["id", "campaign", "name", "channel", "budget", "owner", "note", "version"]


class PlanTold(serializers.Serializer[Any]):
    quarter = serializers.CharField(help_text="The quarter that is planned.")
    given = serializers.DecimalField(14, 2, allow_null=True, help_text="The budget; null: not said.")
    currency = serializers.CharField()
    lines = PlanLineTold(many=True)


class PlanOfReview(ApiView):
    """What the review of a quarter plans for the next one: a line of money for each campaign."""

    serializer_class = PlanTold

    def get(self, request: Request, quarter: str) -> Response:
        found = quarter_named(quarter)
        plan = Plan.objects.filter(review__quarter=found.key).first()
        lines = plan.lines.select_related("campaign", "owner") if plan else []
        told = {
            "quarter": found.shifted(1).key,
            "given": plan.given if plan else None,
            "currency": company.current().currency,
            "lines": lines,
        }
        return Response(PlanTold(told).data)


urlpatterns = [path("reviews/<str:quarter>/plan/", PlanOfReview.as_view())]
