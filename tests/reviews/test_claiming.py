"""The minutes: claims with the leads behind them, written by version, frozen with the quarter."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from common.errors import DomainError
from reviews.claiming import change_claim, claim, take_claim_back
from reviews.models import Claim
from tests.cast import Cast, handoff
from tests.reviews.signed import KEY, OVER, frozen, signed

pytestmark = pytest.mark.django_db
NUMBER = f"/reviews/{KEY}/figures/accepted/?campaign=fair"


def facts(**others: Any) -> dict[str, Any]:
    return {"kind": "works", "text": "The webinars carry the quarter", "behind": "", **others}


def refused(verb: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        verb(*args, **given)
    return refusal.value.code


def test_a_claim_is_written_changed_and_taken_back(cast: Cast, now: datetime) -> None:
    made = claim(KEY, facts(behind=f"https://here.test{NUMBER}"), by=cast.sales_manager, at=now)
    assert (made.behind, made.leads, made.by) == (NUMBER, [], cast.sales_manager)
    lead = handoff("ann@x.test", now, cast.rep).lead_id
    changed = change_claim(
        KEY, made.pk, facts(kind="dissent", behind=f"/leads/{lead}/"), version=1, by=cast.admin, at=now
    )
    assert (changed.kind, changed.behind, changed.leads, changed.by) == ("dissent", "", [lead], cast.admin)
    assert refused(change_claim, KEY, made.pk, facts(), version=1, by=cast.admin, at=now) == "stale"
    take_claim_back(KEY, made.pk, version=2, by=cast.admin, at=now)
    assert refused(change_claim, KEY, made.pk, facts(), version=3, by=cast.admin, at=now) == "gone"
    assert list(Change.objects.filter(what="reviews.claim").order_by("pk").values_list("act", flat=True)) == [
        "added", "changed", "removed",
    ]  # fmt: skip


def test_what_is_no_claim_leaves_nothing(cast: Cast, now: datetime) -> None:
    for wrong, code in (
        ({"text": " "}, "bad_value"), ({"kind": "song"}, "bad_value"), ({"behind": "/leads/"}, "no_leads_behind"),
        ({"behind": f"{NUMBER}\n{NUMBER}"}, "no_leads_behind"), ({"behind": "/leads/999/"}, "no_leads_behind"),
        ({"behind": "javascript:alert(1)"}, "no_leads_behind"),
    ):  # fmt: skip
        assert refused(claim, KEY, facts(**wrong), by=cast.admin, at=now) == code
    assert refused(claim, KEY, facts(), by=cast.rep, at=now) == "not_yours"
    assert not Claim.objects.exists()


def test_the_minutes_are_frozen_with_the_quarter(client: Client, cast: Cast, now: datetime) -> None:
    handoff("ann@x.test", now - timedelta(days=9), cast.rep)
    client.force_login(cast.sales_manager)
    page = f"/reviews/{KEY}/"
    sent = {"kind": "why", "text": "The fair came too late", "behind": NUMBER, "version": 0}
    assert client.post(f"{page}claims/", sent | {"behind": "there"}).status_code == 422
    assert client.post(f"{page}claims/", sent).status_code == 302
    shown = client.get(page).content.decode()
    assert "The fair came too late" in shown
    assert f'href="{NUMBER}"' in shown
    made = Claim.objects.get()
    assert client.post(f"{page}claims/{made.pk}/", sent | {"version": 9}).status_code == 409
    signed(cast)
    assert refused(claim, KEY, facts(), by=cast.admin, at=OVER) == "signed"
    Claim.objects.update(text="Something else")
    shown = client.get(page).content.decode()
    assert "The fair came too late" in shown
    assert "Something else" not in shown


def test_a_claim_is_taken_back_on_the_page_until_the_freeze(client: Client, cast: Cast, now: datetime) -> None:
    made = claim(KEY, facts(), by=cast.sales_manager, at=now)
    client.force_login(cast.sales_manager)
    removals = f"/reviews/{KEY}/claims/{made.pk}/removals/"
    frozen(cast)
    client.post(removals, {"version": 1})
    assert Claim.objects.get().text
    client.post(f"/reviews/{KEY}/freeze-removals/")
    client.post(removals, {"version": 1})
    assert not Claim.objects.get().text
