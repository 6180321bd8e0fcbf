"""People come by invitation, change, leave with their work passed on, and come again."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts import joining
from accounts.models import Change, Team, Token, User
from common.errors import DomainError
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db
NEW = {
    "email": "Nora@Alignment.test", "name": "Nora", "side": "sales", "team": None, "is_manager": False,
    "is_staff": False,
}  # fmt: skip
PASSWORD = "a-long-way-from-home"


def refusal(code: str) -> Any:
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def acts(person: User) -> list[tuple[str, Any]]:
    lines = Change.objects.filter(what="accounts.user", object_id=person.pk).order_by("pk")
    return list(lines.values_list("act", "by"))


# --- come ----------------------------------------------------------------------------------------


def test_whoever_is_invited_chooses_a_password_by_a_way_in_that_works_once(cast: Cast, client: Client) -> None:
    nora = joining.invite(**NEW, by=cast.sales_manager)
    assert (nora.email, nora.takes_leads) == ("nora@alignment.test", True)
    assert acts(nora) == [("added", cast.sales_manager.pk)]
    way_in = joining.invitation(nora, by=cast.sales_manager)
    form = client.get(way_in, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)
    assert "password1" not in Client().get(way_in, follow=True).content.decode()


@pytest.mark.parametrize(
    ("by", "facts"),
    [
        ("rep", {}),
        ("marketing_manager", {}),
        ("sales_manager", {"side": "marketing"}),
        ("sales_manager", {"is_manager": True}),
        ("sales_manager", {"is_staff": True}),
    ],
)
def test_nobody_invites_beyond_their_own_right(by: str, facts: dict[str, Any], cast: Cast) -> None:
    people = User.objects.count()
    with refusal("not_yours"):
        joining.invite(**{**NEW, **facts}, by=cast.everybody[by])
    assert (User.objects.count(), Change.objects.count()) == (people, 0)


def test_an_address_is_invited_once(cast: Cast) -> None:
    joining.invite(**NEW, by=cast.admin)
    with refusal("known_address"):
        joining.invite(**NEW, by=cast.admin)
    assert (User.objects.filter(email="nora@alignment.test").count(), Change.objects.count()) == (1, 1)


def test_nobody_gets_a_way_into_an_account_that_somebody_uses(cast: Cast, client: Client) -> None:
    client.force_login(cast.rep)
    cast.rep.refresh_from_db()
    with refusal("signed_in_before"):
        joining.invitation(cast.rep, by=cast.sales_manager)
    with refusal("not_yours"):
        joining.invitation(cast.admin, by=cast.marketing_manager)
    page = client.post(f"/settings/people/{cast.rep.pk}/invitations/")
    assert (page.status_code, "/password/reset/key/" in page.content.decode()) == (403, False)


# --- change --------------------------------------------------------------------------------------


def test_a_change_is_told_with_what_was_before(cast: Cast) -> None:
    south = Team.objects.get(name="South")
    joining.change_person(cast.rep, {"name": "Rita", "team": south}, version=1, by=cast.sales_manager)
    line = Change.objects.get()
    assert line.changes == {"name": ["Rep", "Rita"], "team": ["North", "South"]}
    assert (line.label, line.by, line.act) == ("Rita", cast.sales_manager, "changed")


def test_the_same_again_changes_and_tells_nothing(cast: Cast) -> None:
    joining.change_person(cast.rep, {"name": "Rep", "team": cast.rep.team}, version=1, by=cast.sales_manager)
    cast.rep.refresh_from_db()
    assert (cast.rep.version, Change.objects.count()) == (1, 0)


def test_whoever_has_not_seen_the_latest_overwrites_nothing(cast: Cast) -> None:
    joining.change_person(cast.rep, {"name": "Rita"}, version=1, by=cast.sales_manager)
    with refusal("stale"):
        joining.change_person(cast.rep, {"name": "Ron"}, version=1, by=cast.sales_manager)
    assert User.objects.get(pk=cast.rep.pk).name == "Rita"
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("by", "who", "facts", "code"),
    [
        ("sales_manager", "rep", {"is_manager": True}, "not_yours"),
        ("sales_manager", "sales_manager", {"is_staff": True}, "not_yours"),
        ("sales_manager", "marketer", {"name": "X"}, "not_yours"),
        ("rep", "rep", {"name": "X"}, "not_yours"),
        ("admin", "admin", {"is_staff": False}, "own_role"),
        ("admin", "rep", {"team": None}, "no_team"),
        ("admin", "rep", {"name": ""}, "bad_value"),
    ],
)
def test_what_may_not_be_changed_stays(by: str, who: str, facts: dict[str, Any], code: str, cast: Cast) -> None:
    people = cast.everybody
    before = list(User.objects.order_by("pk").values())
    with refusal(code):
        joining.change_person(people[who], facts, version=1, by=people[by])
    assert (list(User.objects.order_by("pk").values()), Change.objects.count()) == (before, 0)


def test_a_team_of_the_other_side_is_refused(cast: Cast) -> None:
    web = Team.objects.create(name="Web", side="marketing")
    with refusal("team_of_other_side"):
        joining.change_person(cast.rep, {"team": web}, version=1, by=cast.admin)
    assert User.objects.get(pk=cast.rep.pk).team == cast.rep.team


def test_an_admin_gives_a_role(cast: Cast) -> None:
    joining.change_person(cast.marketer, {"is_staff": True}, version=1, by=cast.admin)
    cast.marketer.refresh_from_db()
    assert (cast.marketer.is_staff, cast.marketer.is_superuser) == (True, True)


# --- leave and come again ------------------------------------------------------------------------


def test_whoever_leaves_is_out_at_once_and_the_leads_go_to_others(cast: Cast, now: datetime, client: Client) -> None:
    made = handoff("ann@x.test", now, cast.rep)
    _token, secret = Token.make(user=cast.rep)
    client.force_login(cast.rep)
    joining.leave(cast.rep, by=cast.sales_manager, at=now)
    assert client.get("/leads/").status_code == 302
    assert not Token.objects.usable(now).matching(secret).exists()
    made.refresh_from_db()
    assert made.rep_id not in (None, cast.rep.pk)
    assert acts(cast.rep) == [("retired", cast.sales_manager.pk)]
    joining.come_again(cast.rep, by=cast.sales_manager)
    cast.rep.refresh_from_db()
    assert cast.rep.is_active
    assert [act for act, _by in acts(cast.rep)] == ["retired", "brought_back"]


@pytest.mark.parametrize(
    ("by", "who", "code"),
    [
        ("sales_manager", "sales_manager", "own_account"),
        ("rep", "mate", "not_yours"),
        ("marketing_manager", "rep", "not_yours"),
        ("marketing_manager", "admin", "not_yours"),
    ],
)
def test_nobody_is_shut_out_by_who_may_not(by: str, who: str, code: str, cast: Cast, now: datetime) -> None:
    with refusal(code):
        joining.leave(cast.everybody[who], by=cast.everybody[by], at=now)
    assert not User.objects.filter(emailaddress__isnull=False, is_active=False).exists()


def test_whom_only_a_file_has_named_does_not_come_again(cast: Cast) -> None:
    named = User.objects.create_user("old@x.test", name="Old", side="sales", is_active=False)
    with refusal("never_here"):
        joining.come_again(named, by=cast.admin)
    assert not User.objects.get(pk=named.pk).is_active


# --- pages ---------------------------------------------------------------------------------------


def test_a_manager_invites_on_the_page_and_sees_the_way_in_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.sales_manager)
    sent = {"email": "nora@alignment.test", "name": "Nora", "side": "sales", "version": 1, "is_staff": "on"}
    page = client.post("/settings/people/new/", sent).content.decode()
    nora = User.objects.get(email="nora@alignment.test")
    assert "/accounts/password/reset/key/" in page
    assert not nora.is_staff
    assert "/accounts/password/reset/key/" not in client.get(f"/settings/people/{nora.pk}/").content.decode()
    twice = client.post("/settings/people/new/", sent)
    assert (twice.status_code, "is here already" in twice.content.decode()) == (422, True)


def test_somebody_who_left_is_found_and_brought_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    page = f"/settings/people/{cast.mate.pk}/"
    client.post(f"{page}departures/")
    client.get("/settings/")  # the message has been read
    assert "Mate" not in client.get("/settings/people/").content.decode()
    assert "Mate" in client.get("/settings/people/?left").content.decode()
    assert "May sign in again" in client.get(page).content.decode()
    client.post(f"{page}departures/", {"back": "1"})
    cast.mate.refresh_from_db()
    assert cast.mate.is_active
