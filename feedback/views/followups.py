"""Follow-ups: who waits for an answer."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import Request
from feedback import worklist
from feedback.forms import ManyForm, offers, wakes_on
from feedback.models import Reason, Response
from feedback.views.head import head, whose_asked
from leads.pulling_back import may_pull_back_many
from leads.reassigning import may_reassign, reps


def followups(request: Request) -> HttpResponse:
    """Who waits for an answer, by urgency."""
    return show_list(request, many=ManyForm())


def show_list(request: Request, *, many: ManyForm, chosen: Sequence[int] = (), status: int = 200) -> HttpResponse:
    """The work list, with the form for its `chosen` rows."""
    now = timezone.now()
    whose = whose_asked(request.user, request.POST or request.GET)
    context = head(request.user, whose, now)
    groups = worklist.grouped(worklist.work_of(request.user, whose), context["sizes"], now)
    context |= {
        "groups": groups,
        "shown": sum(len(group.rows) for group in groups),
        "many": many,
        "chosen": chosen,
        "excuses": Response.Excuse.choices if context["sizes"]["overdue"] else None,
        "offers": offers(Reason.objects.filter(is_active=True)),
        "wakes_on": wakes_on(now),
        "people": reps() if whose != "mine" and may_reassign(request.user) else None,
        "pulls_back": may_pull_back_many(request.user),
    }
    return render(request, "feedback/followups.html", context, status=status)
