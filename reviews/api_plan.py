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


class AgreedLine(serializers.Serializer[Any]):
    """A line of a plan as the review tells it."""

    campaign = serializers.CharField(help_text="Its code; empty: a proposed one, with name and channel.")
    name = serializers.CharField()
    channel = serializers.CharField(required=False)
    budget = serializers.CharField(help_text="A decimal text, as all money.")
    cost = serializers.CharField(
        allow_null=True, required=False, help_text="What the campaign cost in the quarter of the review."
    )
    owner = serializers.CharField()
    note = serializers.CharField(required=False)


class NextLine(AgreedLine):
    decision = serializers.CharField(help_text="What was decided about the campaign; empty: nothing.", required=False)
    expected = serializers.JSONField(
        help_text="What the budget may bring: most likely, low and high of each count.", required=False
    )
    judged_by = serializers.CharField(help_text="By which past that is judged.", required=False)


class NextPlan(serializers.Serializer[Any]):
    """What the next quarter is given, line by line and together. Null: nothing was planned."""

    quarter = serializers.CharField(help_text="The quarter that is planned.")
    lines = NextLine(many=True)
    given = serializers.CharField(allow_null=True, required=False, help_text="The budget; null: not said.")
    total = serializers.CharField(required=False)
    cost = serializers.CharField(required=False)
    expected = serializers.JSONField(required=False)
    capacity = serializers.JSONField(required=False)


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
