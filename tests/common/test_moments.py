"""An offset that the database does not read is no moment, wherever it is written."""

import pytest
from django.test import Client

from common.moments import read_moment
from imports.columns import moment
from tests.cast import Cast

FAR = ("2026-10-08T09:00:00+17:15", "2026-10-08T09:00:00-18:52")


@pytest.mark.parametrize("text", [*FAR, "2026-10-08T09:00:00", "soon", " "])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text[:8]):
        read_moment(text)


@pytest.mark.parametrize("text", ["2026-10-08T09:00:00+14:00", "2026-10-08T09:00:00-12:00", "2026-10-08T09:00:00Z"])
def test_the_offsets_of_the_world_are_read(text: str) -> None:
    assert read_moment(text).utcoffset() is not None


@pytest.mark.django_db
@pytest.mark.parametrize("text", FAR)
def test_no_page_no_list_and_no_file_stumbles_over_one(text: str, client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer)
    for path in ("leads/?due_before=", "handoffs/?due_before=", "leads/?captured_after="):
        answer = client.get(f"/api/v1/{path}{text.replace('+', '%2B')}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), path
    asked = text.replace("+", "%2B")
    assert client.get(f"/leads/?captured_after={asked}").status_code == 422
    for path in (f"/leads/?after={asked}~5", f"/notices/?after={asked}~5"):
        assert client.get(path).status_code == 200, path
    with pytest.raises(ValueError, match="is not a moment"):
        moment(text)
