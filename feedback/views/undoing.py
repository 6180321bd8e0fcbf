"""The way back from an answer, offered by the toast that tells of it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from accounts.requests import Request
from common.templatetags.ui import number
from feedback import worklist
from feedback.undoing import Undone, undo_answers
from feedback.views.head import head, whose_list
from leads.models import Handoff


def way_back(*handoffs: Handoff, to: str = "") -> str:
    """The address that takes back the answers of `handoffs`."""
    told = [("handoff", str(handoff.pk)) for handoff in handoffs]
    return f"{reverse('feedback:undoings')}?{urlencode([*told, *([('to', to)] if to else [])])}"


@require_POST
def undoings(request: Request) -> HttpResponse:
    """Take back the answers of the handoffs that the address names; one alone comes back to its list."""
    named = [int(pk) for pk in request.GET.getlist("handoff") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    handoffs = Handoff.objects.visible_to(request.user).for_list().filter(pk__in=named[: worklist.LONGEST])
    undone = undo_answers(handoffs, by=request.user, at=timezone.now())
    came_from = (request.htmx.current_url_abs_path or "").partition("?")[0]
    on_list = request.htmx and came_from == reverse("feedback:followups")
    if on_list and len(undone.handoffs) == 1 and not undone.refused:
        return _row_back(request, undone.handoffs[0])
    _tell(request, undone)
    if request.htmx:
        return HttpResponseClientRefresh()
    first = handoffs[0].lead if request.GET.get("to") == "lead" and handoffs else None
    return redirect(first.get_absolute_url() if first else reverse("feedback:followups"))


def _row_back(request: Request, handoff: Handoff) -> HttpResponse:
    now = timezone.now()
    whose = whose_list(request)
    context = head(request.user, whose, now) | {
        "text": _("Taken back: %(who)s waits for an answer again.") % {"who": handoff.lead.display_name},
        "oob": True,
        "rows": [worklist.row_of(handoff, now)],
        # After a mere contact the row stands in another group.
        "listed": handoff.events.filter(kind__endswith="_taken_back").latest("pk").kind == "response_taken_back",
        "group": worklist.urgency_of(handoff, now),
        "pressing": worklist.pressing(request.user, now),
    }
    response = render(request, "feedback/_taken_back.html", context)
    return trigger_client_event(response, "rowBack", {"id": f"fu-{handoff.pk}"}, after="settle")


def _tell(request: Request, undone: Undone) -> None:
    if count := len(undone.handoffs):
        said = ngettext("%(n)s answer was taken back.", "%(n)s answers were taken back.", count)
        messages.success(request, said % {"n": number(count)})
    for handoff, why in undone.refused:
        messages.error(request, f"{handoff.lead.display_name}: {why}")
    if not undone.handoffs and not undone.refused:
        messages.error(request, _("There is no answer to take back."))
