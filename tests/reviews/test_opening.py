"""The review of a quarter opens by itself; managers put it before both sides and sum it up."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change, Company
from accounts.quarters import quarter_of
from common.errors import DomainError
from reviews.models import Review
from reviews.opening import back_to_preparing, held, open_reviews, put_before_both, sum_up
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def test_the_quarter_that_runs_is_opened_once(now: datetime) -> None:
    assert [open_reviews(now=now), open_reviews(now=now)] == [1, 0]
    assert [(r.quarter, r.status) for r in Review.objects.all()] == [("2026-Q3", "preparing")]


def test_a_quarter_begins_at_midnight_of_the_company(cast: Cast) -> None:
    Company.objects.create(pk=1, time_zone="Pacific/Auckland", currency="NZD", fiscal_year_start=4)
    open_reviews(now=datetime.fromisoformat("2026-09-30T10:59:59+00:00"))
    open_reviews(now=datetime.fromisoformat("2026-09-30T11:00:00+00:00"))
    assert [r.quarter for r in Review.objects.all()] == ["2027-Q3", "2027-Q2"]


def test_it_goes_before_both_and_back_with_a_line_each(cast: Cast, now: datetime) -> None:
    begun = put_before_both("2026-Q3", version=1, by=cast.sales_manager, at=now)
    assert (begun.status, begun.version) == ("in_review", 2)
    assert refused(back_to_preparing, "2026-Q3", version=1, by=cast.marketing_manager, at=now) == "stale"
    back = back_to_preparing("2026-Q3", version=2, by=cast.marketing_manager, at=now)
    assert back.status == "preparing"
    told = Change.objects.filter(what="reviews.review").order_by("pk").values_list("by", "changes")
    assert list(told) == [
        (cast.sales_manager.pk, {"status": ["preparing", "in_review"]}),
        (cast.marketing_manager.pk, {"status": ["in_review", "preparing"]}),
    ]


@pytest.mark.parametrize("who", ["rep", "marketer"])
def test_others_only_read(who: str, cast: Cast, now: datetime) -> None:
    by = getattr(cast, who)
    assert refused(put_before_both, "2026-Q3", version=1, by=by, at=now) == "not_yours"
    assert refused(sum_up, "2026-Q3", "Ours", version=1, by=by, at=now) == "not_yours"
    assert not Review.objects.exists()


def test_the_quarter_after_the_next_can_wait(cast: Cast, now: datetime) -> None:
    assert held(quarter_of(now).shifted(1).key, by=cast.admin, at=now).status == "preparing"
    assert refused(held, quarter_of(now).shifted(2).key, by=cast.admin, at=now) == "not_begun"


def test_nothing_of_a_signed_quarter_is_written(cast: Cast, now: datetime) -> None:
    Review.objects.create(quarter="2026-Q2", status="signed", opened_at=now, signed_at=now)
    assert refused(sum_up, "2026-Q2", "Better", version=1, by=cast.admin, at=now) == "signed"


def test_the_summary_stands_under_the_title(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.sales_manager)
    said = {"summary": "The webinars carry\nthe quarter.", "version": 1}
    assert client.post("/reviews/2026-Q3/summary/", said).status_code == 302
    assert "The webinars carry the quarter." in client.get("/reviews/2026-Q3/").content.decode()
    again = client.post("/reviews/2026-Q3/summary/", said | {"summary": "The fair did."})
    assert (again.status_code, "Now it says" in again.content.decode()) == (409, True)


def test_the_meeting_begins_on_the_page(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.marketing_manager)
    page = client.post("/reviews/2026-Q3/statuses/", {"step": "begin", "version": "1"}, follow=True)
    assert "In review" in page.content.decode()
    assert "In review" not in client.get("/reviews/2026-Q2/").content.decode()
    late = client.post("/reviews/2026-Q3/statuses/", {"step": "prepare", "version": "1"}, follow=True)
    assert "Somebody changed this" in late.content.decode()
