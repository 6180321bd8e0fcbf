"""What was done is logged in one line on the page, once more, and taken away."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Change
from campaigns.activities import log_activity, remove_activity
from campaigns.ending import today
from campaigns.keeping import create_campaign
from campaigns.models import Activity, Campaign
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 20)
URL = "/campaigns/fair/"


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return create_campaign(name="Fair", starts_on=DAY, by=cast.marketer)


@pytest.fixture
def marketer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.marketer)
    return client


def test_a_line_is_logged_on_the_page(marketer: Client, cast: Cast, fair: Campaign) -> None:
    answer = marketer.post(f"{URL}activities/", {"what": "Stand at the fair, 214 scans", "on": "2026-04-20"})
    assert answer["Location"] == f"{URL}#activities"
    made = Activity.objects.get()
    assert (made.campaign, made.what, made.on, made.by) == (fair, "Stand at the fair, 214 scans", DAY, cast.marketer)
    assert "214 scans" in marketer.get(URL).content.decode()


@pytest.mark.parametrize("sent", [{"what": "Stand", "on": "2999-01-01"}, {"what": " ", "on": "2026-04-20"}, {}])
def test_what_is_refused_stands_in_the_form(sent: dict[str, Any], marketer: Client, fair: Campaign) -> None:
    answer = marketer.post(f"{URL}activities/", sent)
    assert answer.status_code == 422
    assert answer.context["activity_form"].errors
    assert not Activity.objects.exists()


def test_once_more_puts_a_line_into_the_form_with_today(marketer: Client, cast: Cast, fair: Campaign) -> None:
    line = log_activity(fair, by=cast.marketer, what="Newsletter to 1,840", on=DAY)
    other = create_campaign(name="Other", by=cast.marketer)
    form = marketer.get(f"{URL}?again={line.pk}").context["activity_form"]
    assert (form["what"].value(), form["on"].value()) == ("Newsletter to 1,840", today(timezone.now()))
    for path in (f"{other.get_absolute_url()}?again={line.pk}", f"{URL}?again=x", f"{URL}?again={'9' * 40}"):
        assert marketer.get(path).context["activity_form"]["what"].value() == ""


def test_a_line_taken_away_stands_in_the_story_once(marketer: Client, cast: Cast, fair: Campaign) -> None:
    line = log_activity(fair, by=cast.marketer, what="Stand", on=DAY)
    assert marketer.post(f"{URL}activities/{line.pk}/removals/").status_code == 302
    assert marketer.post(f"{URL}activities/{line.pk}/removals/").status_code == 404
    remove_activity(line, by=cast.marketer)
    told = Change.objects.filter(what="campaigns.campaign", act="changed").values_list("by", "changes")
    assert list(told) == [(cast.marketer.pk, {"activity": ["2026-04-20 Stand", None]})]


def test_sales_logs_and_takes_away_nothing(client: Client, cast: Cast, fair: Campaign) -> None:
    line = log_activity(fair, by=cast.marketer, what="Stand", on=DAY)
    client.force_login(cast.sales_manager)
    assert client.post(f"{URL}activities/", {"what": "Call", "on": "2026-04-20"}).status_code == 403
    assert client.post(f"{URL}activities/{line.pk}/removals/").status_code == 403
    with pytest.raises(DomainError) as refused:
        remove_activity(line, by=cast.rep)
    assert refused.value.code == "not_marketing"
    assert list(Activity.objects.all()) == [line]
