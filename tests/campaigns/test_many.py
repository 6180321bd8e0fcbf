"""One change for many campaigns: each by its own verb with its own line, those that it does not fit are told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from campaigns.keeping import create_campaign
from campaigns.many import MOST, change_many
from campaigns.models import Campaign
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 15, tzinfo=UTC)


@pytest.fixture
def three(cast: Cast) -> list[Campaign]:
    """One that runs, one that is planned, and a programme without dates."""
    days: Any = ({"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30)}, {"starts_on": date(2026, 11, 1)}, {})
    return [create_campaign(name=f"Campaign {n}", by=cast.marketer, **facts) for n, facts in enumerate(days)]


def change(three: list[Campaign], act: str, by: Any, **said: Any) -> tuple[list[str], list[tuple[str, str]]]:
    fresh = list(Campaign.objects.filter(pk__in=[one.pk for one in three]))
    done = change_many(fresh, act, said, by=by, at=AT)
    return [str(one) for one in done.changed], [(str(one), why) for one, why in done.refused]


def lines() -> list[tuple[str, list[str]]]:
    found = Change.objects.filter(act="changed").order_by("pk").values_list("label", "changes")
    return [(label, list(changes)) for label, changes in found]


def test_each_gets_the_fact_and_a_line_of_its_own(three: list[Campaign], cast: Cast) -> None:
    assert change(three, "owner", cast.marketer, owner=cast.marketing_manager) == ([str(one) for one in three], [])
    assert {one.owner for one in Campaign.objects.all()} == {cast.marketing_manager}
    change(three, "channel", cast.marketer, channel="event")
    change(three, "channel", cast.marketer, channel="event")
    names = [f"Campaign {n}" for n in range(3)]
    assert lines() == [*((name, ["owner"]) for name in names), *((name, ["channel"]) for name in names)]


def test_those_that_it_does_not_fit_are_told_and_the_others_change(three: list[Campaign], cast: Cast) -> None:
    one, two, programme = three
    changed, refused = change(three, "parent", cast.marketer, parent=programme)
    assert (changed, refused) == (
        ["Campaign 0", "Campaign 1"], [("Campaign 2", "Choose a campaign that stands under no programme itself.")],
    )  # fmt: skip
    changed, refused = change(three, "move", cast.marketer, days=7)
    assert (changed, refused) == (["Campaign 0", "Campaign 1"], [("Campaign 2", "It has no dates.")])
    assert [(c.starts_on, c.ends_on) for c in Campaign.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk")] == [
        (date(2026, 9, 8), date(2026, 10, 7)), (date(2026, 11, 8), None),
    ]  # fmt: skip
    changed, refused = change(three, "end", cast.marketer, why="Budget cut")
    assert (changed, [name for name, _why in refused]) == (["Campaign 0", "Campaign 2"], ["Campaign 1"])
    assert Campaign.objects.get(pk=one.pk).status_why == "Budget cut"


@pytest.mark.parametrize(
    ("who", "act", "n", "code"),
    [
        ("rep", "owner", 3, "not_marketing"),
        ("marketer", "owner", 0, "nobody"),
        ("marketer", "delete", 3, "unknown_act"),
        ("marketer", "owner", MOST + 1, "too_many"),
    ],
)
def test_what_is_refused_as_a_whole_changes_nothing(
    three: list[Campaign], cast: Cast, who: str, act: str, n: int, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        change_many((three * MOST)[:n], act, {"owner": cast.admin}, by=cast.everybody[who], at=AT)
    assert (refused.value.code, lines()) == (code, [])


def test_from_the_list_to_the_change(three: list[Campaign], cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    shown = client.get("/reviews/campaigns/").content.decode()
    assert all(f'name="campaign" value="{one.pk}" form="bulk"' in shown for one in three)
    asked = {"campaign": [one.pk for one in three]}
    assert [one for one, _status in client.get("/campaigns/changes/", asked).context["chosen"]] == three
    url = "/campaigns/changes/"
    refused = client.post(url, asked | {"act": "owner"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["owner"])
    assert client.post(url, asked | {"act": "owner", "owner": cast.rep.pk}).status_code == 422
    assert client.post(url, {"act": "owner", "owner": cast.marketer.pk}).status_code == 422
    some = client.post(url, asked | {"act": "move", "days": "-7"})
    assert "It has no dates." in some.content.decode()
    assert [one for one, _status in some.context["chosen"]] == [three[2]]
    done = client.post(url, asked | {"act": "channel", "channel": "event"}, follow=True)
    assert done.redirect_chain == [("/campaigns/", 302)]
    assert set(Campaign.objects.values_list("channel", flat=True)) == {"event"}
    client.force_login(cast.rep)
    assert 'name="campaign"' not in client.get("/reviews/campaigns/").content.decode()
    assert client.get(url).status_code == 403
