"""Campaigns, their costs and activities in the API."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import company
from accounts.api import PersonTold, person
from accounts.models import User
from campaigns.activities import log_activity
from campaigns.costs import add_cost, as_entered
from campaigns.keeping import create_campaign
from campaigns.models import Activity, Campaign, CampaignQuerySet, Cost
from common.api import answers_with
from common.api_shapes import Day, Shape, Told
from common.api_views import ApiView, ListView

answers_with(403, "not_marketing")
answers_with(409, "code_taken")


def campaigns_for(user: User) -> CampaignQuerySet:
    """The campaigns that `user` may see, with all that is told of them."""
    campaigns = Campaign.objects.visible_to(user).with_spending()
    return campaigns.select_related("owner", "sales_partner", "parent")


def campaign_for(user: User, code: str) -> Campaign:
    """The campaign, where `user` may see it; else Http404."""
    return get_object_or_404(campaigns_for(user), code=code)


# --- shapes ---------------------------------------------------------------------------------------


class Priced(Told):
    """A row with money in it names the currency."""

    currency = serializers.SerializerMethodField()

    def get_currency(self, row: Any) -> str:
        return company.current().currency


class CampaignTold(Priced):
    parent = serializers.SlugRelatedField[Any]("code", read_only=True)  # type: ignore[assignment]
    owner = PersonTold(allow_null=True)
    sales_partner = PersonTold(allow_null=True)
    spent = serializers.DecimalField(
        14, 2, allow_null=True, default=None, help_text="Actual costs so far; null where none is entered."
    )

    class Meta:
        model = Campaign
        fields = [
            "code", "name", "channel", "parent", "starts_on", "ends_on", "owner", "sales_partner", "partner_state",
            "partner_said", "countries", "for_targets", "budget", "spent",
            "currency", "created_at", "version",
        ]  # fmt: skip


class CampaignSent(Shape):
    name = serializers.CharField(max_length=200)
    code = serializers.CharField(required=False, allow_blank=True, max_length=80, help_text="Else made of the name.")
    channel = serializers.CharField(required=False, max_length=20, help_text=", ".join(Campaign.Channel.values))
    parent = serializers.SlugRelatedField(  # type: ignore[assignment]
        "code", queryset=Campaign.objects.all(), required=False, allow_null=True, help_text="Code of the programme."
    )
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True)
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    sales_partner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    budget = serializers.DecimalField(14, 2, required=False, allow_null=True)


class Entered(serializers.Serializer[Any]):
    """What a line said in another currency, and the rate by which it was turned."""

    currency = serializers.CharField()
    rate = serializers.DecimalField(18, 8)
    planned = serializers.DecimalField(14, 2, allow_null=True)
    committed = serializers.DecimalField(14, 2, allow_null=True)
    actual = serializers.DecimalField(14, 2, allow_null=True)


class CostTold(Priced):
    entered = serializers.SerializerMethodField(help_text="Null where the line is in the company's currency.")

    class Meta:
        model = Cost
        fields = [
            "id", "kind", "planned", "committed", "actual", "currency", "entered", "on", "supplier", "note", "version",
        ]  # fmt: skip

    @extend_schema_field(Entered(allow_null=True))
    def get_entered(self, cost: Cost) -> Any:
        return Entered(as_entered(cost)).data if cost.currency else None


class CostSent(Shape):
    kind = serializers.CharField(max_length=20, help_text=", ".join(Cost.Kind.values))
    on = Day()
    planned = serializers.DecimalField(14, 2, required=False, allow_null=True)
    committed = serializers.DecimalField(14, 2, required=False, allow_null=True)
    actual = serializers.DecimalField(14, 2, required=False, allow_null=True)
    supplier = serializers.CharField(required=False, allow_blank=True, max_length=120)
    currency = serializers.CharField(
        required=False, allow_blank=True, max_length=3, help_text="Where it is not the company's; then with a rate."
    )
    rate = serializers.DecimalField(
        18, 8, required=False, allow_null=True, help_text="What one unit is worth in the company's currency."
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


class ActivityTold(Told):
    by = PersonTold(allow_null=True)

    class Meta:
        model = Activity
        fields = ["id", "on", "what", "by"]


class ActivitySent(Shape):
    what = serializers.CharField(max_length=300)
    on = Day()


# --- views ----------------------------------------------------------------------------------------


class Campaigns(ListView):
    """Every campaign, the latest entered first."""

    queryset = Campaign.objects.none()
    serializer_class = CampaignTold

    def get_queryset(self) -> QuerySet[Campaign]:
        return campaigns_for(person(self.request))

    @extend_schema(request=CampaignSent, responses={201: CampaignTold})
    def post(self, request: Request) -> Response:
        """A new campaign. Without an owner it is the maker's."""
        campaign = create_campaign(by=person(request), **self.body(CampaignSent))
        return Response(CampaignTold(campaign).data, status=201)


class OneCampaign(ApiView):
    """One campaign with what was spent so far."""

    serializer_class = CampaignTold

    def get(self, request: Request, code: str) -> Response:
        return Response(CampaignTold(campaign_for(person(request), code)).data)


class Costs(ListView):
    """The costs of a campaign."""

    queryset = Cost.objects.none()
    serializer_class = CostTold

    def get_queryset(self) -> QuerySet[Cost]:
        return Cost.objects.filter(campaign=campaign_for(person(self.request), self.kwargs["code"]))

    @extend_schema(request=CostSent, responses={201: CostTold})
    def post(self, request: Request, code: str) -> Response:
        """Add a line of money; null means not entered, zero means free."""
        campaign = campaign_for(person(request), code)
        return Response(CostTold(add_cost(campaign, by=person(request), **self.body(CostSent))).data, status=201)


class Activities(ListView):
    """What marketing did in a campaign."""

    queryset = Activity.objects.none()
    serializer_class = ActivityTold

    def get_queryset(self) -> QuerySet[Activity]:
        activities = Activity.objects.filter(campaign=campaign_for(person(self.request), self.kwargs["code"]))
        return activities.select_related("by")

    @extend_schema(request=ActivitySent, responses={201: ActivityTold})
    def post(self, request: Request, code: str) -> Response:
        """Log what was done on a day."""
        campaign = campaign_for(person(request), code)
        activity = log_activity(campaign, by=person(request), **self.body(ActivitySent))
        return Response(ActivityTold(activity).data, status=201)


urlpatterns = [
    path("campaigns/", Campaigns.as_view()),
    path("campaigns/<slug:code>/", OneCampaign.as_view()),
    path("campaigns/<slug:code>/costs/", Costs.as_view()),
    path("campaigns/<slug:code>/activities/", Activities.as_view()),
]
