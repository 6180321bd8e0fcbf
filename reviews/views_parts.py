"""Parts of a review that are asked for by themselves: live, or from the snapshot where the quarter was frozen."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.quarters import Quarter
from accounts.requests import Request
from leads.models import Organisation
from leads.models.lead import LeadQuerySet
from reviews import charts as drawing
from reviews.both_ways import both_ways
from reviews.frozen import frozen_drawings, frozen_follow_up, parts_of, snapshot_named
from reviews.frozen_accounts import frozen_account_leads, seen_accounts
from reviews.models import Snapshot
from reviews.target_accounts import PARTS, leads_behind
from reviews.views import _listed, _quarter, fragment


def follow_up(request: Request, key: str) -> HttpResponse:
    """How each team answers, what holds it up, and what marketing takes back: a fragment of the review."""
    quarter, snapshot = _quarter(key), snapshot_named(key)
    found = frozen_follow_up(snapshot) if snapshot else both_ways(quarter, now=timezone.now())
    return _part(request, "reviews/_both_ways.html", found, quarter, _("Follow-up, both ways"))


def charts(request: Request, key: str) -> HttpResponse:
    """The charts of a quarter: a part of its page."""
    quarter, snapshot = _quarter(key), snapshot_named(key)
    found = frozen_drawings(snapshot) if snapshot else drawing.charts(quarter, now=timezone.now())
    title = _("Charts of %(quarter)s") % {"quarter": quarter.key}
    return _part(request, "reviews/_charts.html", found and found | {"snapshot": snapshot}, quarter, title)


def account_leads(request: Request, key: str, part: str) -> HttpResponse:
    """The leads behind a number of the target accounts: those of one, or of all together, that the person may see."""
    quarter, asked = _quarter(key), request.GET.get("account", "")
    if part not in PARTS or (asked and not (asked.isdecimal() and len(asked) < 10)):
        raise Http404
    snapshot = snapshot_named(key) if request.GET.get("as_of") != "now" else None
    if snapshot:
        leads, context = _kept_account(request, snapshot, part, int(asked or 0))
    else:
        targets = Organisation.objects.visible_to(request.user).filter(is_target=True)
        organisation = get_object_or_404(targets, pk=int(asked)) if asked else None
        leads = leads_behind(part, quarter, organisation.pk if organisation else None)
        context = {"organisation": organisation, "words": PARTS[part][0]}
    return render(request, "reviews/account_leads.html", _listed(request, leads) | context | {"quarter": quarter})


def _kept_account(request: Request, snapshot: Snapshot, part: str, pk: int) -> tuple[LeadQuerySet, dict[str, Any]]:
    """The leads that were counted when the quarter was frozen, and what the page says of them."""
    parts = parts_of(snapshot, ["accounts", "accounts_together"])
    kept = [said for said in parts["accounts"] if not pk or said["id"] == pk]
    shown = seen_accounts(kept, request.user) if pk else parts["accounts_together"]
    if not shown:
        raise Http404
    return frozen_account_leads(kept, part), {
        "organisation": shown[0].get("name"), "words": parts["accounts_together"][0]["words"][part],
        "snapshot": snapshot, "frozen_count": shown[0]["numbers"][part],
    }  # fmt: skip


def _part(request: Request, template: str, found: dict[str, Any] | None, quarter: Quarter, title: str) -> HttpResponse:
    """A part of the page, or the sentence that it was not kept."""
    shown = template if found is not None else "reviews/_not_frozen.html"
    return fragment(request, shown, (found or {}) | {"quarter": quarter, "title": title})
