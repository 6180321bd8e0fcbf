"""What answers of sales look like in the API."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import company
from accounts.api import PersonTold
from common.api_shapes import Day, Moment, Shape, Told
from common.errors import DomainError
from feedback.models import Outcome, Reason, Response, Verdict

LONGEST_NOTE = 10_000


def one_of(values: list[str]) -> dict[str, Any]:
    return {"max_length": 20, "help_text": ", ".join(values)}


def note() -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE, trim_whitespace=False)


def excuse() -> serializers.CharField:
    """Kept where the answer is the first, and late."""
    return serializers.CharField(required=False, allow_blank=True, **one_of(Response.Excuse.values))


class ResponseSent(Shape):
    kind = serializers.CharField(**one_of([k for k in Response.Kind.values if k != Response.Kind.VERDICT]))
    at = Moment(required=False, allow_null=True)
    note = note()
    excuse = excuse()


class ResponseTold(Told):
    by = PersonTold(allow_null=True, help_text="Null: not recorded.")

    class Meta:
        model = Response
        fields = ["id", "handoff", "kind", "at", "by", "note", "excuse", "recorded_at"]


class VerdictSent(Shape):
    verdict = serializers.CharField(**one_of(Verdict.Value.values))
    reason = serializers.CharField(required=False, allow_null=True, max_length=60, help_text="Key of a reason.")
    evidence = serializers.CharField(required=False, allow_blank=True, **one_of(Verdict.Evidence.values))
    note = note()
    wake_up_on = Day(required=False, allow_null=True)
    grade_opinion = serializers.CharField(required=False, allow_blank=True, **one_of(Verdict.GradeOpinion.values))
    at = Moment(required=False, allow_null=True)
    excuse = excuse()


class VerdictTold(Told):
    reason = serializers.SlugRelatedField[Any]("key", read_only=True, allow_null=True)
    by = PersonTold(allow_null=True, help_text="Null: not recorded.")

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
    competitor = serializers.CharField(required=False, allow_blank=True, max_length=120)
    expected_on = Day(required=False, allow_null=True)
    note = note()


class OutcomeTold(Told):
    reason = serializers.SlugRelatedField[Any]("key", read_only=True, allow_null=True)
    by = PersonTold(allow_null=True, help_text="Null: not recorded.")
    currency = serializers.SerializerMethodField()

    class Meta:
        model = Outcome
        fields = [
            "id",
            "lead",
            "kind",
            "at",
            "amount",
            "currency",
            "reason",
            "competitor",
            "expected_on",
            "note",
            "by",
            "recorded_at",
        ]

    def get_currency(self, outcome: Outcome) -> str:
        return company.current().currency


class ReasonTold(Told):
    class Meta:
        model = Reason
        fields = ["key", "label", "group", "needs_note"]


class ReasonsTold(serializers.Serializer[Any]):
    results = ReasonTold(many=True)


def reason_named(key: str | None) -> Reason | None:
    """The reason that may be chosen by `key`. Raises DomainError `unknown_reason` where none is."""
    if not key:
        return None
    reason = Reason.objects.filter(key=key, is_active=True).first()
    if reason is None:
        sentence = _("There is no reason “%(key)s”. The address reasons/ lists them.") % {"key": key}
        raise DomainError("unknown_reason", sentence, {"reason": sentence})
    return reason
