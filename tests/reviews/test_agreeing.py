"""Goals and the agreement: written by managers, guarded by versions, signed by both, and then as they are."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import Change
from accounts.quarters import quarter_named
from alignment.today import needs
from campaigns.merging import merge_campaigns
from campaigns.models import Campaign
from common.errors import DomainError
from reviews.agreeing import add_commitment, begin_version, change_commitment, drop_commitment, latest, sign
from reviews.aiming import change_goal, drop_goal, set_goal
from reviews.aims import agreed
from reviews.drafting import draft_from_last
from reviews.models import Agreement, AgreementSignature, Commitment, Goal, Review
from tests.cast import Cast, handoff
from tests.reviews.signed import clear_away

pytestmark = pytest.mark.django_db
KEY = "2026-Q3"
DAY = timedelta(days=1)


def aim(cast: Cast, **others: Any) -> dict[str, Any]:
    return {"side": "sales", "figure": "accepted", "target": Decimal("0.6"), "owner": cast.rep, "note": "", **others}


def owed(cast: Cast, **others: Any) -> dict[str, Any]:
    facts = aim(cast, clause="sit down together", **others)
    del facts["note"]
    return facts


def both_owe(cast: Cast, at: datetime) -> Agreement:
    given: Any = {"by": cast.sales_manager, "at": at}
    add_commitment(KEY, owed(cast, figure="answered_in_time", target=Decimal("0.9")), **given)
    owes = owed(cast, side="marketing", figure="handed_off_ab", target=Decimal(300))
    return add_commitment(KEY, owes, **given).agreement


def signed_by_both(cast: Cast, at: datetime) -> Agreement:
    made = both_owe(cast, at)
    sign(KEY, version=made.version, by=cast.marketing_manager, at=at)
    return sign(KEY, version=made.version, by=cast.sales_manager, at=at)


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def trail(what: str) -> list[str]:
    return list(Change.objects.filter(what=f"reviews.{what}").order_by("pk").values_list("act", flat=True))


def test_a_goal_is_set_changed_and_dropped_with_a_line_each(cast: Cast, now: datetime) -> None:
    made = set_goal(KEY, aim(cast), by=cast.sales_manager, at=now)
    assert (made.review.quarter, made.target, made.by) == (KEY, Decimal("0.6"), cast.sales_manager)
    facts = aim(cast, target=Decimal("0.7"))
    changed = change_goal(KEY, made.pk, facts, version=1, by=cast.marketing_manager, at=now + DAY)
    assert (changed.target, changed.by, changed.at, changed.version) == (
        Decimal("0.7"), cast.marketing_manager, now + DAY, 2,
    )  # fmt: skip
    again = change_goal(KEY, made.pk, facts, version=2, by=cast.admin, at=now)
    assert (again.version, again.by) == (2, cast.marketing_manager)
    assert refused(drop_goal, KEY, made.pk, version=1, by=cast.admin, at=now) == "stale"
    drop_goal(KEY, made.pk, version=2, by=cast.admin, at=now)
    assert refused(change_goal, KEY, made.pk, facts, version=2, by=cast.admin, at=now) == "gone"
    assert trail("goal") == ["added", "changed", "removed"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"figure": "luck"}, "no_such_figure"), ({"target": Decimal("1.01")}, "bad_value"),
        ({"figure": "won", "target": Decimal(-1)}, "bad_value"), ({"side": "legal"}, "bad_value"),
        ({"figure": "won", "target": Decimal(10) ** 13}, "bad_value"), ({"owner": None}, "wrong_owner"),
    ],
)  # fmt: skip
def test_what_is_no_aim_leaves_nothing(wrong: dict[str, Any], code: str, cast: Cast, now: datetime) -> None:
    assert refused(set_goal, KEY, aim(cast, **wrong), by=cast.admin, at=now) == code
    assert refused(add_commitment, KEY, owed(cast, **wrong), by=cast.admin, at=now) == code
    assert not any(model.objects.exists() for model in (Goal, Agreement, Change))


def test_a_side_has_one_goal_for_a_figure_and_one_more_for_a_campaign(cast: Cast, now: datetime) -> None:
    fair = Campaign.objects.create(code="fair", name="Fair")
    for campaign in (None, fair):
        set_goal(KEY, aim(cast, campaign=campaign), by=cast.admin, at=now)
        assert refused(set_goal, KEY, aim(cast, campaign=campaign), by=cast.admin, at=now) == "bad_value"


def test_only_managers_aim_and_nobody_once_the_quarter_is_signed(cast: Cast, now: datetime) -> None:
    for by in (cast.rep, cast.marketer):
        assert refused(set_goal, KEY, aim(cast), by=by, at=now) == "not_yours"
        assert refused(add_commitment, KEY, owed(cast), by=by, at=now) == "not_yours"
        assert refused(sign, KEY, version=1, by=by, at=now) == "not_a_manager"
    Review.objects.create(quarter="2026-Q2", status="signed", opened_at=now, signed_at=now)
    assert refused(set_goal, "2026-Q2", aim(cast), by=cast.admin, at=now) == "signed"
    assert refused(add_commitment, "2026-Q2", owed(cast), by=cast.admin, at=now) == "signed"


def test_both_sign_what_both_have_seen_and_then_it_holds(cast: Cast, now: datetime) -> None:
    made = both_owe(cast, now)
    assert agreed(quarter_named(KEY)) == {}
    assert refused(sign, KEY, version=made.version - 1, by=cast.sales_manager, at=now) == "stale"
    assert refused(sign, KEY, version=made.version, by=cast.admin, at=now) == "not_a_manager"
    assert sign(KEY, version=made.version, by=cast.sales_manager, at=now).signed_at is None
    assert refused(sign, KEY, version=made.version, by=cast.sales_manager, at=now) == "signed_by_side"
    assert sign(KEY, version=made.version, by=cast.marketing_manager, at=now + DAY).signed_at == now + DAY
    assert trail("agreementsignature") == ["added", "added"]
    assert agreed(quarter_named(KEY)) == {
        ("answered_in_time", None): Decimal("0.9"), ("handed_off_ab", None): Decimal(300),
    }  # fmt: skip


def test_a_change_takes_the_signatures_away(cast: Cast, now: datetime) -> None:
    made = both_owe(cast, now)
    sign(KEY, version=made.version, by=cast.sales_manager, at=now)
    row = Commitment.objects.get(side="sales")
    same = owed(cast, figure="answered_in_time", target=Decimal("0.9"))
    change_commitment(KEY, row.pk, same, version=1, by=cast.admin, at=now)
    assert AgreementSignature.objects.count() == 1
    change_commitment(KEY, row.pk, same | {"target": Decimal("0.8")}, version=1, by=cast.admin, at=now)
    assert not AgreementSignature.objects.exists()
    assert refused(sign, KEY, version=made.version, by=cast.marketing_manager, at=now) == "stale"
    drop_commitment(KEY, row.pk, version=2, by=cast.admin, at=now)
    newest = latest(Review.objects.get())
    assert newest
    assert refused(sign, KEY, version=newest.version, by=cast.sales_manager, at=now) == "one_sided"


def test_a_signed_agreement_changes_by_a_new_version_that_both_sign_again(cast: Cast, now: datetime) -> None:
    first = signed_by_both(cast, now)
    row = first.commitments.get(side="sales")
    for verb in (change_commitment, drop_commitment):
        facts = [owed(cast)] if verb is change_commitment else []
        assert refused(verb, KEY, row.pk, *facts, version=1, by=cast.admin, at=now) == "agreed"
    assert refused(add_commitment, KEY, owed(cast), by=cast.admin, at=now) == "agreed"
    assert refused(sign, KEY, version=first.version, by=cast.sales_manager, at=now) == "agreed"
    second = begin_version(KEY, version=first.version, by=cast.sales_manager, at=now)
    assert (second.number, second.commitments.count(), trail("agreement")) == (2, 2, ["added"])
    assert refused(begin_version, KEY, version=second.version, by=cast.admin, at=now) == "unsigned"
    copy = second.commitments.get(side="sales")
    facts = owed(cast, figure="answered_in_time", target=Decimal("0.8"))
    change_commitment(KEY, copy.pk, facts, version=1, by=cast.admin, at=now)
    # The signed version holds until both have signed the next.
    assert agreed(quarter_named(KEY))["answered_in_time", None] == Decimal("0.9")
    newest = latest(second.review)
    assert newest
    for by in (cast.sales_manager, cast.marketing_manager):
        sign(KEY, version=newest.version, by=by, at=now)
    assert agreed(quarter_named(KEY))["answered_in_time", None] == Decimal("0.8")
    assert first.commitments.get(side="sales").target == Decimal("0.9")


def test_a_quarter_is_drafted_from_the_one_before_and_nothing_is_overwritten(cast: Cast, now: datetime) -> None:
    given: Any = {"by": cast.sales_manager, "at": now}
    assert refused(draft_from_last, "2026-Q4", **given) == "nothing_to_draft"
    old = Campaign.objects.create(code="old", name="Old", starts_on=date(2026, 7, 1), ends_on=date(2026, 8, 1))
    long = Campaign.objects.create(code="long", name="Long", starts_on=date(2026, 7, 1))
    for facts in ({}, {"side": "both", "figure": "won", "target": Decimal(9)}, {"campaign": old}, {"campaign": long}):
        set_goal(KEY, aim(cast, **facts), **given)
    signed_by_both(cast, now)
    set_goal("2026-Q4", aim(cast, target=Decimal("0.8")), **given)
    cast.rep.is_active = False
    cast.rep.save()
    assert draft_from_last("2026-Q4", **given) == (2, 2)
    drafted = Goal.objects.filter(review__quarter="2026-Q4").order_by("pk")
    assert [(goal.figure, goal.campaign, goal.target) for goal in drafted] == [
        ("accepted", None, Decimal("0.8")), ("won", None, 9), ("accepted", long, Decimal("0.6")),
    ]  # fmt: skip
    assert {goal.owner for goal in drafted[1:]} == {cast.sales_manager}
    assert refused(draft_from_last, "2026-Q4", **given) == "nothing_to_draft"
    assert Change.objects.filter(what="reviews.review", changes__goals=[0, 2], changes__commitments=[0, 2]).count() == 1
    assert refused(draft_from_last, "2026-Q4", by=cast.mate, at=now) == "not_yours"


CHANGES = [
    "UPDATE reviews_commitment SET target = 0.1",
    "UPDATE reviews_commitment SET clause = 'nothing'",
    "DELETE FROM reviews_commitment",
    """INSERT INTO reviews_commitment (side, figure, target, owner_id, by_id, at, version, agreement_id, clause)
    SELECT side, 'won', 1, owner_id, by_id, at, 1, agreement_id, clause FROM reviews_commitment LIMIT 1""",
    "UPDATE reviews_agreement SET signed_at = NULL",
    "UPDATE reviews_agreement SET number = 9",
    "UPDATE reviews_agreementsignature SET at = now()",
    "DELETE FROM reviews_agreementsignature",
    "DELETE FROM reviews_agreement",
    *(f"TRUNCATE reviews_{table} CASCADE" for table in ("agreement", "commitment", "agreementsignature", "review")),
]


def test_the_database_refuses_to_change_what_both_signed(cast: Cast, now: datetime) -> None:
    fair, other = (Campaign.objects.create(code=code, name=code) for code in ("fair", "other"))
    made = signed_by_both(cast, now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for change in CHANGES:
        with pytest.raises(DatabaseError, match="signed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    # Commitments follow a campaign that becomes another one.
    made.commitments.update(campaign=fair)
    made.commitments.update(campaign=other)
    following = begin_version(KEY, version=made.version, by=cast.sales_manager, at=now)
    row = following.commitments.earliest("pk")
    drop_commitment(KEY, row.pk, version=row.version, by=cast.sales_manager, at=now)
    assert (made.commitments.count(), following.commitments.count()) == (2, 1)


def test_campaigns_that_both_signed_for_do_not_become_one(cast: Cast, now: datetime) -> None:
    pair = [Campaign.objects.create(code=code, name=code) for code in ("fair", "other")]
    given: Any = {"by": cast.sales_manager, "at": now}
    for campaign in pair:
        add_commitment(KEY, owed(cast, campaign=campaign), **given)
    made = add_commitment(KEY, owed(cast, side="marketing"), **given).agreement
    made.refresh_from_db()
    versions: Any = {"versions": {one.pk: one.version for one in pair}, "by": cast.marketer, "at": now}
    for by in (cast.sales_manager, cast.marketing_manager):
        sign(KEY, version=made.version, by=by, at=now)
    assert refused(merge_campaigns, *pair, **versions) == "agreed"
    assert Campaign.objects.count() == 2


def test_a_draft_takes_signatures_away_and_leaves_a_signed_agreement(client: Client, cast: Cast, now: datetime) -> None:
    given: Any = {"by": cast.sales_manager, "at": now}
    signed_by_both(cast, now)
    made = add_commitment("2026-Q4", owed(cast, figure="judged", target=Decimal(9)), **given).agreement
    add_commitment("2026-Q4", owed(cast, side="marketing", figure="reachable"), **given)
    made.refresh_from_db()
    sign("2026-Q4", version=made.version, **given)
    client.force_login(cast.marketing_manager)
    client.post("/reviews/2026-Q4/goals/drafts/", {"page": "agreement"})
    assert (made.commitments.count(), made.signatures.count()) == (4, 0)
    Commitment.objects.filter(agreement=made, figure="handed_off_ab").delete()
    made.refresh_from_db()
    for by in (cast.sales_manager, cast.marketing_manager):
        sign("2026-Q4", version=made.version, by=by, at=now)
    assert refused(draft_from_last, "2026-Q4", **given) == "nothing_to_draft"
    assert made.commitments.count() == 3


def test_the_other_head_is_told_today_until_both_have_signed(cast: Cast, now: datetime) -> None:
    made = both_owe(cast, now)
    assert not [item for item in needs(cast.sales_manager, now) if "signature" in item.title]
    sign(KEY, version=made.version, by=cast.marketing_manager, at=now)
    told = {
        name: item.url
        for name, user in cast.everybody.items()
        for item in needs(user, now)
        if "signature" in item.title
    }
    assert told == {"sales_manager": f"/agreement/{KEY}/"}
    sign(KEY, version=made.version, by=cast.sales_manager, at=now)
    assert not [item for item in needs(cast.sales_manager, now) if "signature" in item.title]


def test_programs_are_told_goals_and_the_agreement(client: Client, cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now - DAY, cast.rep, campaign="fair")
    fair = Campaign.objects.get(code="fair")
    given: Any = {"by": cast.sales_manager, "at": now}
    set_goal(KEY, aim(cast, figure="handed_off_ab", target=Decimal(4), campaign=fair, note="Ours"), **given)
    client.force_login(cast.rep)
    address = f"/api/v1/reviews/{KEY}/"
    assert client.get(address).json()["agreement"] is None
    signed_by_both(cast, now)
    told = client.get(address).json()
    (goal,) = told["goals"]
    known = ("side", "figure", "campaign", "target", "words", "note")
    assert [goal[name] for name in known] == ["sales", "handed_off_ab", "fair", "4.0000", "3 short", "Ours"]
    assert goal["value"]["value"] == 1
    assert (told["agreement"]["number"], told["agreement"]["signed_at"]) == (1, now.isoformat())
    assert [one["clause"] for one in told["agreement"]["commitments"]] == ["sit down together"] * 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_signature_and_a_change_at_once_never_sign_what_was_not_seen(cast: Cast, now: datetime) -> None:
    made = both_owe(cast, now)
    sign(KEY, version=made.version, by=cast.sales_manager, at=now)
    gate, said = Barrier(2), []

    def act(verb: Any, *args: Any, **given: Any) -> None:
        gate.wait()
        try:
            verb(KEY, *args, at=now, **given)
            said.append("done")
        except DomainError as error:
            said.append(error.code)
        finally:
            connection.close()

    row = Commitment.objects.get(side="sales")
    facts = owed(cast, figure="answered_in_time", target=Decimal("0.5"))
    threads = [
        Thread(target=act, args=[sign], kwargs={"version": made.version, "by": cast.marketing_manager}),
        Thread(target=act, args=[change_commitment, row.pk, facts], kwargs={"version": 1, "by": cast.admin}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) in (["agreed", "done"], ["done", "stale"])
    newest = Agreement.objects.get()
    target, held = Commitment.objects.get(side="sales").target, newest.signed_at is not None
    clear_away()
    assert held == (target == Decimal("0.9"))


def test_the_review_shows_goals_and_both_halves(client: Client, cast: Cast, now: datetime) -> None:
    for n in range(3):
        handoff(f"{n}@x.test", now - DAY, cast.rep, campaign="fair")
    client.force_login(cast.sales_manager)
    form = {"side": "both", "figure": "handed_off_ab", "target": "30", "owner": cast.rep.pk, "version": 0}
    assert client.post(f"/reviews/{KEY}/goals/", form | {"target": ""}).status_code == 422
    assert client.post(f"/reviews/{KEY}/goals/", form).status_code == 302
    rate = form | {"figure": "accepted", "target": "62.5", "campaign": Campaign.objects.get().pk}
    client.post(f"/reviews/{KEY}/goals/", rate)
    assert Goal.objects.get(figure="accepted").target == Decimal("0.625")
    signed_by_both(cast, now)
    shown = client.get(f"/reviews/{KEY}/").content.decode()
    for words in (f"/reviews/{KEY}/figures/handed_off_ab/", "too few to judge", "sit down together", "of 30"):
        assert words in shown, words
    goal = Goal.objects.get(figure="accepted")
    page = f"/reviews/{KEY}/goals/{goal.pk}/"
    assert 'value="62.5"' in client.get(page).content.decode()
    assert client.post(page, rate | {"version": 1, "target": "70"}).status_code == 302
    stale = client.post(page, rate | {"version": 1, "target": "50"})
    assert (stale.status_code, "Now it says: 70" in stale.content.decode()) == (409, True)
    swapped = client.post(page, rate | {"version": 2, "target": "71"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="goals-body" hx-swap-oob="true"' in swapped
    assert "<form" not in swapped
    assert client.post(f"{page}removals/", {"version": 3}).status_code == 302
    assert client.get(page).status_code == 404
    client.force_login(cast.rep)
    assert "Add a goal" not in client.get(f"/reviews/{KEY}/").content.decode()
    assert client.post(f"/reviews/{KEY}/goals/", form).status_code == 403


def test_both_heads_sign_on_the_page_and_its_versions_stay(client: Client, cast: Cast, now: datetime) -> None:
    page = f"/agreement/{KEY}/"
    client.force_login(cast.sales_manager)
    form = {
        "side": "sales", "figure": "verdict_in_time", "target": "90", "owner": cast.rep.pk, "version": 0,
        "clause": "hold the Friday review.",
    }  # fmt: skip
    assert "Nothing is agreed" in client.get(page).content.decode()
    assert client.post(f"{page}commitments/", form).status_code == 302
    client.post(f"{page}commitments/", form | {"side": "marketing", "figure": "handed_off_ab"})
    shown = client.get(page).content.decode()
    assert "If we miss this, we will hold the Friday review." in shown
    assert "A + B: 14 calendar days" in shown
    assert client.post(f"{page}signatures/", {"version": 1}, follow=True).context["agreement"].by_sales is None
    for by in (cast.sales_manager, cast.marketing_manager):
        client.force_login(by)
        newest = client.get(page).context["agreement"]
        client.post(f"{page}signatures/", {"version": newest.version})
    shown = client.get(page).content.decode()
    assert "In force since" in shown
    assert "Add a commitment" not in shown
    assert client.post(f"{page}commitments/", form).status_code == 409
    client.post(f"{page}versions/", {"version": client.get(page).context["agreement"].version})
    shown = client.get(page).content.decode()
    assert "holds until both sides have signed this one" in shown
    assert [version.number for version, _rows in client.get(page).context["versions"]] == [2, 1]
    earlier = client.get("/agreement/2026-Q4/").context["earlier"]
    assert [line.quarter.key for line in earlier] == [KEY]
    assert earlier[0].values[0][1] == 90
    client.force_login(cast.rep)
    assert "Begin the next version" not in client.get(page).content.decode()
    assert client.post(f"{page}signatures/", {"version": 1}).status_code == 403
