"""What pages say of a company that has just begun: what comes first, and no filter that nobody set."""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_may_load_files_is_shown_where(cast: Cast, client: Client) -> None:
    for person in (cast.marketer, cast.sales_manager):
        client.force_login(person)
        page = said(client, "/leads/")
        assert "No leads yet." in page
        assert '<a class="btn" href="/imports/">Import a file</a>' in page
        assert said(client, "/imports/")
    client.force_login(cast.rep)
    page = said(client, "/leads/")
    assert "No leads yet." in page
    assert "/imports/" not in page


def test_where_no_campaign_is_none_has_to_match(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer)
    page = said(client, "/reviews/campaigns/")
    assert "No campaigns yet." in page
    assert "No campaign matches." not in page
    for asked in ("?q=fair", "?period=2026-Q3"):
        page = said(client, f"/reviews/campaigns/{asked}")
        assert "No campaign matches." in page
        assert "No campaigns yet." not in page
