"""The calendar feed: what a calendar program reads, and the page on which a person makes its address."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from campaigns.calendar_forms import FeedForm
from campaigns.ending import today
from campaigns.feeding import feed_opened_by, make_feed, take_feed_back
from campaigns.ical import calendar_told, campaigns_of, mark_of
from campaigns.models import CalendarFeed


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The campaigns as a calendar, for whoever holds the address; 304 where nothing changed."""
    now = timezone.now()
    found = feed_opened_by(secret, at=now)
    if found is None:
        raise Http404
    campaigns = campaigns_of(found, today(now))
    etag = quote_etag(mark_of(campaigns))
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(calendar_told(campaigns), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="campaigns.ics"'
    answer["ETag"] = etag
    # The address is a key: no cache keeps the answer, no page learns it, no search engine lists it.
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def feed_settings(request: Request) -> HttpResponse:
    """Whether there is a feed and when it was read last; a POST makes one, and shows its address this once."""
    own = CalendarFeed.objects.filter(person=request.user).first()
    context: dict[str, Any] = {"feed": own, "form": FeedForm(initial={"only_mine": bool(own and own.only_mine)})}
    if request.method == "POST":
        form = FeedForm(request.POST)
        form.is_valid()
        own, secret = make_feed(by=request.user, only_mine=form.cleaned_data["only_mine"], at=timezone.now())
        address = settings.BASE_URL + reverse("campaigns:feed", args=[secret])
        context = {"feed": own, "form": form, "address": address}
    return render(request, "campaigns/feed.html", context)


@require_POST
def feed_removals(request: Request) -> HttpResponse:
    """Nothing is read at the address any more."""
    if take_feed_back(by=request.user):
        messages.success(request, _("The address is dead."))
    return redirect("campaigns:feed_settings")
