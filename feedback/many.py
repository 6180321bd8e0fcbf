"""One verdict for many handoffs, as a set: what one of them refuses holds up no other."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from common.templatetags.ui import moment_words
from feedback import hooks
from feedback.models import Response, Verdict
from feedback.responses import STOPPED, check_excuse, check_moment, fitting, found, stop_clock
from feedback.verdicts import CLOSED, MOVED, Judgement, check, close, verdict_event
from leads.models import Event, Handoff, Lead


@dataclass
class Given:
    """The handoffs that were judged, and of the others why not."""

    handoffs: list[Handoff] = field(default_factory=list)
    refused: list[tuple[Handoff, str]] = field(default_factory=list)


@transaction.atomic
def give_verdicts(
    handoffs: QuerySet[Handoff], judgement: Judgement, *, by: User, at: datetime, excuse: str = ""
) -> Given:
    """Give the same verdict to each of `handoffs`, by the rules of `give_verdict`; those that are late have the excuse.

    Raises DomainError `not_sales` and what `give_verdict` raises about the judgement itself; a handoff
    that is closed or not theirs is left as it is, and told.
    """
    if not (by.is_active and by.in_sales):
        raise DomainError("not_sales", _("Only sales answers leads, each team its own."))
    check(judgement, at)
    check_excuse(excuse)
    given = _sorted_out(_locked(handoffs), by=by)
    moments = [check_moment(handoff, None, at) for handoff in given.handoffs]
    responses = [
        Response(
            handoff=handoff, by=by, kind=Response.Kind.VERDICT, at=moment, excuse=fitting(excuse, handoff, moment),
            before=found(handoff),
        )
        for handoff, moment in zip(given.handoffs, moments, strict=True)
    ]  # fmt: skip
    for response in responses:
        stop_clock(response.handoff, by=by, at=response.at)
    verdicts = [close(response.handoff, judgement, by=by, at=response.at) for response in responses]
    Response.objects.bulk_create(responses)
    Verdict.objects.bulk_create(verdicts)
    lines = Event.objects.bulk_create(
        verdict_event(verdict, next_step=judgement.next_step, excuse=response.excuse)
        for verdict, response in zip(verdicts, responses, strict=True)
    )
    hooks.announce(lines)
    Handoff.objects.bulk_update(given.handoffs, [*STOPPED, *CLOSED])
    Lead.objects.bulk_update([handoff.lead for handoff in given.handoffs], ["owner", *MOVED])
    return given


def _locked(handoffs: QuerySet[Handoff]) -> list[Handoff]:
    """The handoffs with their leads, as they are now; leads first, as everywhere."""
    ids = dict(handoffs.order_by().values_list("pk", "lead"))
    leads = Lead.objects.filter(pk__in=set(ids.values())).order_by("pk").select_for_update(no_key=True).in_bulk()
    locked = list(Handoff.objects.filter(pk__in=ids).order_by("pk").select_for_update())
    for handoff in locked:
        handoff.lead = leads[handoff.lead_id]
    return locked


def _sorted_out(handoffs: list[Handoff], *, by: User) -> Given:
    theirs = Lead.objects.visible_to(by).filter(pk__in=[handoff.lead_id for handoff in handoffs])
    visible = set(theirs.order_by().values_list("pk", flat=True))
    said = Verdict.objects.select_related("by").in_bulk([h.pk for h in handoffs], field_name="handoff_id")
    given = Given()
    for handoff in handoffs:
        if handoff.lead_id not in visible:
            given.refused.append((handoff, _("only their own team answers")))
        elif handoff.closed_at is not None:
            given.refused.append((handoff, who_was_faster(said.get(handoff.pk))))
        else:
            given.handoffs.append(handoff)
    return given


def who_was_faster(verdict: Verdict | None) -> str:
    """Who answered a closed handoff, and when, in words."""
    if verdict is None:
        return _("closed already")
    values = {"when": moment_words(verdict.at, time=True), "verdict": verdict.get_verdict_display().lower()}
    if verdict.by is None:
        return _("%(verdict)s already, %(when)s") % values
    return _("%(who)s answered already, %(when)s: %(verdict)s") % {**values, "who": verdict.by}
