"""Leads that may be one person, the likeliest first."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.requests import Request
from common.errors import DomainError
from common.paging import capped_count, page_by
from imports.models import Import
from leads.access import may_merge, pair_for
from leads.comparing import evidence_words, kept_first
from leads.duplicates import dismiss, propose_again
from leads.models import Duplicate
from leads.models.duplicate import DuplicateQuerySet

COUNTED_TO = 1000
SIZE = 25


def duplicates(request: Request) -> HttpResponse:
    """The pairs that nobody has decided on, with their evidence; of one import or one kind where asked."""
    if not may_merge(request.user):
        raise PermissionDenied
    kind, run = request.GET.get("kind", ""), _import(request.user, request.GET)
    pairs = _asked(Duplicate.objects.visible_to(request.user).open(), kind, run)
    count, more = capped_count(pairs, COUNTED_TO)
    page = page_by(pairs.for_list(), "score", request.GET.get("after", ""), read=int, size=SIZE)
    context = {
        "pairs": [(pair, kept_first(pair.first, pair.second), evidence_words(pair)) for pair in page.rows],
        "page": page,
        "later": "after" in request.GET,
        "count": count,
        "count_is_capped": more,
        "kind": kind,
        "kinds": Duplicate.Kind.choices,
        "imported": run,
    }
    return render(request, "leads/duplicates.html", context)


def _asked(pairs: DuplicateQuerySet, kind: str, run: Import | None) -> DuplicateQuerySet:
    if kind in Duplicate.Kind.values:
        pairs = pairs.filter(evidence__contains=[{"kind": kind}])
    return pairs.with_import(run.pk) if run else pairs


def _import(user: User, data: QueryDict) -> Import | None:
    pk = data.get("imported", "")
    known = pk.isascii() and pk.isdecimal() and len(pk) < 19
    return Import.objects.visible_to(user).filter(pk=int(pk)).first() if known else None


@require_POST
def decisions(request: Request, pair_id: int) -> HttpResponse:
    """Keep that two leads are not one person; `again` takes that back."""
    if not may_merge(request.user):
        raise PermissionDenied
    pair, now = pair_for(request.user, pair_id), timezone.now()
    data = request.POST if "back" in request.POST else request.GET
    back = f"{reverse('leads:duplicates')}?{data.get('back', '')}".rstrip("?")
    names = {"one": pair.first.display_name, "other": pair.second.display_name}
    try:
        if data.get("again"):
            propose_again(pair, by=request.user, at=now)
            messages.success(request, _("Listed again: %(one)s and %(other)s.") % names)
        else:
            dismiss(pair, by=request.user, at=now)
            undo = f"{request.path}?{_again(data.get('back', ''))}"
            messages.success(request, _("Saved: %(one)s and %(other)s are two people.") % names, extra_tags=undo)
    except DomainError as error:
        messages.error(request, error.message)
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)


def _again(back: str) -> str:
    data = QueryDict(mutable=True)
    data.update({"again": "1", "back": back})
    return data.urlencode()
