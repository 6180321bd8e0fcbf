"""A lead edited through the API, by the verbs of the lead page."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api import person
from common.api import answers_with
from common.api_shapes import Shape
from common.api_versions import tags_wanted
from common.errors import DomainError
from leads.access import lead_for
from leads.api_intake import Cell
from leads.api_shapes import LeadTold
from leads.editing import FIELDS, edit_lead
from leads.models import Lead
from leads.privacy import wish_contact

answers_with(403, "not_yours")
answers_with(409, "erased", "address_taken", "external_id_taken")


class LeadChanged(Shape):
    """The fields to change; null or an empty text takes away. Of `facts` only those named change."""

    facts = serializers.DictField(child=Cell(allow_null=True), required=False)
    do_not_contact = serializers.BooleanField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {**{name: Cell(required=False, allow_null=True) for name in FIELDS}, **super().get_fields()}


def etag_of(lead: Lead, told: Any) -> str:
    """The tag of a lead as it is told; the version alone would miss what a grading or an answer changes."""
    digest = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    return f'"{lead.version}-{digest}"'


@transaction.atomic
def change(request: Request, lead_id: int, sent: dict[str, Any]) -> Lead:
    """Change the lead that the header If-Match names, and return it as it is now.

    Raises DomainError `if_match_missing`, `stale`, and what the verbs raise.
    """
    user, now = person(request), timezone.now()
    lead_for(user, lead_id)
    wanted = tags_wanted(request)
    Lead.objects.select_for_update(no_key=True).get(pk=lead_id)
    lead = lead_for(user, lead_id)
    if not {"*", etag_of(lead, LeadTold(lead).data)} & set(wanted):
        raise DomainError("stale", _("The lead has changed since you read it. Read it again, then send your changes."))
    allowed = sent.pop("do_not_contact", None)
    if "facts" in sent:
        sent["facts"] = {name: text or "" for name, text in sent["facts"].items()}
    changes = {name: "" if value is None else value for name, value in sent.items()}
    edit_lead(lead, changes, version=lead.version, by=user, at=now)
    if allowed is not None:
        wish_contact(lead, allowed=not allowed, by=user, at=now)
    return lead_for(user, lead_id)
