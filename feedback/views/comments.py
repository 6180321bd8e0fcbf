"""The talk under an answer: thanks, questions back, replies."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from common.errors import DomainError
from feedback.commenting import ask_back, reply, thank
from feedback.models import Comment
from feedback.views.correcting import shown
from leads.access import handoff_for
from leads.models import Handoff

STATUS_OF = {"not_marketing": 403, "not_sales": 403, "thanked": 409, "erased": 409}


@require_POST
def comments(request: Request, handoff_id: int) -> HttpResponse:
    """Say one thing about an answer; what was typed stands again where it is refused."""
    handoff = handoff_for(request.user, handoff_id)
    try:
        said = _said(request, handoff)
    except DomainError as error:
        if request.htmx and error.code == "thanked":
            return render(request, "feedback/_thanked.html")
        status, typed = STATUS_OF.get(error.code, 422), request.POST.get("text", "")
        return shown(request, handoff.lead, status=status, error=error, typed=typed, talked=handoff.pk)
    if request.htmx:
        return render(request, "feedback/_thanked.html")
    messages.success(request, _("Saved: the other side is told.") if said.text else _("Thanked."))
    return redirect(reverse("leads:lead", args=[handoff.lead_id]) + "#said")


def _said(request: Request, handoff: Handoff) -> Comment:
    by, at, act = request.user, timezone.now(), request.POST.get("act", "")
    if act == Comment.Kind.THANKS:
        return thank(handoff, by=by, at=at)
    verb = reply if act == Comment.Kind.REPLY else ask_back
    return verb(handoff, request.POST.get("text", ""), by=by, at=at)
