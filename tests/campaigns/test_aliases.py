"""One spelling means one campaign, whatever its case and blanks, in files of leads and of costs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Change
from campaigns.aliases import aliases_of, keep_aliases
from campaigns.cost_files import CostRow, log_costs
from campaigns.keeping import change_campaign, create_campaign
from campaigns.matching import campaigns_named, key_of
from campaigns.models import Alias, Campaign, Cost
from common.errors import DomainError
from tests.cast import Cast, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(cast: Cast) -> Campaign:
    return create_campaign(name="Fair 2026", aliases=["utm_fair", " Messe  Hannover "], by=cast.marketer)


def refused(verb: Any, *args: Any, **given: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code, refusal.value.message


def test_files_of_leads_and_costs_find_the_campaign(fair: Campaign, cast: Cast, now: datetime) -> None:
    assert lead("ann@x.test", now, campaign="MESSE hannover").campaign == fair
    log_costs([CostRow(number=2, campaign=" UTM_Fair", kind="media", on=date(2026, 3, 1), actual=Decimal(1))])
    assert Cost.objects.get().campaign == fair
    assert Campaign.objects.count() == 1


def test_aliases_are_one_change_with_the_facts(fair: Campaign, cast: Cast) -> None:
    facts: Any = {"aliases": ["utm_fair", "UTM_FAIR", "", "Stand 4"], "offer": "Demo"}
    changed = change_campaign(fair, facts, version=1, by=cast.marketer)
    assert aliases_of(changed) == ["Stand 4", "UTM_FAIR"]
    line = Change.objects.get(what="campaigns.campaign", act="changed")
    assert line.changes == {
        "offer": ["", "Demo"], "aliases": [["Messe  Hannover", "utm_fair"], ["Stand 4", "UTM_FAIR"]],
    }  # fmt: skip
    change_campaign(changed, facts | {"aliases": ["UTM_FAIR", "Stand 4"]}, version=2, by=cast.marketer)
    change_campaign(changed, {"offer": "Demo"}, version=2, by=cast.marketer)
    assert Change.objects.filter(act="changed").count() == 1
    assert aliases_of(changed) == ["Stand 4", "UTM_FAIR"]


@pytest.mark.parametrize("alias", ["UTM_fair", "messe hannover", "fair 2026", "FAIR-2026"])
def test_what_means_another_campaign_is_refused_and_leaves_nothing(alias: str, fair: Campaign, cast: Cast) -> None:
    other = create_campaign(name="Other", by=cast.marketer)
    code, sentence = refused(change_campaign, other, {"aliases": ["mine", alias]}, version=1, by=cast.marketer)
    assert (code, "“Fair 2026”" in sentence) == ("alias_taken", True)
    assert aliases_of(other) == []
    assert refused(create_campaign, name="Third", aliases=[alias], by=cast.marketer)[0] == "alias_taken"
    assert Campaign.objects.count() == 2


def test_a_code_that_is_an_alias_is_refused_and_another_one_proposed(fair: Campaign, cast: Cast) -> None:
    code, sentence = refused(create_campaign, name="Stand", code="utm_fair", by=cast.marketer)
    assert (code, "“utm_fair-2” is free" in sentence) == ("code_taken", True)


def test_too_many_and_too_long_ones_are_refused(fair: Campaign, cast: Cast) -> None:
    many: Any = {"aliases": [f"a{n}" for n in range(51)]}
    assert refused(change_campaign, fair, many, version=1, by=cast.marketer)[0] == "too_many_aliases"
    assert refused(change_campaign, fair, {"aliases": ["x" * 201]}, version=1, by=cast.marketer)[0] == "text_too_long"


def test_whoever_is_second_in_the_same_moment_is_told(fair: Campaign, cast: Cast) -> None:
    other = create_campaign(name="Other", by=cast.marketer)
    assert refused(keep_aliases, other, ["UTM_FAIR"])[0] == "alias_taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        Alias.objects.create(campaign=other, name="UTM_FAIR", key="utm_fair")


def test_aliases_are_edited_on_the_page(client: Client, cast: Cast, fair: Campaign) -> None:
    client.force_login(cast.marketer)
    sent = {"name": "Fair 2026", "channel": "other", "owner": cast.marketer.pk, "priority": "normal", "version": 1}
    page = client.get("/campaigns/fair-2026/edit/").content.decode()
    assert "Messe  Hannover\nutm_fair</textarea>" in page
    assert client.post("/campaigns/fair-2026/edit/", sent | {"aliases": "A\r\nB"}).status_code == 302
    assert aliases_of(fair) == ["A", "B"]
    assert "A, B" in client.get("/campaigns/fair-2026/").content.decode()


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=12)
SPELT = st.sampled_from([str, str.upper, str.swapcase, str.title, lambda text: f"  {text.replace(' ', '   ')} "])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(st.tuples(st.sampled_from("abc"), TEXT, SPELT), max_size=10))
def test_every_spelling_of_an_alias_means_its_one_campaign(wishes: list[tuple[str, str, Any]], cast: Cast) -> None:
    Campaign.objects.all().delete()
    made = {name: create_campaign(name=f"Campaign {name}", by=cast.marketer) for name in "abc"}
    kept: dict[str, Campaign] = {}
    for name, text, _spelt in wishes:
        campaign = Campaign.objects.get(pk=made[name].pk)
        facts: Any = {"aliases": [*aliases_of(campaign), text]}
        try:
            change_campaign(campaign, facts, version=campaign.version, by=cast.marketer)
        except DomainError as error:
            if error.code != "alias_taken":
                raise
            continue
        if key_of(text):
            assert kept.setdefault(key_of(text), campaign) == campaign, "one spelling, one campaign"
    assert set(Alias.objects.values_list("key", "campaign")) == {(key, one.pk) for key, one in kept.items()}
    for _name, text, spelt in wishes:
        other = spelt(text)
        if key_of(text) in kept and key_of(other) == key_of(text):
            assert campaigns_named([other])[other.strip().lower()] == kept[key_of(text)].pk
    assert Campaign.objects.count() == 3, "no spelling of an alias makes a campaign"
