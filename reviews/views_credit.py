"""Which campaigns earned which deals, by the model that the reader chooses."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import company
from accounts.quarters import quarter_of
from accounts.requests import Request
from campaigns.models import Campaign
from common.csv_out import csv_lines
from common.errors import DomainError
from common.paging import page_by_moment, page_by_place
from feedback.models import Outcome
from leads.models import Lead
from reviews import attribution
from reviews.attribution import INFLUENCE, MODELS, Model, Whose
from reviews.credit import KINDS, UNTOUCHED, credit, credit_of_campaign, neighbours, table, told
from reviews.frozen import parts_of, snapshot_named
from reviews.frozen_credit import CREDIT, frozen_deals, frozen_models, frozen_shares, seen_deals
from reviews.models import Snapshot
from reviews.periods import Period, period_named
from reviews.report import NO_CAMPAIGN

ROWS_SHOWN = 30
USUAL = "first_touch", "last_touch"


def credit_now(request: Request) -> HttpResponse:
    return redirect("reviews:credit", period=quarter_of(timezone.now()).key)


def credit_page(request: Request, period: str) -> HttpResponse:
    """Campaigns with their credit by a model, beside that by another; `?all=campaigns` shows every campaign."""
    span, now = _period(period), timezone.now()
    found = _credit(request, span)
    chosen = found["models"]
    shown = None if request.GET.get("all") == "campaigns" else ROWS_SHOWN
    context = found | {
        "lines": found["lines"][:shown],
        "hidden": max(len(found["lines"]) - (shown or len(found["lines"])), 0),
        "span": len(chosen) + (2 if len(chosen) > 1 else 1),
        "known": list(MODELS.values()), "periods": neighbours(span, now=now),
        "asked": "&".join(f"{name}={m.key}" for name, m in zip(("model", "beside"), chosen, strict=False)),
        "currency": company.current().currency, "as_of": "now" if request.GET.get("as_of") == "now" else "",
    }  # fmt: skip
    return render(request, "reviews/credit.html", context)


def _credit(request: Request, period: Period) -> dict[str, Any]:
    """The credit by the chosen models: as frozen where the period is a frozen quarter, unless it is asked as of now."""
    chosen, snapshot = _chosen(request), _snapshot(request, period)
    if snapshot is None:
        now = timezone.now()
        return credit(period, chosen, now=now) | {"without_amount": attribution.without_amount(period, now=now).count()}
    kept = parts_of(snapshot, ["credit"])["credit"][0]
    found = told(period, frozen_models(kept, chosen), *frozen_shares(kept))
    return found | {"without_amount": kept.get("without_amount", 0), "snapshot": snapshot}


def _snapshot(request: Request, period: Period) -> Snapshot | None:
    return None if request.GET.get("as_of") == "now" else snapshot_named(period.key)


def credit_table(request: Request, period: str) -> HttpResponseBase:
    """The same lines as a file."""
    span = _period(period)
    head, *rows = table(_credit(request, span))
    response = StreamingHttpResponse(csv_lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="credit-{span.key}.csv"'
    return response


def credit_deals(request: Request, period: str) -> HttpResponse:
    """The deals behind a number; those of the leads that the person may see, and how many there are in all."""
    span, asked = _period(period), request.GET
    model, kind = asked.get("model", USUAL[0]), asked.get("kind", attribution.REVENUE)
    if kind not in KINDS or (model != INFLUENCE and model not in MODELS):
        raise Http404
    snapshot = _snapshot(request, span)
    if snapshot:
        return _frozen_deals(request, span, snapshot, model, kind)
    whose = _whose(request)
    found = attribution.credit_of(span, model, kind, whose, now=timezone.now())
    seen = Outcome.objects.filter(pk__any=list(found))
    if not request.user.sees_everything:
        seen = seen.filter(lead__in=Lead.objects.visible_to(request.user))
    page = page_by_moment(seen.select_related("lead", "lead__organisation"), "at", asked.get("after", ""))
    context = {
        "period": span, "model": MODELS.get(model), "is_revenue": kind == attribution.REVENUE, "whose": whose,
        "rows": [(one, found[one.pk]) for one in page.rows], "next": page.next, "count": len(found),
        "credit": sum(found.values()), "hidden": len(found) - seen.count(), "currency": company.current().currency,
    }  # fmt: skip
    return render(request, "reviews/credit_deals.html", context)


def _frozen_deals(request: Request, period: Period, snapshot: Snapshot, model: str, kind: str) -> HttpResponse:
    """The same of a frozen quarter. What was not kept with older snapshots has no list."""
    parts, code = parts_of(snapshot, CREDIT), request.GET.get("campaign", "")
    if not parts["deals"]:
        raise Http404
    kept, found = parts["credit"][0], frozen_deals(parts["deals"], model, kind, code)
    seen = seen_deals(found, request.user)
    rows, following = page_by_place(seen, request.GET.get("after", ""))
    named = Campaign(code=code, **kept["campaigns"][code]) if code in kept["campaigns"] else None
    context = {
        "period": period, "model": next(iter(frozen_models(kept, [MODELS[model]])), None) if model in MODELS else None,
        "is_revenue": kind == attribution.REVENUE, "whose": Whose(named, code == UNTOUCHED, every=not code),
        "rows": rows, "next": following, "count": len(found), "credit": sum(credit for _said, credit in found),
        "hidden": len(found) - len(seen), "currency": company.current().currency, "snapshot": snapshot,
    }  # fmt: skip
    return render(request, "reviews/credit_deals.html", context)


def campaign_credit(request: Request, code: str) -> HttpResponse:
    """What a campaign earned by each model: a fragment of the campaign page."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), code=code)
    rows, fragment = credit_of_campaign(campaign, now=timezone.now()), "reviews/_campaign_credit.html"
    context = {"rows": rows, "title": campaign.name, "fragment": fragment, "currency": company.current().currency}
    return render(request, fragment if request.htmx else "reviews/fragment.html", context)


def _chosen(request: Request) -> list[Model]:
    """The models that the address names, or the usual two; one of them where both are the same."""
    named = [request.GET.get("model", USUAL[0]), request.GET.get("beside", USUAL[1])]
    try:
        return [attribution.model_named(key) for key in dict.fromkeys(named) if key]
    except DomainError as error:
        raise Http404(error.message) from error


def _period(key: str) -> Period:
    try:
        return period_named(key)
    except DomainError as error:
        raise Http404(error.message) from error


def _whose(request: Request) -> Whose:
    code = request.GET.get("campaign", "")
    if not code:
        return Whose(every=True)
    if code in (NO_CAMPAIGN, UNTOUCHED):
        return Whose(untouched=code == UNTOUCHED)
    return Whose(get_object_or_404(Campaign.objects.visible_to(request.user), code=code))
