"""Adjustments in the API, to read: which reason led to which change, by whom, until when, and what came of it."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from accounts.api import PersonTold, person
from accounts.models import User
from campaigns.models import Campaign
from common.api_shapes import Told
from common.api_versions import told
from common.api_views import ApiView, ListView
from feedback.adjustments import Effect, with_counts
from feedback.adjustments import told as judged
from feedback.models import Adjustment


class ShareTold(serializers.Serializer[Any]):
    """Of the handoffs that were judged, those that were answered with this reason."""

    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()


class AdjustmentTold(Told):
    campaign = serializers.SlugRelatedField[Any]("code", read_only=True)
    reason = serializers.SlugRelatedField[Any](
        "key", read_only=True, allow_null=True, help_text="Null: the whole group."
    )
    owner = PersonTold()

    class Meta:
        model = Adjustment
        fields: ClassVar = [
            "id", "campaign", "group", "reason", "title", "note", "owner", "due_on", "state", "said", "opened_at",
            "done_at", "version",
        ]  # fmt: skip


class AdjustmentFilter(django_filters.FilterSet):
    """What may be asked about adjustments."""

    state = django_filters.MultipleChoiceFilter(choices=Adjustment.State.choices, label=_("State"))
    campaign = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.all(),
        to_field_name="code",
        label=_("Campaign"),
        error_messages={"invalid_choice": _("There is no campaign with this code.")},
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.all(), label=_("Owner"), error_messages={"invalid_choice": _("There is no such person.")}
    )

    class Meta:
        model = Adjustment
        fields: ClassVar[list[str]] = []


class Adjustments(ListView):
    """The adjustments of all campaigns, the latest opened first."""

    queryset = Adjustment.objects.none()
    serializer_class = AdjustmentTold
    filterset_class = AdjustmentFilter

    def get_queryset(self) -> QuerySet[Adjustment]:
        return Adjustment.objects.visible_to(person(self.request)).for_list()


class OneAdjustmentTold(AdjustmentTold):
    """With the share of the reason before it was opened, and since it is done."""

    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    effect = serializers.SerializerMethodField()

    class Meta(AdjustmentTold.Meta):
        fields: ClassVar = [*AdjustmentTold.Meta.fields, "before", "after", "effect"]

    def _judged(self, adjustment: Any) -> Any:
        (found,) = judged([adjustment], timezone.now())
        return found

    @extend_schema_field(ShareTold)
    def get_before(self, adjustment: Adjustment) -> Any:
        return ShareTold(self._judged(adjustment).before).data

    @extend_schema_field(ShareTold(allow_null=True))
    def get_after(self, adjustment: Adjustment) -> Any:
        after = self._judged(adjustment).after
        return ShareTold(after).data if after else None

    @extend_schema_field(serializers.ChoiceField([(one.value, one.value) for one in Effect], allow_null=True))
    def get_effect(self, adjustment: Adjustment) -> Any:
        return self._judged(adjustment).effect


class OneAdjustment(ApiView):
    """One adjustment, and whether the share of its reason fell."""

    serializer_class = OneAdjustmentTold

    def get(self, request: Request, adjustment_id: int) -> Answer:
        rows = with_counts(Adjustment.objects.visible_to(person(request)).for_list(), timezone.now())
        return told(get_object_or_404(rows, pk=adjustment_id), OneAdjustmentTold)


urlpatterns = [
    path("adjustments/", Adjustments.as_view()),
    path("adjustments/<int:adjustment_id>/", OneAdjustment.as_view()),
]
