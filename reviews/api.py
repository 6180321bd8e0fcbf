"""Quarters, their figures and the leads behind each figure in the API."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import company
from accounts.api import person
from accounts.quarters import Quarter, quarter_named
from campaigns.api import campaign_for
from common.api import answers_with
from common.api_shapes import Moment
from common.api_views import ApiView, ListView
from leads.api_shapes import LeadTold
from leads.models import Lead
from leads.models.lead import LeadQuerySet
from reviews import api_plan, figures
from reviews.frozen import Narrow, frozen_leads, frozen_quarter, parts_of
from reviews.frozen_values import words_of
from reviews.models import Aim, SignOff, Snapshot
from reviews.models import Review as ReviewRow
from reviews.pace import State
from reviews.report import known_quarters
from reviews.slices import Slice
from reviews.telling import borders, told
from reviews.values import Value

StatusOf = ReviewRow.Status
AIM_STATES = [(state.value, state.value) for state in State]

answers_with(404, "no_such_quarter", "no_such_figure")

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

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {key: one.as_json() if isinstance(one, Value) else one for key, one in value.items()}


class QuarterTold(serializers.Serializer[Any]):
    quarter = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(StatusOf.choices)
    time_zone = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python, so it can't be written above.
        return {**super().get_fields(), "from": Moment(), "to": Moment(help_text="The first moment after it.")}


class QuartersTold(serializers.Serializer[Any]):
    results = QuarterTold(many=True)


class CampaignFigures(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    figures = Figures()


class SignatureTold(serializers.Serializer[Any]):
    side = serializers.ChoiceField(SignOff.Side.choices)
    by = serializers.CharField()
    at = Moment()


class AimTold(serializers.Serializer[Any]):
    """A figure with its target, and how far it is."""

    side = serializers.ChoiceField(Aim.Side.choices)
    figure = serializers.CharField(help_text="The key of the figure.")
    target = serializers.CharField(help_text="A decimal text; rates are fractions.")
    owner = serializers.CharField()
    campaign = serializers.CharField(help_text="Its code; empty: of all leads of the quarter.")
    value = FigureTold()
    state = serializers.ChoiceField(AIM_STATES)
    words = serializers.CharField(help_text="The state as the page says it.")
    pace = serializers.FloatField(allow_null=True, help_text="Where it should stand today; null: at its target.")


class GoalTold(AimTold):
    note = serializers.CharField()


class CommitmentTold(AimTold):
    clause = serializers.CharField(help_text="If we miss this, we will ...")


class AgreementTold(serializers.Serializer[Any]):
    """The newest version."""

    number = serializers.IntegerField()
    signed_at = serializers.DateTimeField(allow_null=True, help_text="When both had signed; null: not yet.")
    commitments = CommitmentTold(many=True)


class ReviewTold(QuarterTold):
    """Goals are empty, the agreement and the plan are null while none is written down."""

    as_of = Moment(allow_null=True, help_text="When the figures were frozen; null: they are those of this moment.")
    digest = serializers.CharField(allow_null=True, help_text="SHA-256 of what was frozen.")
    currency = serializers.CharField()
    figures = Figures()
    campaigns = CampaignFigures(many=True)
    goals = GoalTold(many=True)
    agreement = AgreementTold(allow_null=True)
    decisions = serializers.ListField(child=serializers.JSONField())
    agreed_plan = api_plan.AgreedLine(many=True, help_text="What both had signed for this quarter, with what it cost.")
    plan = api_plan.NextPlan(allow_null=True)
    signatures = SignatureTold(many=True)


class QuarterFigures(QuarterTold):
    figures = Figures()


class ResultsTold(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField()
    quarters = QuarterFigures(many=True)


def _statuses() -> dict[str, str]:
    return dict(ReviewRow.objects.values_list("quarter", "status"))


def _told(quarter: Quarter, statuses: dict[str, str]) -> dict[str, Any]:
    return borders(quarter) | {"status": statuses.get(quarter.key, StatusOf.PREPARING)}


# --- views ----------------------------------------------------------------------------------------


class Reviews(ApiView):
    """Every quarter since the first lead, the running one first."""

    serializer_class = QuartersTold

    @extend_schema(operation_id="reviews_list")
    def get(self, request: Request) -> Response:
        known, statuses = known_quarters(timezone.now()), _statuses()
        return Response(QuartersTold({"results": [_told(quarter, statuses) for quarter in known]}).data)


class Review(ApiView):
    """The figures of a quarter as a whole and by campaign: frozen from the first signature on."""

    serializer_class = ReviewTold

    def get(self, request: Request, quarter: str) -> Response:
        return Response(ReviewTold(told(quarter, now=timezone.now())).data)


class CampaignResults(ApiView):
    """What a campaign brought, quarter by quarter, the latest first."""

    serializer_class = ResultsTold

    def get(self, request: Request, code: str) -> Response:
        campaign, now = campaign_for(person(request), code), timezone.now()
        statuses = _statuses()
        quarters = [
            _told(quarter, statuses) | {"figures": figures.figures(Slice(quarter, campaign=campaign), now=now)}
            for quarter in known_quarters(now, campaign=campaign)
        ]
        currency = company.current().currency
        told = {"code": campaign.code, "name": campaign.name, "currency": currency, "quarters": quarters}
        return Response(ResultsTold(told).data)


PARTS = ("numerator", "denominator")
NARROWS = [
    OpenApiParameter("campaign", str, description="Code of the first campaign."),
    OpenApiParameter("source", str, description="Source; empty means leads that name none."),
    OpenApiParameter("month", str, description="A month of the quarter such as 2026-07."),
    OpenApiParameter("part", str, enum=PARTS, default=PARTS[0]),
    OpenApiParameter("as_of", str, enum=["now"], description="Of a frozen quarter the leads that count now."),
]


@extend_schema(parameters=NARROWS)
class FigureLeads(ListView):
    """Exactly the leads that a figure counts; a rep is shown those of the own team."""

    queryset = Lead.objects.none()
    serializer_class = LeadTold
    orders = ("-captured_at",)

    def parameters(self) -> set[str]:
        return super().parameters() | {parameter.name for parameter in NARROWS}

    def get_queryset(self) -> QuerySet[Lead]:
        quarter = quarter_named(self.kwargs["quarter"])
        snapshot = Snapshot.objects.filter(review__quarter=quarter.key).first()
        if snapshot and "as_of" not in self.request.query_params:
            return self._frozen(snapshot).visible_to(person(self.request)).for_list()
        figure = figures.get(self.kwargs["figure"])
        asked = self.request.query_params
        denominator = _is_denominator(asked)
        sliced = Slice(
            quarter,
            campaign=campaign_for(person(self.request), asked["campaign"]) if "campaign" in asked else None,
            source=asked.get("source"),
            month=_month(asked["month"], quarter) if "month" in asked else None,
        )
        counted = figures.leads_behind(figure, sliced, now=timezone.now(), denominator=denominator)
        return counted.visible_to(person(self.request)).for_list()

    def _frozen(self, snapshot: Snapshot) -> LeadQuerySet:
        """The leads that were counted when the quarter was frozen, by the codes that campaigns had."""
        found, asked = parts_of(snapshot, ["words", "calendar"]), self.request.query_params
        figure = words_of(found["words"]).get(self.kwargs["figure"]) or figures.get(self.kwargs["figure"])
        quarter = frozen_quarter(found["calendar"][0])
        month = _month(asked["month"], quarter) if "month" in asked else None
        narrow = Narrow(asked.get("campaign"), asked.get("source"), month)
        return frozen_leads(snapshot, figure, narrow, denominator=_is_denominator(asked))


def _is_denominator(asked: Any) -> bool:
    part = asked.get("part", PARTS[0])
    if part not in PARTS:
        raise ValidationError({"part": _("Write numerator or denominator.")})
    return bool(part == "denominator")


def _month(text: str, quarter: Quarter) -> date:
    month = next((month for month in quarter.months if f"{month:%Y-%m}" == text), None)
    if month is None:
        months = ", ".join(f"{month:%Y-%m}" for month in quarter.months)
        raise ValidationError({"month": _("Write one of: %(months)s.") % {"months": months}})
    return month


urlpatterns = [
    *api_plan.urlpatterns,
    path("campaigns/<slug:code>/results/", CampaignResults.as_view()),
    path("reviews/", Reviews.as_view()),
    path("reviews/<str:quarter>/", Review.as_view()),
    path("reviews/<str:quarter>/figures/<slug:figure>/leads/", FigureLeads.as_view()),
]
