import io
import json

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.creating import create_user
from accounts.models import Team, Token, User
from accounts.people import people_named
from accounts.tokens import create_token
from common.errors import DomainError

pytestmark = pytest.mark.django_db
PASSWORD = "quiet-river-seven-lamps"


def made(**given):
    return create_user(**{"email": "Anna.Berg@example.com ", "side": "marketing", "password": PASSWORD, **given})


def refused(**given):
    with pytest.raises(DomainError) as refusal:
        made(**given)
    assert refusal.value.fields
    return refusal.value.code


def test_a_person_can_sign_in_with_the_address_in_any_case(client):
    made()
    page = client.post("/accounts/login/", {"login": "ANNA.berg@example.com", "password": PASSWORD})
    assert page.status_code == 302
    assert client.session["_auth_user_id"]


def test_name_and_address_are_tidied():
    user = made()
    assert (user.email, user.name, user.team) == ("anna.berg@example.com", "Anna Berg", None)
    assert EmailAddress.objects.get(user=user).verified


def test_a_rep_takes_leads_and_has_a_team():
    first, second = made(side="sales"), made(side="sales", email="b@example.com", team="North")
    assert first.takes_leads
    assert (first.team.name, second.team.name) == ("Sales", "North")
    assert Team.objects.filter(side="sales").count() == 2


def test_a_manager_of_sales_takes_no_leads():
    user = made(side="sales", is_manager=True)
    assert (user.takes_leads, user.team) == (False, None)


def test_an_admin_is_staff():
    assert made(is_admin=True).is_staff


def test_somebody_whom_only_a_file_has_named_becomes_that_person():
    named = people_named(["anna.berg@example.com"])["anna.berg@example.com"]
    user = made()
    assert (user.pk, user.is_active, user.name, user.side) == (named.pk, True, "Anna Berg", "marketing")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "anna@"}, "bad_address"),
        ({"side": "finance"}, "unknown_side"),
        ({"password": "12345"}, "weak_password"),
        ({"password": "anna.berg@example.com"}, "weak_password"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(given, code):
    assert refused(**given) == code
    assert not User.objects.exists()


def test_a_known_address_is_refused_also_of_a_deactivated_person():
    user = made()
    assert refused() == "known_address"
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert refused() == "known_address"


def test_a_team_of_the_other_side_is_refused():
    made(side="sales", team="North")
    assert refused(email="b@example.com", team="North") == "team_of_other_side"


def test_a_token_opens_the_api_and_only_its_digest_is_kept():
    made()
    token, secret = create_token(email="anna.berg@example.com", name="CRM")
    assert Token.objects.matching(secret).get() == token
    assert secret not in token.digest


def test_nobody_gets_a_token_for_an_unknown_or_deactivated_person():
    people_named(["anna@example.com"])
    for email in ("anna@example.com", "who@example.com"):
        with pytest.raises(DomainError, match="can sign in"):
            create_token(email=email)


def test_the_commands_answer_in_json_and_print_a_made_up_password_once(client):
    user = ran("create_user", "rep@example.com", "--side", "sales")
    assert set(user) == {"id", "email", "password"}
    assert client.post("/accounts/login/", {"login": user["email"], "password": user["password"]}).status_code == 302
    assert ran("create_user", "m@example.com", "--side", "marketing", "--password", PASSWORD).keys() == {"id", "email"}
    assert Token.objects.matching(ran("create_token", "rep@example.com")["token"]).exists()
    with pytest.raises(CommandError, match="is here already"):
        ran("create_user", "rep@example.com", "--side", "sales")


def ran(*arguments):
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())
