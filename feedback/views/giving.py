"""A lead changes hands: back to the team, to a colleague, or everything of one person."""

from typing import Never

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import Request
from common.errors import DomainError
from common.templatetags.ui import number
from feedback.views.head import list_url
from feedback.worklist import LONGEST
from leads.access import handoff_for
from leads.handing_back import hand_back, hand_over_all, pass_on
from leads.models import Handoff, Lead
from leads.pulling_back import pull_back_many
from leads.reassigning import reassign


@require_POST
def transfers(request: Request, handoff_id: int) -> HttpResponse:
    """Hand a lead back to the team, or pass it on to the colleague that is named."""
    handoff = handoff_for(request.user, handoff_id)
    rep = _named(request.POST.get("rep", ""))
    why, now = request.POST.get("why", ""), timezone.now()
    try:
        if request.POST.get("rep"):
            handoff = pass_on(handoff, rep=rep, by=request.user, why=why, at=now) if rep else _refuse_nobody()
        else:
            handoff = hand_back(handoff, by=request.user, why=why, at=now)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("feedback:panel", handoff_id)
    words = {"who": handoff.lead.display_name, "rep": handoff.rep}
    said = _("Saved: %(who)s is with %(rep)s now.") if handoff.rep else _("Saved: %(who)s waits in the queue.")
    messages.success(request, said % words)
    return redirect("feedback:followups")


@require_POST
def departures(request: Request) -> HttpResponse:
    """Route everything that the named person has to the others."""
    person = _named(request.POST.get("rep", ""))
    try:
        count = hand_over_all(person, by=request.user, at=timezone.now()) if person else _refuse_nobody()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = ngettext("Handed over: %(n)s lead of %(who)s.", "Handed over: %(n)s leads of %(who)s.", count)
        messages.success(request, said % {"n": number(count), "who": person})
    return redirect("feedback:followups")


@require_POST
def reassignments(request: Request) -> HttpResponse:
    """Give the chosen leads to the rep who is named."""
    rep = _named(request.POST.get("rep", ""))
    try:
        count = reassign(_chosen(request), rep=rep, by=request.user, at=timezone.now()) if rep else _refuse_nobody()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = ngettext("Saved: %(n)s lead is with %(who)s now.", "Saved: %(n)s leads are with %(who)s now.", count)
        messages.success(request, said % {"n": number(count), "who": rep})
    return redirect(list_url(request))


@require_POST
def pullings(request: Request) -> HttpResponse:
    """Pull back those of the chosen leads that nobody in sales has answered."""
    why, leads = request.POST.get("why", ""), _chosen(request)
    try:
        count = pull_back_many(leads, by=request.user, why=why, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(list_url(request))
    said = ngettext("Pulled back: %(n)s lead.", "Pulled back: %(n)s leads.", count) % {"n": number(count)}
    if left := leads.count() - count:
        words = ngettext("%(n)s is answered and stays.", "%(n)s are answered and stay.", left)
        said = f"{said} {words % {'n': number(left)}}"
    messages.success(request, said)
    return redirect(list_url(request))


def _chosen(request: Request) -> QuerySet[Lead]:
    """The leads of the handoffs that were chosen, of those that the person may see."""
    ids = [int(pk) for pk in request.POST.getlist("handoff") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    handoffs = Handoff.objects.visible_to(request.user).filter(pk__in=ids[:LONGEST])
    return Lead.objects.filter(pk__in=list(handoffs.values_list("lead", flat=True)))


def _named(pk: str) -> User | None:
    return User.objects.filter(pk=int(pk)).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None


def _refuse_nobody() -> Never:
    raise DomainError("not_a_rep", _("Choose who it is."))
