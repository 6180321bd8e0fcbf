"""Campaigns, costs and activities as the API tells and takes them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import company
from accounts.api import PersonTold
from accounts.models import User
from campaigns.aliases import LONGEST_ALIAS, MOST_ALIASES
from campaigns.checks import LONGEST_LINK, MOST_LINKS
from campaigns.costs import as_entered
from campaigns.ending import ACTS, LONGEST_WHY, today
from campaigns.models import Activity, Campaign, Cost
from common.api_shapes import Day, Shape, Told

EXPECTED = ("expected_a", "expected_b", "expected_c", "expected_d")


class Priced(Told):
    """A row with money in it names the currency."""

    currency = serializers.SerializerMethodField()

    def get_currency(self, row: Any) -> str:
        return company.current().currency


class CampaignTold(Priced):
    parent = serializers.SlugRelatedField[Any]("code", read_only=True, allow_null=True)  # type: ignore[assignment]
    owner = PersonTold(allow_null=True)
    sales_partner = PersonTold(allow_null=True)
    spent = serializers.DecimalField(
        14, 2, allow_null=True, default=None, help_text="Actual costs so far; null where none is entered."
    )
    status = serializers.SerializerMethodField(help_text="By its dates, unless somebody ended or abandoned it.")
    aliases = serializers.SerializerMethodField(help_text="Other spellings and UTM codes by which files mean it.")
    links = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Campaign
        fields = [
            "code", "name", "channel", "parent", "starts_on", "ends_on", "status", "status_why", "owner",
            "sales_partner", "partner_state", "partner_said", "countries", "for_targets",
            "budget", "spent", "currency", "audience", "offer", "priority", *EXPECTED, "links",
            "aliases", "created_at", "version",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(Campaign.Status.choices))
    def get_status(self, campaign: Campaign) -> str:
        return campaign.status_on(today(timezone.now())).value

    def get_aliases(self, campaign: Campaign) -> list[str]:
        return [alias.name for alias in campaign.aliases.all()]


def _expected() -> serializers.IntegerField:
    return serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10_000_000)


class CampaignChanged(Shape):
    """The facts to change; what is not named stays. Aliases and links are sent as a whole."""

    name = serializers.CharField(required=False, max_length=200)
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
    audience = serializers.CharField(required=False, allow_blank=True, max_length=300)
    offer = serializers.CharField(required=False, allow_blank=True, max_length=300)
    countries = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, help_text="Where it reaches; none means everywhere."
    )
    for_targets = serializers.BooleanField(required=False, help_text="Whether it is meant for target accounts.")
    priority = serializers.CharField(required=False, max_length=20, help_text=", ".join(Campaign.Priority.values))
    expected_a = _expected()
    expected_b = _expected()
    expected_c = _expected()
    expected_d = _expected()
    links = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_LINK), required=False, max_length=MOST_LINKS
    )
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_ALIAS), required=False, max_length=MOST_ALIASES
    )


class CampaignSent(CampaignChanged):
    """A new campaign; a name is enough."""

    name = serializers.CharField(max_length=200)
    code = serializers.CharField(required=False, allow_blank=True, max_length=80, help_text="Else made of the name.")


class StatusSent(Shape):
    """A step of its life, and why."""

    act = serializers.ChoiceField(choices=list(ACTS))
    why = serializers.CharField(max_length=LONGEST_WHY)


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


class CostChanged(Shape):
    """What the line says otherwise, amounts in its currency; what is not named stays."""

    kind = serializers.CharField(required=False, max_length=20, help_text=", ".join(Cost.Kind.values))
    on = Day(required=False)
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


class CostSent(CostChanged):
    """A line of money."""

    kind = serializers.CharField(max_length=20, help_text=", ".join(Cost.Kind.values))
    on = Day()


class ActivityTold(Told):
    by = PersonTold(allow_null=True)

    class Meta:
        model = Activity
        fields = ["id", "on", "what", "by"]


class ActivitySent(Shape):
    what = serializers.CharField(max_length=300)
    on = Day()
