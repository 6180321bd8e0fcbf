"""What held up an answer that came late: asked with the answer, or said afterwards."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from feedback.access import check_may_correct
from feedback.models import Response
from feedback.responses import check_excuse, locked
from leads import clock
from leads.models import Event, Handoff


@transaction.atomic
def excuse_answer(handoff: Handoff, excuse: str, *, was: str, by: User, at: datetime) -> Response:
    """Say, or say anew, what held up the late answer of `handoff`; `was` is what the person looked at.

    The clock stays breached. The same again changes nothing.
    Raises DomainError: not_late, not_yours, unknown_excuse, stale.
    """
    handoff = locked(handoff)
    response = first_response(handoff)
    if response is None or clock.state(handoff, at) != clock.State.BREACHED:
        raise DomainError("not_late", _("This handoff has no late answer."))
    check_may_correct(by, response, handoff.lead)
    check_excuse(excuse)
    if response.excuse != was:
        raise DomainError("stale", _("Somebody changed this since you opened it. Compare, then save again."))
    if excuse != was:
        Response.objects.filter(pk=response.pk).update(excuse=excuse)
        data = {"from": was, "to": excuse}
        Event.objects.create(lead=handoff.lead, handoff=handoff, kind="excused", at=at, by=by, data=data)
        response.excuse = excuse
    return response


def first_response(handoff: Handoff) -> Response | None:
    """The response that stopped the clock."""
    return handoff.responses.select_related("by").order_by("at", "pk").first()
