"""Adjustments: the list, a new one, one with its shares and story, and the steps it takes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from accounts.views.editing import Edited, edit
from campaigns.models import Campaign
from common.errors import DomainError
from common.paging import page_by
from feedback.adjusting import change_adjustment, may_change, may_open, open_adjustment, step
from feedback.adjustment_forms import AboutForm, ChangeForm, NewForm, proposed
from feedback.adjustments import KINDS, today, told, with_counts
from feedback.models import Adjustment, AdjustmentChange, Reason
from feedback.shares import fitting, shares_by_days

SHOWN = 25
MOST_CHANGES = 100
STATUS_OF = {"stale": 409, "gone": 409, "not_yours": 403}


def adjustments(request: Request) -> HttpResponse:
    """Mine, all open ones, or those that ended; of one campaign where it is named."""
    now = timezone.now()
    every = Adjustment.objects.visible_to(request.user)
    code = request.GET.get("campaign", "")
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), code=code) if code else None
    rows = every.filter(campaign=campaign) if campaign else every
    mine, running = Q(owner=request.user, state__in=Adjustment.RUNNING), Q(state__in=Adjustment.RUNNING)
    sets = {"mine": mine, "open": running, "done": ~running}
    counts = rows.aggregate(**{name: Count("pk", filter=chosen) for name, chosen in sets.items()})
    show = request.GET.get("show", "")
    show = show if show in sets else "mine" if counts["mine"] else "open"
    chosen = with_counts(rows.filter(sets[show]).for_list(), now)
    page = page_by(
        chosen, "due_on", request.GET.get("after", ""), read=date.fromisoformat, falls=show == "done", size=SHOWN
    )
    context = {
        "show": show, "counts": counts, "rows": told(page.rows, now), "next": page.next, "campaign": campaign,
        "campaigns": Campaign.objects.filter(adjustments__in=every).distinct(), "today": today(timezone.now()),
        "may_open": may_open(request.user),
    }  # fmt: skip
    return render(request, "feedback/adjustments/list.html", context)


def new_adjustment(request: Request) -> HttpResponse:
    """First which reason of which campaign, then what changes."""
    if not may_open(request.user):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    named = asked if asked.get("campaign") and asked.get("about") else None
    about = AboutForm(named, reasons=Reason.objects.all(), initial=request.GET.dict())
    if not about.is_valid():
        status = 422 if about.is_bound or request.method == "POST" else 200
        return render(request, "feedback/adjustments/new.html", {"about": about}, status=status)
    return _new(request, about)


def _new(request: Request, about: AboutForm) -> HttpResponse:
    now, campaign = timezone.now(), about.cleaned_data["campaign"]
    group, reason = about.group_and_reason
    shares = shares_by_days(now, group=group, reason=reason, campaign=campaign)
    days = fitting(shares)
    begins = proposed(campaign, group, reason, today=today(now), by=request.user)
    begins |= {"looks_back": days, "version": 1}
    form = NewForm(request.POST if request.method == "POST" else None, initial=begins, shares=shares)
    if form.is_bound and form.is_valid():
        try:
            made = open_adjustment(campaign, group=group, reason=reason, **form.facts, by=request.user, at=now)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved: %(title)s") % {"title": made.title})
            return redirect(made)
    context = {
        "about": about, "form": form, "campaign": campaign, "kind": KINDS[group], "share": shares[days],
        "days": days, "what": reason or Reason.Group(group).label,
    }  # fmt: skip
    return render(request, "feedback/adjustments/new.html", context, status=422 if form.is_bound else 200)


def adjustment(request: Request, adjustment_id: int) -> HttpResponse:
    """One adjustment; its owner and the managers change it."""
    found = _found(request, adjustment_id)
    return edit(
        request,
        Edited(
            template="feedback/adjustments/adjustment.html",
            context=_context(request, found),
            form=ChangeForm,
            now=lambda: ChangeForm.of(_found(request, adjustment_id)),
            save=lambda form: change_adjustment(
                found, form.facts, version=form.cleaned_data["version"], by=request.user, at=timezone.now()
            ),
            may=may_change(request.user, found),
            goal=found.get_absolute_url(),
        ),
    )


@require_POST
def steps(request: Request, adjustment_id: int) -> HttpResponse:
    """Start it, end it as done or dropped, or take it up again; what was written stands again where it is refused."""
    found = _found(request, adjustment_id)
    act, said, version = request.POST.get("act", ""), request.POST.get("said", ""), request.POST.get("version", "")
    try:
        known = int(version) if version.isdecimal() and len(version) < 10 else 0
        step(found, act, said=said, version=known, by=request.user, at=timezone.now())
    except DomainError as error:
        if error.code == "not_yours":
            raise PermissionDenied from error
        found = _found(request, adjustment_id)
        form = ChangeForm(initial=ChangeForm.of(found))
        context = _context(request, found) | {"form": form, "may": True, "refused": error.message, "said": said}
        status = STATUS_OF.get(error.code, 422)
        return render(request, "feedback/adjustments/adjustment.html", context, status=status)
    messages.success(request, _("Saved."))
    return redirect(found)


def _found(request: Request, adjustment_id: int) -> Adjustment:
    return get_object_or_404(Adjustment.objects.visible_to(request.user).for_list(), pk=adjustment_id)


def _context(request: Request, found: Adjustment) -> dict[str, Any]:
    now = timezone.now()
    rows = with_counts(Adjustment.objects.filter(pk=found.pk).for_list().select_related("opened_by"), now)
    return {
        "told": told(rows, now)[0], "today": today(timezone.now()), "now": now,
        "changes": [(change, _words(change)) for change in found.changes.select_related("by")[:MOST_CHANGES]],
    }  # fmt: skip


def _words(change: AdjustmentChange) -> str:
    """What a line of the story adds to its name."""
    data = change.data
    if change.kind == AdjustmentChange.Kind.OPENED:
        return _("The share was then %(said)d of %(judged)d in %(days)d days.") % data
    if change.kind == AdjustmentChange.Kind.CHANGED:
        names = {"title": _("what changes"), "owner": _("owner"), "due_on": _("due on"), "note": _("note")}
        lines = [f"{names[name]}: {old or '–'} → {new or '–'}" for name, (old, new) in data.items()]
        return " · ".join(lines)
    return str(data.get("said", ""))
