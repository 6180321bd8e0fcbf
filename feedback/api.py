"""Answers of sales in the API: responses, verdicts, outcomes, and the reasons to choose from."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as Answer

from accounts import company
from accounts.api import PersonTold, person
from common.api import answers_with
from common.api_shapes import Day, Moment, Shape, Told
from common.api_views import ApiView
from common.errors import DomainError
from feedback.models import Outcome, Reason, Response, Verdict
from feedback.outcomes import record_outcome
from feedback.responses import respond
from feedback.verdicts import Judgement, give_verdict
from leads.access import handoff_for, lead_for

answers_with(409, "closed", "told_already")

LONGEST_NOTE = 10_000


def one_of(values: list[str]) -> dict[str, Any]:
    return {"max_length": 20, "help_text": ", ".join(values)}


def note() -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE, trim_whitespace=False)


# --- shapes ---------------------------------------------------------------------------------------


class ResponseSent(Shape):
    kind = serializers.CharField(**one_of([k for k in Response.Kind.values if k != Response.Kind.VERDICT]))
    at = Moment(required=False, allow_null=True)
    note = note()


class ResponseTold(Told):
    by = PersonTold()

    class Meta:
        model = Response
        fields = ["id", "handoff", "kind", "at", "by", "note", "recorded_at"]


class VerdictSent(Shape):
    verdict = serializers.CharField(**one_of(Verdict.Value.values))
    reason = serializers.CharField(required=False, allow_null=True, max_length=60, help_text="Key of a reason.")
    evidence = serializers.CharField(required=False, allow_blank=True, **one_of(Verdict.Evidence.values))
    note = note()
    wake_up_on = Day(required=False, allow_null=True)
    grade_opinion = serializers.CharField(required=False, allow_blank=True, **one_of(Verdict.GradeOpinion.values))
    at = Moment(required=False, allow_null=True)


class VerdictTold(Told):
    reason = serializers.SlugRelatedField[Any]("key", read_only=True)
    by = PersonTold()

    class Meta:
        model = Verdict
        fields = [
            "id", "handoff", "verdict", "reason", "evidence", "note", "wake_up_on", "grade_opinion", "at", "by",
        ]  # fmt: skip


class OutcomeSent(Shape):
    kind = serializers.CharField(**one_of(Outcome.Kind.values))
    amount = serializers.DecimalField(14, 2, required=False, allow_null=True)
    at = Moment(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_null=True, max_length=60, help_text="Key of a reason.")
    note = note()


class OutcomeTold(Told):
    reason = serializers.SlugRelatedField[Any]("key", read_only=True)
    by = PersonTold()
    currency = serializers.SerializerMethodField()

    class Meta:
        model = Outcome
        fields = ["id", "lead", "kind", "at", "amount", "currency", "reason", "note", "by", "recorded_at"]

    def get_currency(self, outcome: Outcome) -> str:
        return company.current().currency


class ReasonTold(Told):
    class Meta:
        model = Reason
        fields = ["key", "label", "group", "needs_note"]


class ReasonsTold(serializers.Serializer[Any]):
    results = ReasonTold(many=True)


# --- views ----------------------------------------------------------------------------------------


class Responses(ApiView):
    """What sales did about a handoff."""

    serializer_class = ResponseTold

    @extend_schema(request=ResponseSent, responses={201: ResponseTold})
    def post(self, request: Request, handoff_id: int) -> Answer:
        """Log a response; the first one stops the clock."""
        handoff = handoff_for(person(request), handoff_id)
        sent = self.body(ResponseSent)
        return Answer(ResponseTold(respond(handoff, by=person(request), **sent)).data, status=201)


class Verdicts(ApiView):
    """Sales' judgement on a handoff."""

    serializer_class = VerdictTold

    @extend_schema(request=VerdictSent, responses={201: VerdictTold})
    def post(self, request: Request, handoff_id: int) -> Answer:
        """Give the verdict, which closes the handoff."""
        handoff = handoff_for(person(request), handoff_id)
        sent = self.body(VerdictSent)
        at = sent.pop("at", None)
        judgement = Judgement(**{**sent, "reason": reason_named(sent.get("reason"))})
        verdict = give_verdict(handoff, judgement, by=person(request), at=at)
        return Answer(VerdictTold(verdict).data, status=201)


class Outcomes(ApiView):
    """Where a lead ended."""

    serializer_class = OutcomeTold

    @extend_schema(request=OutcomeSent, responses={201: OutcomeTold})
    def post(self, request: Request, lead_id: int) -> Answer:
        """Record an opportunity, a win or a loss."""
        lead = lead_for(person(request), lead_id)
        sent = self.body(OutcomeSent)
        reason = reason_named(sent.pop("reason", None))
        outcome = record_outcome(lead, by=person(request), reason=reason, **sent)
        return Answer(OutcomeTold(outcome).data, status=201)


class Reasons(ApiView):
    """The reasons that may be given."""

    serializer_class = ReasonsTold

    def get(self, request: Request) -> Answer:
        return Answer(ReasonsTold({"results": Reason.objects.filter(is_active=True)}).data)


def reason_named(key: str | None) -> Reason | None:
    """The reason that may be chosen by `key`. Raises DomainError `unknown_reason` where none is."""
    if not key:
        return None
    reason = Reason.objects.filter(key=key, is_active=True).first()
    if reason is None:
        sentence = _("There is no reason “%(key)s”. The address reasons/ lists them.") % {"key": key}
        raise DomainError("unknown_reason", sentence, {"reason": sentence})
    return reason


urlpatterns = [
    path("handoffs/<int:handoff_id>/responses/", Responses.as_view()),
    path("handoffs/<int:handoff_id>/verdicts/", Verdicts.as_view()),
    path("leads/<int:lead_id>/outcomes/", Outcomes.as_view()),
    path("reasons/", Reasons.as_view()),
]
