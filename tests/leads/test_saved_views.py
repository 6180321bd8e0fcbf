"""Views of the list under a name: whose they are, who sees them, who changes them."""

from datetime import datetime

import pytest
from django.test import Client

from common.errors import DomainError
from leads.models import ListColumns, SavedView
from leads.saved_views import change_view, delete_view, keep_columns, save_view
from tests.cast import Cast, handoff

pytestmark = pytest.mark.django_db


@pytest.fixture
def view(cast: Cast) -> SavedView:
    return save_view(
        by=cast.marketer, name=" Hot   leads ", query="grade=A&after=x", order="due", shown=["phone", "x"], shared=True
    )


def test_a_view_keeps_the_question_in_plain_words(view: SavedView, cast: Cast) -> None:
    assert (view.name, view.query, view.order, view.columns) == ("Hot leads", "grade=A", "due", ["phone"])
    assert (view.owner, view.shared, view.version) == (cast.marketer, True, 1)


@pytest.mark.parametrize(("name", "query"), [("", "grade=A"), ("x" * 81, ""), ("Hot leads", ""), ("Odd", "grade=E")])
def test_a_view_that_cannot_be_kept_is_refused(name: str, query: str, view: SavedView, cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        save_view(by=cast.marketer, name=name, query=query)
    assert refused.value.code == "invalid"
    assert SavedView.objects.count() == 1


def test_shared_views_are_seen_by_all_and_changed_by_their_owner(view: SavedView, cast: Cast) -> None:
    own = save_view(by=cast.rep, name="Mine", query="")
    assert set(SavedView.objects.visible_to(cast.rep)) == {view, own}
    assert set(SavedView.objects.visible_to(cast.marketer)) == {view}
    changed = {"version": 1, "name": "Warm", "query": "grade=B", "order": "", "shown": [], "shared": False}
    with pytest.raises(DomainError) as refused:
        change_view(view, by=cast.rep, **changed)
    assert refused.value.code == "not_yours"
    with pytest.raises(DomainError):
        delete_view(view, by=cast.sales_manager)
    assert change_view(view, by=cast.admin, **changed).version == 2
    with pytest.raises(DomainError) as refused:
        change_view(view, by=cast.marketer, **changed)
    assert refused.value.code == "stale"
    delete_view(view, by=cast.marketer)
    assert list(SavedView.objects.all()) == [own]


def test_a_shared_view_shows_each_person_their_own_leads(
    view: SavedView, cast: Cast, now: datetime, client: Client
) -> None:
    handoff("ours@x.test", now, cast.rep)
    handoff("theirs@x.test", now, cast.other_rep)
    client.force_login(cast.rep)
    page = client.get(f"/leads/?view={view.pk}").content.decode()
    assert "<h1>Hot leads</h1>" in page
    assert "Grade: A" in page
    assert "ours@x.test" in page
    assert "theirs@x.test" not in page


def test_a_private_view_is_nobody_elses(cast: Cast, client: Client) -> None:
    own = save_view(by=cast.marketer, name="Secret", query="grade=A")
    client.force_login(cast.rep)
    assert "Secret" not in client.get(f"/leads/?view={own.pk}").content.decode()
    assert client.post(f"/leads/views/{own.pk}/", {"act": "delete"}).status_code == 404


def test_columns_are_kept_per_person(cast: Cast, client: Client) -> None:
    assert keep_columns(by=cast.rep, shown=["phone", "colour", "phone"]) == ["phone"]
    client.force_login(cast.rep)
    client.post("/leads/columns/", {"column": ["email", "due"], "back": "grade=A&column=phone"})
    assert ListColumns.objects.get(person=cast.rep).columns == ["email", "due"]
    client.post("/leads/columns/", {})
    assert not ListColumns.objects.exists()


def test_views_are_saved_changed_and_deleted_on_the_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    sent = {"name": "Hot", "query": "grade=A", "order": "due", "column": ["phone"], "shared": "1"}
    answer = client.post("/leads/views/", sent)
    view = SavedView.objects.get()
    assert answer["Location"] == f"/leads/?view={view.pk}"
    client.post(f"/leads/views/{view.pk}/", {**sent, "query": "grade=B", "version": 1, "act": "change"})
    view.refresh_from_db()
    assert (view.query, view.version) == ("grade=B", 2)
    client.post(f"/leads/views/{view.pk}/", {"act": "delete"})
    assert not SavedView.objects.exists()
