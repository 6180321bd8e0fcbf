"""How leads and handoffs are told in the API."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api import PersonTold
from common.api_shapes import Moment, Told
from leads import clock
from leads.models import Handoff, Lead, Organisation


class OrganisationTold(Told):
    class Meta:
        model = Organisation
        fields = ["id", "name", "domain"]


class LeadTold(Told):
    organisation = OrganisationTold(allow_null=True)
    campaign = serializers.SlugRelatedField[Any](
        "code", read_only=True, allow_null=True, help_text="Code of the first campaign."
    )
    owner = PersonTold(allow_null=True)
    best_grade = serializers.CharField(help_text="The best grade so far: A, B, C, D, or empty.")

    class Meta:
        model = Lead
        fields = [
            "id", "email", "external_id", "first_name", "last_name", "name", "job_title", "phone", "organisation",
            "website", "employees", "industry", "country", "source", "campaign", "captured_at", "note", "consent",
            "facts", "grade", "best_grade", "fit", "engagement", "graded_at", "stage", "owner", "wake_up_on",
            "kept_out", "do_not_contact", "do_not_contact_at", "erased_at", "created_at", "version",
        ]  # fmt: skip


class LeadNamed(Told):
    """The lead of a handoff: enough to recognise it."""

    organisation = serializers.SlugRelatedField[Any]("name", read_only=True, allow_null=True)

    class Meta:
        model = Lead
        fields = ["id", "name", "email", "external_id", "organisation", "grade", "stage"]


class HandoffTold(Told):
    """`grade` is the lead's grade when it was handed off; `state` is its clock now."""

    lead = LeadNamed()
    campaign = serializers.SlugRelatedField[Any]("code", source="lead.campaign", read_only=True, allow_null=True)
    rep = PersonTold(allow_null=True)
    team = serializers.SlugRelatedField[Any]("name", read_only=True, allow_null=True)
    responded_by = PersonTold(allow_null=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Handoff
        fields = [
            "id", "lead", "campaign", "rep", "team", "grade", "routed_because", "historic", "state", "at", "risk_at",
            "due_at", "verdict_due_at", "responded_at", "responded_by", "verdict_at", "released_at", "released_why",
            "closed_at",
        ]  # fmt: skip

    @extend_schema_field({"type": "string", "enum": [state.value for state in clock.State]})
    def get_state(self, handoff: Handoff) -> str:
        return clock.state(handoff, timezone.now()).value


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True})
class Ground(serializers.Field[Any, Any, Any, Any]):
    """What a criterion looked at: a fact, a number of touches, or the moment of the latest."""

    def to_representation(self, value: Any) -> Any:
        return Moment().to_representation(value) if isinstance(value, datetime) else value


class ContributionTold(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    value = Ground()
    points = serializers.IntegerField()
    full_points = serializers.IntegerField(help_text="What the criterion is worth before it ages.")
    kind = serializers.CharField(help_text="fit or engagement")


class OverrideTold(serializers.Serializer[Any]):
    grade = serializers.CharField()
    reason = serializers.CharField()
    by = PersonTold()
    at = Moment()


class ExplanationTold(serializers.Serializer[Any]):
    """The points of all contributions add up to fit and engagement, and those make the grade."""

    grade = serializers.CharField()
    by_points = serializers.CharField(help_text="The grade that the points alone make.")
    override = OverrideTold(allow_null=True, help_text="Another grade that a person set, and why.")
    fit = serializers.IntegerField()
    engagement = serializers.IntegerField()
    contributions = ContributionTold(many=True)
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Criteria whose fact is not known.")
    definition = serializers.IntegerField(help_text="Version of the lead definition.")
    thresholds = serializers.DictField(child=serializers.IntegerField(), help_text="The points at which A, B, C start.")


class LineTold(serializers.Serializer[Any]):
    at = Moment()
    fact = serializers.CharField()
    detail = serializers.CharField()
    side = serializers.CharField(help_text="marketing, sales, or empty for the system")
    by = PersonTold(allow_null=True)


class TimelineTold(serializers.Serializer[Any]):
    results = LineTold(many=True)
