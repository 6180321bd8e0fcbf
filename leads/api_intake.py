"""One lead taken in through the API, judged by the columns of a file of leads."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import company
from accounts.models import User
from common.api_shapes import Shape
from common.errors import DomainError
from leads import further_facts as further
from leads.api_shapes import LeadTold
from leads.files import LEADS, row_told
from leads.models import Lead


@extend_schema_field({"oneOf": [{"type": "string", "maxLength": further.LONGEST}, {"type": "integer"}]})
class Cell(serializers.Field[Any, Any, Any, Any]):
    """A text or a whole number, read like the cell of a file: trimmed, and empty means absent."""

    default_error_messages = {
        "no_cell": __("Write a text or a whole number."),
        "too_long": __("Write at most 10,000 characters."),
    }

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("no_cell")
        text = str(data).strip()
        if len(text) > further.LONGEST:
            self.fail("too_long")
        return text


class LeadSent(Shape):
    """The fields of a file of leads; `facts` takes what its further columns would hold."""

    facts = serializers.DictField(child=Cell(), required=False)

    def get_fields(self) -> dict[str, Any]:
        cells = {column.name: Cell(required=False, allow_null=True) for column in LEADS.columns}
        opt_out = serializers.BooleanField(required=False, allow_null=True)
        return {**cells, "do_not_contact": opt_out, **super().get_fields()}

    def validate_facts(self, facts: dict[str, str]) -> dict[str, str]:
        named = {name.strip(): text for name, text in facts.items() if text}
        if fault := further.fault(named):
            raise serializers.ValidationError(fault)
        return named


class LeadTaken(LeadTold):
    """The lead, and what the row did to it. Whoever may not see the lead is told `id` and `result` alone."""

    result = serializers.CharField(help_text="created, updated or unchanged")

    class Meta:
        model = Lead
        fields = ["result", *LeadTold.Meta.fields]


@transaction.atomic
def take_one(sent: dict[str, Any], *, at: datetime, by: User) -> tuple[int, str]:
    """Take one lead in: its id, and whether it was created, updated or unchanged.

    Raises DomainError `refused` for what a file of leads would refuse.
    """
    (taken,) = LEADS.take([values_of(sent, number=1, at=at)], at=at, by=by, run=None)
    if taken.result == "refused":
        raise DomainError("refused", taken.sentence)
    return taken.lead_id, taken.result  # type: ignore[attr-defined]


def values_of(sent: dict[str, Any], *, number: int, at: datetime) -> dict[str, Any]:
    """What was sent of a lead, as the row `number` of a file would tell it.

    Raises DomainError `refused` for what a file of leads would refuse.
    """
    values, wrong = row_told(sent, number=number, at=at, extra=sent.get("facts", {}))
    if wrong:
        raise DomainError("refused", _("This can't be taken in. Each field says why."), wrong)
    if sentence := LEADS.check(values):
        raise DomainError("refused", sentence)
    LEADS.complete(values, company.current())
    return values
