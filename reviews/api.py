"""Quarters, their figures and the leads behind each figure in the API."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import company
from accounts.api import person
from campaigns.api import campaign_for
from common.api import answers_with
from common.api_shapes import Moment
from common.api_views import ApiView, ListView
from leads.api_shapes import LeadTold
from leads.models import Lead
from reviews import figures
from reviews.measures import Slice
from reviews.quarters import Quarter, quarter_named
from reviews.report import known_quarters

answers_with(404, "no_such_quarter", "no_such_figure")

# Nothing is signed or frozen yet: every quarter shows what is true now.
LIVE = "live"

# --- shapes ---------------------------------------------------------------------------------------


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string", "format": "decimal"}], "nullable": True})
class Number(serializers.Field[Any, Any, Any, Any]):
    """A number; money is a decimal text, null means that there is nothing to divide."""

    def to_representation(self, value: Any) -> Any:
        return value


class FigureTold(serializers.Serializer[Any]):
    value = Number()
    numerator = Number()
    denominator = Number()
    n = serializers.IntegerField(allow_null=True, help_text="How many cases it rests on.")
    low = serializers.FloatField(allow_null=True, help_text="95 % interval of a rate.")
    high = serializers.FloatField(allow_null=True)


class Figures(serializers.DictField):
    """Every figure by its key."""

    child = FigureTold()

    def to_representation(self, value: figures.Values) -> dict[str, Any]:
        return {key: figure.as_json() for key, figure in value.items()}


class QuarterTold(serializers.Serializer[Any]):
    quarter = serializers.CharField(source="key")
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.SerializerMethodField()
    time_zone = serializers.CharField(source="zone.key")

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python, so it can't be written above.
        return {**super().get_fields(), "from": Moment(source="start"), "to": Moment(source="end")}

    def get_status(self, quarter: Any) -> str:
        return LIVE


class QuartersTold(serializers.Serializer[Any]):
    results = QuarterTold(many=True)


class CampaignFigures(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    figures = Figures()


class ReviewTold(serializers.Serializer[Any]):
    quarter = serializers.CharField()
