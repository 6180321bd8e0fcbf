"""One answer for the rows of the work list that were chosen."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import Request
from common.errors import DomainError
from common.templatetags.ui import number
from feedback import worklist
from feedback.forms import ManyForm
from feedback.many import Given, give_verdicts
from feedback.models import Verdict
from feedback.verdicts import Judgement
from feedback.views.followups import show_list
from feedback.views.head import list_url
from feedback.views.undoing import way_back
from leads.models import Handoff


@require_POST
def verdicts(request: Request) -> HttpResponse:
    """Give one verdict to all chosen rows; what was typed stands again where it can't be given."""
    form = ManyForm(request.POST)
    ids = [int(pk) for pk in request.POST.getlist("handoff") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    handoffs = Handoff.objects.visible_to(request.user).filter(pk__in=ids[: worklist.LONGEST])
    if not form.is_valid():
        return show_list(request, many=form, chosen=ids, status=422)
    try:
        said = form.cleaned_data
        given = give_verdicts(handoffs, _judgement(said), by=request.user, at=timezone.now(), excuse=said["excuse"])
    except DomainError as error:
        form.refuse(error)
        return show_list(request, many=form, chosen=ids, status=403 if error.code == "not_sales" else 422)
    _tell(request, given, form.cleaned_data["verdict"])
    return redirect(list_url(request))


def _judgement(said: dict[str, Any]) -> Judgement:
    return Judgement(**{name: said[name] for name in ("verdict", "reason", "evidence", "note", "wake_up_on")})


def _tell(request: Request, given: Given, verdict: str) -> None:
    if count := len(given.handoffs):
        said = ngettext("Saved: %(n)s lead, %(what)s.", "Saved: %(n)s leads, %(what)s.", count)
        values = {"n": number(count), "what": Verdict.Value(verdict).label.lower()}
        messages.success(request, said % values, extra_tags=way_back(*given.handoffs))
    for handoff, why in given.refused:
        messages.error(request, f"{handoff.lead.display_name}: {why}.")
    if not given.handoffs and not given.refused:
        messages.error(request, _("No lead is chosen. Choose some in the list first."))
