"""Somebody of sales is asked to be a campaign's partner, agrees or declines, and may think again."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Change
from campaigns.keeping import change_campaign, create_campaign
from campaigns.models import Campaign
from campaigns.partnering import answer_as_partner, ask_partner
from common.errors import DomainError
from leads.models import RoutingRule
from leads.routing import route
from notices.models import Notification
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/campaigns/fair/"


@pytest.fixture
def now() -> datetime:
    """The pages live in the present."""
    return timezone.now()


@pytest.fixture
def fair(cast: Cast, now: datetime) -> Campaign:
    return create_campaign(name="Fair", starts_on=now.date(), sales_partner=cast.rep, by=cast.marketer)


def code_of(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        verb(*args, **given)
    return refused.value.code


def told() -> list[tuple[Any, ...]]:
    return list(Notification.objects.order_by("pk").values_list("person__name", "kind", "title", "detail"))


def changes() -> list[Any]:
    return list(Change.objects.filter(what="campaigns.campaign").order_by("pk").values_list("by__name", "changes"))


def test_the_partner_is_asked_and_agrees(fair: Campaign, cast: Cast, now: datetime) -> None:
    assert fair.partner_state == "asked"
    agreed = answer_as_partner(fair, agrees=True, word=" I know them ", version=1, by=cast.rep, at=now)
    assert (agreed.partner_state, agreed.partner_said, agreed.version) == ("agreed", "I know them", 2)
    assert changes()[1:] == [
        ("Rep", {"partner_state": ["asked", "agreed"], "partner_said": ["", "I know them"]}),
    ]  # fmt: skip
    assert told() == [
        ("Rep", "partner_asked", "Fair asks you to be its sales partner",
         "Marketer named you. Agree, or decline with a word."),
        ("Marketer", "partner_answered", "Rep agrees to be the sales partner of Fair", "I know them"),
    ]  # fmt: skip
    again = answer_as_partner(agreed, agrees=True, word="I know them", version=2, by=cast.rep, at=now)
    assert (again.version, len(changes()), len(told())) == (2, 2, 2), "the same again is no news"


def test_who_declines_says_why_and_is_asked_again(fair: Campaign, cast: Cast, now: datetime) -> None:
    given: dict[str, Any] = {"version": 1, "by": cast.rep, "at": now}
    assert code_of(answer_as_partner, fair, agrees=False, word=" ", **given) == "word_missing"
    assert code_of(answer_as_partner, fair, agrees=False, word="x" * 301, **given) == "text_too_long"
    assert len(changes()) == 1
    answer_as_partner(fair, agrees=False, word="I am away", **given)
    assert code_of(ask_partner, fair, version=2, by=cast.sales_manager, at=now) == "not_marketing"
    asked = ask_partner(fair, version=2, by=cast.marketing_manager, at=now)
    assert (asked.partner_state, asked.partner_said) == ("asked", "")
    assert [kind for _who, kind, *_words in told()] == ["partner_asked", "partner_answered", "partner_asked"]
    assert code_of(ask_partner, fair, version=3, by=cast.marketer, at=now) == "asked_already"


def test_another_partner_is_asked_anew_and_the_same_is_not(fair: Campaign, cast: Cast, now: datetime) -> None:
    answer_as_partner(fair, agrees=True, word="Yes", version=1, by=cast.rep, at=now)
    same = change_campaign(fair, {"sales_partner": cast.rep, "offer": "Demo"}, version=2, by=cast.marketer)
    assert same.partner_state == "agreed"
    other = change_campaign(fair, {"sales_partner": cast.mate}, version=3, by=cast.marketer)
    assert (other.partner_state, other.partner_said) == ("asked", "")
    assert told()[-1][:2] == ("Mate", "partner_asked")
    assert code_of(answer_as_partner, fair, agrees=True, version=4, by=cast.rep, at=now) == "not_yours"
    nobody = change_campaign(fair, {"sales_partner": None}, version=4, by=cast.marketer)
    assert nobody.partner_state == ""
    assert code_of(ask_partner, fair, version=5, by=cast.marketer, at=now) == "no_partner"


def test_what_is_not_ones_own_or_over_is_refused_and_leaves_nothing(cast: Cast, fair: Campaign, now: datetime) -> None:
    before = (changes(), told())
    given: dict[str, Any] = {"agrees": True, "version": 1, "at": now}
    for role in ("mate", "other_rep", "sales_manager", "marketer", "admin"):
        assert code_of(answer_as_partner, fair, by=cast.everybody[role], **given) == "not_yours"
    assert code_of(answer_as_partner, fair, by=cast.rep, **{**given, "version": 9}) == "stale"
    later = {**given, "at": now + 9 * DAY}
    Campaign.objects.update(ends_on=now.date() + DAY)
    assert code_of(answer_as_partner, fair, by=cast.rep, **later) == "over_already"
    assert (changes(), told()) == before


def test_of_a_campaign_that_is_over_nobody_is_asked(cast: Cast) -> None:
    old = create_campaign(name="Old", ends_on=date(2020, 1, 1), sales_partner=cast.rep, by=cast.marketer)
    assert (old.partner_state, told()) == ("", [])


def test_the_database_keeps_no_answer_of_nobody_and_no_silent_no(fair: Campaign) -> None:
    for wrong in ({"sales_partner": None}, {"partner_state": "declined"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Campaign.objects.filter(pk=fair.pk).update(**wrong)


def test_today_asks_until_the_partner_answers(client: Client, cast: Cast, fair: Campaign) -> None:
    client.force_login(cast.rep)
    assert "Be the sales partner of Fair?" in client.get("/").content.decode()
    page = client.get(URL).content.decode()
    assert "Be its sales partner?" in page
    assert "asked, no answer yet" in page
    assert client.post(f"{URL}partner/answers/", {"answer": "decline", "version": 1}).status_code == 422
    assert client.post(f"{URL}partner/answers/", {"answer": "perhaps", "version": 1}).status_code == 422
    assert client.post(f"{URL}partner/answers/", {"answer": "agree", "version": 7}).status_code == 409
    said = {"answer": "decline", "word": "<b>away</b>", "version": 1}
    assert client.post(f"{URL}partner/answers/", said)["Location"] == URL
    assert "Be the sales partner of" not in client.get("/").content.decode()
    client.force_login(cast.mate)
    assert client.post(f"{URL}partner/answers/", said).status_code == 403
    client.force_login(cast.marketer)
    page = client.get(URL).content.decode()
    assert "Rep: “&lt;b&gt;away&lt;/b&gt;”" in page
    assert client.post(f"{URL}partner/questions/", {"version": 2})["Location"] == URL
    assert Campaign.objects.get().partner_state == "asked"


def test_whoever_declined_gets_no_leads_as_the_partner(fair: Campaign, cast: Cast, now: datetime) -> None:
    RoutingRule.objects.create(position=1, name="Partner", way="sales_partner")
    ann = lead("ann@x.test", now, campaign="Fair")
    # Somebody else's turn would come first.
    assert route([ann.pk], at=now)[0].rule_id is not None
    answer_as_partner(fair, agrees=False, word="Away", version=1, by=cast.rep, at=now)
    assert route([ann.pk], at=now)[0].rule_id is None


def test_the_partner_answers_by_the_api(fair: Campaign, cast: Cast) -> None:
    api = APIClient()
    api.force_authenticate(cast.rep)
    url = "/api/v1/campaigns/fair/partner-answers/"
    refused = api.post(url, {"agrees": False})
    assert (refused.status_code, refused.json()["code"]) == (422, "word_missing")
    answer = api.post(url, {"agrees": True})
    assert (answer.status_code, answer.json()["partner_state"]) == (200, "agreed")
    api.force_authenticate(cast.marketer)
    assert api.post(url, {"agrees": True}).json()["code"] == "not_yours"
