"""Keys to the API: made once, shown once, good for what their scopes name, and revoked."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Change, Scope, Token, User
from accounts.tokens import MOST_TOKENS, make_token, revoke_token
from common.errors import DomainError
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = "/settings/tokens/"
GIVEN = {"name": "Web site", "scopes": ["intake", "read"], "days": "90"}


def made(user: User, at: datetime, **facts: object) -> tuple[Token, str]:
    given = {"name": "Zapper", "scopes": ["read"], "days": 30, "by": user, "at": at}
    return make_token(user=user, **{**given, **facts})  # type: ignore[arg-type]


def refused(user: User, at: datetime, **facts: object) -> str:
    with pytest.raises(DomainError) as refusal:
        made(user, at, **facts)
    assert refusal.value.message.endswith(".")
    return refusal.value.code


def me(secret: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client.get("/api/v1/me/").status_code


def test_a_token_is_made_with_its_scopes_and_end_and_one_line_of_the_trail(cast: Cast, now: datetime) -> None:
    token, secret = made(cast.rep, now, scopes=["answer", "read"], days=30)
    assert (token.scopes, token.expires_at) == (["read", "answer"], now + timedelta(days=30))
    line = Change.objects.get()
    assert (line.by, line.act, line.label) == (cast.rep, "added", "Zapper")
    assert line.changes["scopes"] == [None, ["read", "answer"]]
    assert len(secret) >= 43
    kept = [str(value) for value in (*vars(token).values(), *vars(line).values())]
    assert not any(secret in text or secret[3:] in text for text in kept)


def test_who_asks_for_what_is_none_is_refused_and_nothing_is_left(cast: Cast, now: datetime) -> None:
    assert refused(cast.rep, now, by=cast.admin) == "not_yours"
    assert refused(cast.rep, now, scopes=[]) == "unknown_scope"
    assert refused(cast.rep, now, scopes=["read", "all"]) == "unknown_scope"
    assert refused(cast.rep, now, days=0) == "bad_value"
    assert (Token.objects.count(), Change.objects.count()) == (0, 0)


def test_there_are_only_so_many_in_use(cast: Cast, now: datetime) -> None:
    Token.objects.bulk_create(Token(user=cast.rep, digest=f"{n}", scopes=["read"]) for n in range(MOST_TOKENS))
    assert refused(cast.rep, now) == "too_many"
    revoke_token(Token.objects.filter(user=cast.rep)[0], by=cast.rep, at=now)
    made(cast.rep, now)


def test_the_database_knows_the_scopes(cast: Cast) -> None:
    for scopes in ([], ["root"]):
        with pytest.raises(IntegrityError, match="known_scopes"), transaction.atomic():
            Token.objects.create(user=cast.rep, digest="x", scopes=scopes)


def test_a_revoked_token_is_dead_at_once_and_stays_so(cast: Cast, now: datetime) -> None:
    token, secret = made(cast.rep, datetime.now(UTC))
    assert me(secret) == 200
    with pytest.raises(DomainError, match="owner and admins"):
        revoke_token(token, by=cast.mate, at=now)
    assert me(secret) == 200
    revoke_token(token, by=cast.admin, at=now)
    assert me(secret) == 401
    revoke_token(token, by=cast.rep, at=now + timedelta(days=1))
    assert token.revoked_at == now
    assert list(Change.objects.values_list("act", "by")) == [("retired", cast.admin.pk), ("added", cast.rep.pk)]


def test_a_token_ends_on_its_day_and_with_its_owner(cast: Cast) -> None:
    _token, secret = made(cast.rep, datetime.now(UTC) - timedelta(days=30))
    assert me(secret) == 401
    _token, secret = made(cast.rep, datetime.now(UTC))
    User.objects.filter(pk=cast.rep.pk).update(is_active=False)
    assert me(secret) == 401


def test_whoever_asks_is_told_who_they_are_and_what_the_token_is_good_for(cast: Cast) -> None:
    token, secret = made(cast.rep, datetime.now(UTC), scopes=["answer"])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert token.expires_at is not None
    assert client.get("/api/v1/me/").json() == {
        "id": cast.rep.pk, "name": "Rep", "email": cast.rep.email, "side": "sales", "team": "North",
        "is_manager": False, "is_admin": False, "token": "Zapper", "scopes": ["answer"],
        "expires_at": token.expires_at.isoformat(),
    }  # fmt: skip
    signed_in = Client()
    signed_in.force_login(cast.admin)
    told = signed_in.get("/api/v1/me/").json()
    assert (told["token"], told["scopes"], told["is_admin"]) == (None, Scope.values, True)


def test_the_secret_is_on_the_page_once_and_nowhere_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep)
    answer = client.post(PAGE, GIVEN)
    secret = answer.context["secret"]
    assert (answer.status_code, answer.content.decode().count(secret)) == (200, 1)
    assert "no-store" in answer["Cache-Control"]
    assert Token.objects.matching(secret).get().scopes == ["read", "intake"]
    assert secret not in client.get(PAGE).content.decode()
    assert secret not in json.dumps(dict(client.session.items()), default=str)


def test_what_the_form_can_not_read_is_said_beside_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep)
    for wrong in ({"scopes": []}, {"scopes": ["root"]}, {"days": "9999"}, {"days": ""}, {"name": ""}):
        assert client.post(PAGE, {**GIVEN, **wrong}).status_code == 422
    assert not Token.objects.exists()


def test_everybody_sees_their_own_and_an_admin_all(client: Client, cast: Cast, now: datetime) -> None:
    token, _secret = made(cast.rep, now)
    client.force_login(cast.mate)
    assert "Zapper" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}?all").status_code == 403
    assert client.post(f"{PAGE}{token.pk}/revocations/").status_code == 404
    client.force_login(cast.admin)
    assert "Zapper" not in client.get(PAGE).content.decode()
    assert "Zapper" in client.get(f"{PAGE}?all").content.decode()
    assert client.post(f"{PAGE}{token.pk}/revocations/").status_code == 302
    assert Token.objects.get().revoked_at


def test_the_command_takes_scopes_and_days(cast: Cast) -> None:
    def ran(*arguments: str) -> Token:
        out = io.StringIO()
        call_command("create_token", cast.rep.email, "--json", *arguments, stdout=out)
        return Token.objects.matching(json.loads(out.getvalue())["token"]).get()

    assert (ran().scopes, ran().expires_at) == (Scope.values, None)
    token = ran("--scope", "read", "--scope", "intake", "--days", "7")
    assert token.scopes == ["read", "intake"]
    assert token.expires_at
    assert timedelta(days=6) < token.expires_at - datetime.now(UTC) < timedelta(days=8)
    with pytest.raises(CommandError, match="between 1 and"):
        ran("--days", "0")
