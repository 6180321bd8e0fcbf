"""Two campaigns that are one become one, nothing is lost, and they become two again."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Change
from accounts.quarters import quarter_of
from alignment.invariants import broken
from campaigns.activities import log_activity
from campaigns.costs import add_cost
from campaigns.keeping import change_campaign, create_campaign
from campaigns.matching import campaigns_named
from campaigns.merging import merge_campaigns, undo_campaign_merge
from campaigns.models import Alias, Campaign, CampaignMerge
from common import moving
from common.errors import DomainError
from leads.capture.addresses import open_address
from leads.intake import take_in
from leads.models import Lead, RoutingRule, Touch
from reviews.agreeing import add_commitment
from reviews.aiming import set_goal
from reviews.deciding import decide, overrule
from reviews.initiatives import begin_initiative
from reviews.models import CampaignMonth, PlanLine
from reviews.planning import add_line
from tests.cast import Cast, make_cast, row
from tests.feedback.adjusted import adjustment

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def pair(cast: Cast, now: datetime) -> tuple[Campaign, Campaign]:
    """A fair that says little, and the same one as a file spelt it, on which something of every kind stands."""
    by: Any = {"by": cast.marketer}
    create_campaign(name="Fair 2026", code="fair", links=["https://example.com/a"], **by)
    drop = create_campaign(
        name="Fair Autumn", code="fair-autumn", budget=Decimal("900.50"), sales_partner=cast.rep, audience="Plants",
        starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 3), links=["https://example.com/b"], aliases=["utm_fair"],
        **by,
    )  # fmt: skip
    create_campaign(name="Fair mail", parent=drop, **by)
    add_cost(drop, kind="media", on=AT.date(), actual=Decimal("10.10"), **by)
    log_activity(drop, what="Stand", on=AT.date(), **by)
    open_address(drop, kind="form", name="Stand", **by)
    take_in([row("ann@x.test", AT, campaign="fair", kind="event")], at=now)
    take_in([row("ann@x.test", AT, campaign="fair-autumn", kind="event", note="Twice told")], at=now)
    take_in([row("bob@x.test", AT, campaign="fair-autumn", kind="event")], at=now)
    adjustment(cast, now)
    CampaignMonth.objects.create(campaign=drop, month=date(2026, 9, 1), leads=1)
    said = {"kind": "keep", "rationale": "It works", "owner": cast.marketer}
    decide(quarter_of(now).key, drop, said, version=0, by=cast.admin, at=now)
    overrule(quarter_of(now).key, drop, "working", "We know", version=0, by=cast.admin, at=now)
    line = add_line(
        quarter_of(now).key, {"campaign": drop, "budget": 10, "owner": cast.marketer}, by=cast.admin, at=now
    )
    PlanLine.objects.create(plan=line.plan, name="Stand", channel="event", budget=10, owner=cast.marketer, made=drop)
    begun = {"name": "Retrofit", "owner": cast.rep, "state": "running", "campaigns": [drop]}
    begin_initiative(quarter_of(now).key, begun, by=cast.admin, at=now)
    aim = {"side": "sales", "figure": "won", "target": Decimal(3), "owner": cast.rep, "campaign": drop}
    set_goal(quarter_of(now).key, aim | {"note": ""}, by=cast.admin, at=now)
    add_commitment(quarter_of(now).key, aim | {"clause": "ask"}, by=cast.admin, at=now)
    made = Campaign.objects.get(code="fair")
    made.adjustments.update(campaign=drop)
    CampaignMerge.objects.create(kept=drop, dropped=0, at=now, record={}, undone_at=now, undone_by=cast.marketer, **by)
    return made, Campaign.objects.get(code="fair-autumn")


def merged(pair: tuple[Campaign, Campaign], cast: Cast, now: datetime) -> CampaignMerge:
    versions = {one.pk: one.version for one in pair}
    return merge_campaigns(*pair, versions=versions, by=cast.marketer, at=now)


def picture() -> dict[str, list[Any]]:
    """Every row that points to a campaign, in all rooms, and the campaigns."""
    found = {
        moving.name_of(one): [moving.image(row) for row in one.related_model._base_manager.order_by("pk")]
        for one in moving.relations(Campaign)
        if one.related_model not in (Campaign, CampaignMerge)
    }
    for one in found["leads.Touch.campaign"]:
        one["at"] = one["at"][:19]
    found["campaigns"] = [
        {name: value for name, value in moving.image(one).items() if name != "version"}
        for one in Campaign.objects.order_by("pk")
    ]
    return found


def code_of(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refused:
        verb(*args, **given)
    return refused.value.code


def test_every_relation_to_a_campaign_has_rows_here_and_all_of_them_move(
    pair: tuple[Campaign, Campaign], cast: Cast, now: datetime
) -> None:
    """A new table moves by itself; give the fixture a row of it, so that this is seen."""
    keep, drop = pair
    before = {}
    for relation in moving.relations(Campaign):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: drop})
        before[moving.name_of(relation)] = set(rows.values_list("pk", flat=True))
    assert [name for name, rows in before.items() if not rows] == []
    merged(pair, cast, now)
    for relation in moving.relations(Campaign):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: keep})
        assert before[moving.name_of(relation)] <= set(rows.values_list("pk", flat=True))
    assert not Campaign.objects.filter(pk=drop.pk).exists()
    assert Touch.objects.filter(campaign=keep).count() == 3
    assert "Twice told" in Touch.objects.values_list("note", flat=True)
    assert not broken()


def test_the_one_that_stays_takes_what_it_does_not_say(
    pair: tuple[Campaign, Campaign], cast: Cast, now: datetime
) -> None:
    merged(pair, cast, now)
    keep = Campaign.objects.get(code="fair")
    assert (keep.name, keep.budget, keep.sales_partner, keep.audience) == (
        "Fair 2026", Decimal("900.50"), cast.rep, "Plants",
    )  # fmt: skip
    assert (keep.starts_on, keep.ends_on) == (date(2026, 9, 1), date(2026, 9, 3))
    assert keep.links == ["https://example.com/a", "https://example.com/b"]
    lines = Change.objects.filter(what="campaigns.campaign").order_by("-pk")[:2]
    assert [(line.act, line.object_id) for line in lines] == [("removed", pair[1].pk), ("changed", keep.pk)]
    assert lines[1].changes["merged"] == [None, "Fair Autumn (fair-autumn)"]


def test_files_rules_filters_and_addresses_by_the_old_code_find_the_one_that_stays(
    pair: tuple[Campaign, Campaign], cast: Cast, client: Client, now: datetime
) -> None:
    keep, drop = pair
    asked = [{"fact": "campaign", "test": "one_of", "value": [drop.code]}]
    RoutingRule.objects.create(position=1, name="Fair", way="person", person=cast.mate, conditions=asked)
    merged(pair, cast, now)
    assert set(campaigns_named(["fair-autumn", "Fair Autumn", "UTM_fair"]).values()) == {keep.pk}
    take_in([row("carl@x.test", now, "A", campaign="fair-autumn")], at=now)
    assert Lead.objects.get(email="carl@x.test").handoffs.get().rep == cast.mate
    client.force_login(cast.rep)
    assert client.get("/campaigns/fair-autumn/")["Location"] == "/campaigns/fair/"
    assert client.get("/api/v1/campaigns/fair-autumn/").json()["code"] == "fair"
    assert len(client.get("/api/v1/leads/?campaign=fair-autumn").json()["results"]) == 1
    assert client.get("/api/v1/leads/?campaign=nowhere").status_code == 400


def test_an_undo_restores_both_to_the_letter_and_leaves_what_came_since(
    pair: tuple[Campaign, Campaign], cast: Cast, now: datetime
) -> None:
    before = picture()
    made = merged(pair, cast, now)
    back = undo_campaign_merge(made, by=cast.marketing_manager, at=now)
    assert (back.pk, back.code, picture()) == (pair[1].pk, "fair-autumn", before)
    assert code_of(undo_campaign_merge, made, by=cast.marketer, at=now) == "undone_already"
    again = merged((Campaign.objects.get(code="fair"), back), cast, now)
    keep = Campaign.objects.get(code="fair")
    change_campaign(keep, {"audience": "Buyers"}, version=keep.version, by=cast.marketer)
    add_cost(keep, kind="tools", on=AT.date(), actual=Decimal(1), by=cast.marketer)
    undo_campaign_merge(again, by=cast.marketer, at=now)
    keep.refresh_from_db()
    assert (keep.audience, keep.budget, [cost.kind for cost in keep.costs.all()]) == ("Buyers", None, ["tools"])
    assert not broken()


def test_merges_of_merges_are_undone_from_the_last(pair: tuple[Campaign, Campaign], cast: Cast, now: datetime) -> None:
    before = picture()
    first = merged(pair, cast, now)
    third = create_campaign(name="Third", by=cast.marketer)
    second = merged((third, Campaign.objects.get(code="fair")), cast, now)
    assert set(campaigns_named(["fair-autumn", "fair", "utm_fair"]).values()) == {third.pk}
    assert code_of(undo_campaign_merge, first, by=cast.marketer, at=now) == "later_merge"
    undo_campaign_merge(second, by=cast.marketer, at=now)
    undo_campaign_merge(first, by=cast.marketer, at=now)
    after = picture()
    after["campaigns"] = [one for one in after["campaigns"] if one["id"] != third.pk]
    assert after == before


def test_results_that_both_kept_of_a_month_are_added_up(
    pair: tuple[Campaign, Campaign], cast: Cast, now: datetime
) -> None:
    months: Any = {"month": date(2026, 9, 1), "days_to_win": [2.0], "revenue": Decimal(5)}
    CampaignMonth.objects.create(campaign=pair[0], leads=3, won=1, **months)
    merged(pair, cast, now)
    kept = CampaignMonth.objects.get()
    assert (kept.campaign, kept.leads, kept.won, kept.revenue, kept.days_to_win) == (pair[0], 4, 1, 5, [2.0])


def test_programmes_stay_one_storey(pair: tuple[Campaign, Campaign], cast: Cast, now: datetime) -> None:
    keep, drop = pair
    top = create_campaign(name="Programme", by=cast.marketer)
    keep = change_campaign(keep, {"parent": top}, version=keep.version, by=cast.marketer)
    assert code_of(merged, (keep, drop), cast, now) == "wrong_programme"
    assert CampaignMerge.objects.filter(undone_at=None).count() == 0
    keep = change_campaign(keep, {"parent": drop}, version=keep.version, by=cast.marketer)
    merged((keep, Campaign.objects.get(pk=drop.pk)), cast, now)
    assert Campaign.objects.get(pk=keep.pk).parent is None
    assert Campaign.objects.get(name="Fair mail").parent == keep


def test_refusals_leave_both_as_they_were(pair: tuple[Campaign, Campaign], cast: Cast, now: datetime) -> None:
    keep, drop = pair
    before, right = picture(), {keep.pk: keep.version, drop.pk: drop.version}

    def refused(by: Any = cast.marketer, other: Campaign = drop, versions: Any = right) -> str:
        return code_of(merge_campaigns, keep, other, versions=versions, by=by, at=now)

    assert refused(cast.sales_manager) == "not_marketing"
    assert refused(other=keep) == "same_campaign"
    assert refused(versions={keep.pk: keep.version}) == "stale"
    assert refused(other=Campaign(pk=0, name="x")) == "gone"
    assert picture() == before
    made = merged(pair, cast, now)
    assert code_of(undo_campaign_merge, made, by=cast.rep, at=now) == "not_marketing"
    Alias.objects.filter(key="fair-autumn").delete()
    create_campaign(name="Another", code="fair-autumn", by=cast.marketer)
    assert code_of(undo_campaign_merge, made, by=cast.marketer, at=now) == "code_taken"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_rows_that_come_in_during_a_merge_wait_and_find_the_one_that_stays(now: datetime) -> None:
    cast = make_cast()
    keep, drop = (create_campaign(name=name, by=cast.marketer) for name in ("Fair", "Messe"))

    def comes_in() -> None:
        take_in([row("ann@x.test", AT, campaign="Messe")], at=now)
        connection.close()

    other = threading.Thread(target=comes_in)
    with transaction.atomic():
        merged((keep, drop), cast, now)
        other.start()
        while not somebody_waits():
            assert other.is_alive(), "the rows did not wait for the merge"
    other.join()
    assert Touch.objects.get().campaign == Lead.objects.get().campaign == keep


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_the_page_compares_merges_and_offers_the_way_back(
    pair: tuple[Campaign, Campaign], cast: Cast, client: Client
) -> None:
    keep, drop = pair
    client.force_login(cast.marketer)
    assert client.get("/campaigns/fair/merge/?with=nowhere").status_code == 422
    page = client.get("/campaigns/fair/merge/?with=utm_fair")
    assert ("Touches", ("1", "2")) in [(line.label, line.values) for line in page.context["rows"]]
    sent = {"with": drop.code, "keep": drop.code, f"version-{keep.pk}": keep.version, f"version-{drop.pk}": 99}
    assert client.post("/campaigns/fair/merge/", sent).status_code == 409
    sent[f"version-{drop.pk}"] = drop.version
    assert client.post("/campaigns/fair/merge/", sent)["Location"] == "/campaigns/fair-autumn/"
    made = CampaignMerge.objects.get(undone_at=None)
    assert (made.kept, made.dropped) == (drop, keep.pk)
    undo = f"/campaigns/fair-autumn/merges/{made.pk}/undoings/"
    assert undo in client.get("/campaigns/fair-autumn/").content.decode()
    client.post(undo)
    assert {one.code for one in Campaign.objects.filter(pk__in=[keep.pk, drop.pk])} == {"fair", "fair-autumn"}
    client.force_login(cast.rep)
    assert client.get("/campaigns/fair/merge/").status_code == 403
