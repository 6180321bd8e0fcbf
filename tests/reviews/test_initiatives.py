"""Key initiatives of a quarter, and what happened at its target accounts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from campaigns.models import Campaign
from common.errors import DomainError
from feedback.models import Outcome
from leads.models import Organisation, Touch
from reviews.initiatives import begin_initiative, change_initiative, drop_initiative
from reviews.models import Initiative, Review
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
KEY = "2026-Q3"
DAY = timedelta(days=1)


def facts(cast: Cast, **others: Any) -> dict[str, Any]:
    return {"name": "Retrofit  first", "owner": cast.marketer, "state": "running", "note": "", **others}


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def test_an_initiative_is_begun_linked_changed_and_dropped(cast: Cast, now: datetime) -> None:
    given: Any = {"by": cast.sales_manager, "at": now}
    fair = Campaign.objects.create(code="fair", name="Fair")
    made = begin_initiative(KEY, facts(cast, campaigns=[fair]), **given)
    assert (made.name, list(made.campaigns.all())) == ("Retrofit first", [fair])
    assert refused(begin_initiative, KEY, facts(cast, name="Retrofit first"), **given) == "bad_value"
    assert refused(begin_initiative, KEY, facts(cast, name="Other", owner=None), **given) == "wrong_owner"
    assert refused(begin_initiative, KEY, facts(cast, name="Other"), by=cast.rep, at=now) == "not_yours"
    changed = change_initiative(KEY, made.pk, facts(cast, state="done"), version=1, **given)
    assert (changed.state, changed.campaigns.count(), changed.version) == ("done", 0, 2)
    assert refused(change_initiative, KEY, made.pk, facts(cast), version=1, **given) == "stale"
    drop_initiative(KEY, made.pk, version=2, **given)
    told = Change.objects.filter(what="reviews.initiative").order_by("pk").values_list("act", "changes")
    assert [act for act, _changes in told] == ["added", "changed", "removed"]
    assert told[1][1]["campaigns"] == [["fair"], []]
    Review.objects.create(quarter="2026-Q2", status="signed", opened_at=now, signed_at=now)
    assert refused(begin_initiative, "2026-Q2", facts(cast), **given) == "signed"


def test_the_page_shows_initiatives_and_each_number_of_an_account_opens_its_leads(
    client: Client, cast: Cast, now: datetime
) -> None:
    mine = handoff("ann@firm.test", now - DAY, cast.rep).lead
    theirs = handoff("ben@firm.test", now - DAY, cast.other_rep).lead
    handoff("cem@elsewhere.test", now - DAY, cast.rep)
    Touch.objects.create(lead=mine, at=now)
    Touch.objects.filter(lead=theirs).update(at=now - 100 * DAY)
    Outcome.objects.create(lead=theirs, kind="won", at=now, amount=5)
    Outcome.objects.create(lead=mine, kind="won", at=now - 100 * DAY, amount=5)
    Organisation.objects.filter(domain="firm.test").update(is_target=True, target_since=now)
    firm = Organisation.objects.get(domain="firm.test")
    client.force_login(cast.sales_manager)
    sent = {"name": "Retrofit", "owner": cast.rep.pk, "state": "planned", "version": 0}
    assert client.post(f"/reviews/{KEY}/initiatives/", sent).status_code == 302
    made = Initiative.objects.get()
    stale = client.post(f"/reviews/{KEY}/initiatives/{made.pk}/", sent | {"version": 9, "state": "done"})
    assert (stale.status_code, "Now it says: Planned" in stale.content.decode()) == (409, True)
    page = client.get(f"/reviews/{KEY}/")
    assert "Retrofit" in page.content.decode()
    accounts = page.context["accounts"]
    numbers = {"touched": 1, "with_sales": 2, "opportunities": 0, "won": 1}
    assert [dict(line.numbers) for line in (*accounts["lines"], accounts["together"])] == [numbers, numbers]
    for part, number in numbers.items():
        for query in ({}, {"account": firm.pk}):
            assert client.get(f"/reviews/{KEY}/accounts/{part}/", query).context["count"] == number, part
    assert client.get(f"/reviews/{KEY}/accounts/luck/").status_code == 404
    client.force_login(cast.mate)
    opened = client.get(f"/reviews/{KEY}/accounts/with_sales/").context
    assert (opened["count"], opened["hidden"]) == (1, 1)
