"""The lead definition in the API: by which rules leads are graded."""

from typing import Any, ClassVar

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api_shapes import Moment, Told
from common.api_views import ApiView
from leads.models import Criterion, DefinitionSignature, LeadDefinition


class CriterionTold(Told):
    kind = serializers.ChoiceField(Criterion.Half.choices, source="half")
    value = serializers.JSONField(help_text="What the test asks for: texts, a span, a number.")

    class Meta:
        model = Criterion
        fields: ClassVar = ["label", "kind", "fact", "test", "value", "points"]


class DefinitionSigned(Told):
    by = serializers.CharField()

    class Meta:
        model = DefinitionSignature
        fields: ClassVar = ["side", "by", "at"]


class Thresholds(serializers.Serializer[Any]):
    """The points at which each grade starts; below C it is D."""

    A = serializers.IntegerField(source="from_a")
    B = serializers.IntegerField(source="from_b")
    C = serializers.IntegerField(source="from_c")


class DefinitionTold(Told):
    valid_from = Moment()
    thresholds = Thresholds(source="*")
    criteria = CriterionTold(many=True)
    signatures = DefinitionSigned(many=True)

    class Meta:
        model = LeadDefinition
        fields: ClassVar = ["version", "valid_from", "half_life_days", "thresholds", "criteria", "signatures"]


class DefinitionsTold(serializers.Serializer[Any]):
    results = DefinitionTold(many=True)


class Definitions(ApiView):
    """Every version that holds or held, the newest first; a draft is none of them."""

    serializer_class = DefinitionsTold

    @extend_schema(operation_id="definitions_list")
    def get(self, request: Request) -> Response:
        signed = LeadDefinition.objects.filter(valid_from__isnull=False)
        return Response(
            DefinitionsTold(
                {"results": signed.prefetch_related("criteria", "signatures__by").order_by("-version")}
            ).data
        )


class OneDefinition(ApiView):
    """The version that holds, by the word `current`, or the one of a number."""

    serializer_class = DefinitionTold

    def get(self, request: Request, version: str) -> Response:
        found = LeadDefinition.in_force() if version == "current" else _numbered(version)
        return Response(DefinitionTold(found).data)


def _numbered(version: str) -> LeadDefinition:
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    found = LeadDefinition.objects.filter(version=number, valid_from__isnull=False).first()
    if found is None:
        raise Http404
    return found


urlpatterns = [
    path("definitions/", Definitions.as_view()),
    path("definitions/<str:version>/", OneDefinition.as_view()),
]
