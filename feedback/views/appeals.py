"""Appeals: made on a rejection, answered by sales, settled by a manager of each side."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from common.errors import DomainError
from common.paging import page_by_moment
from feedback import appeals as reading
from feedback.appealing import answer_appeal, appeal, may_appeal, may_settle, settle_appeal
from feedback.models import Appeal, Verdict
from leads.access import handoff_for, may_answer

STATUS_OF = {"stale": 409, "settled": 409, "appealed": 409, "not_yours": 403, "not_sales": 403, "not_marketing": 403}
MOST_OPEN = 100


def appeals(request: Request) -> HttpResponse:
    """Appeals to settle, and those that were; `?result=` shows what the overturn rate counts."""
    user, now, result = request.user, timezone.now(), request.GET.get("result", "")
    result = result if result in (*Appeal.Word.values, "settled") else ""
    settled = reading.settled_since(user, now, "" if result == "settled" else result)
    awaited = set(reading.awaiting(user).values_list("pk", flat=True))
    opened = Appeal.objects.visible_to(user).open().for_list().order_by("at", "pk")[:MOST_OPEN]
    context = {
        "opened": [] if result else [(one, one.pk in awaited) for one in opened],
        "awaited": len(awaited),
        "page": page_by_moment(settled.for_list(), "settled_at", request.GET.get("after", "")),
        "rate": reading.overturn_rate(user, now),
        "result": result,
        "words": Appeal.Word.choices,
        "days": reading.LOOKS_BACK.days,
    }
    return render(request, "feedback/appeals.html", context)


def one_appeal(request: Request, appeal_id: int) -> HttpResponse:
    """One appeal with all that was said about it."""
    return _shown(request, _found(request, appeal_id))


def new_appeal(request: Request, handoff_id: int) -> HttpResponse:
    """Appeal the rejection of a handoff."""
    handoff = handoff_for(request.user, handoff_id)
    verdict = Verdict.objects.select_related("handoff", "reason", "by").filter(handoff=handoff).first()
    if verdict is None:
        raise Http404
    context = {"lead": handoff.lead, "verdict": verdict, "may": may_appeal(request.user)}
    if request.method != "POST":
        return render(request, "feedback/new_appeal.html", context)
    try:
        made = appeal(verdict, request.POST.get("evidence", ""), by=request.user, at=timezone.now())
    except DomainError as error:
        context |= {"error": error, "typed": request.POST.get("evidence", "")}
        return render(request, "feedback/new_appeal.html", context, status=STATUS_OF.get(error.code, 422))
    messages.success(request, _("Saved: sales and the managers are told."))
    return redirect(made)


@require_POST
def appeal_answers(request: Request, appeal_id: int) -> HttpResponse:
    """Say what sales thinks of it."""
    found = _found(request, appeal_id)
    text = request.POST.get("answer", "")
    return _saved(
        request, found, lambda version: answer_appeal(found, text, version=version, by=request.user, at=timezone.now())
    )


@require_POST
def appeal_words(request: Request, appeal_id: int) -> HttpResponse:
    """Say one's side's word."""
    found = _found(request, appeal_id)
    word, note = request.POST.get("word", ""), request.POST.get("note", "")

    def save(version: int) -> Appeal:
        return settle_appeal(found, word, note, version=version, by=request.user, at=timezone.now())

    return _saved(request, found, save)


def _saved(request: Request, found: Appeal, save: Callable[[int], Appeal]) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        said = save(int(version) if version.isdecimal() and len(version) < 10 else 0)
    except DomainError as error:
        return _shown(request, _found(request, found.pk), error)
    messages.success(request, _("Settled by both sides.") if said.settled_at else _("Saved."))
    return redirect(found)


def _found(request: Request, appeal_id: int) -> Appeal:
    return get_object_or_404(Appeal.objects.visible_to(request.user).for_list(), pk=appeal_id)


def _shown(request: Request, found: Appeal, error: DomainError | None = None) -> HttpResponse:
    """The page of an appeal; what was typed stands again where it could not be saved."""
    still_open = found.settled_at is None and found.lead.erased_at is None
    context = {
        "appeal": found,
        "lead": found.lead,
        "sides": [
            (side, getattr(found, f"get_{side}_word_display")(), getattr(found, f"{side}_by"), getattr(found, note))
            for side, note in (("marketing", "marketing_note"), ("sales", "sales_note"))
        ],
        "words": Appeal.Word.choices,
        "my_word": found.sales_word if request.user.in_sales else found.marketing_word,
        "may_answer": still_open and may_answer(request.user, found.lead),
        "may_settle": still_open and may_settle(request.user),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "feedback/appeal.html", context, status=STATUS_OF.get(error.code, 422) if error else 200)
