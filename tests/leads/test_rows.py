"""The rows of a list of leads: what they say of each, and that what people typed is text in them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django.utils import translation

from accounts.models import User
from leads import columns
from leads.models import Lead, Organisation
from tests.cast import Cast, handoff

HOSTILE = "<b id=x>\"'&amp;{{ 7 * 7 }}{% now %}%(name)s{0}</b>"
AT = datetime(2026, 9, 16, 12, tzinfo=UTC)


class Page(HTMLParser):
    """The texts of a page as people read them, and the attributes of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.texts += [data.strip()] if data.strip() else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def told(*leads: Lead, keys: Sequence[str] = columns.USUAL, choose: bool = False) -> str:
    shown = [columns.COLUMNS[key] for key in keys]
    given = {"rows": columns.rows(leads, keys), "columns": shown, "choose": choose}
    return str(engines["jinja2"].get_template("leads/_rows.html").render(given))


def a_lead(**facts: Any) -> Lead:
    return Lead(**{"pk": 1234567, "name": "Ann Becker", "captured_at": AT, **facts})


def cells(html: str) -> list[str]:
    return re.findall(r"<td[^>]*>(.*?)</td>", html)[1:]  # the first is the grade


@pytest.mark.django_db
def test_what_people_typed_is_text_on_the_page(cast: Cast, client: Client, now: datetime) -> None:
    short = HOSTILE[:36]  # a tag is short
    User.objects.filter(pk=cast.rep.pk).update(name=HOSTILE)
    made = handoff("ann@x.test", now, cast.rep, name=HOSTILE, organisation=HOSTILE, source=HOSTILE, phone="+49 1")
    Lead.objects.filter(pk=made.lead_id).update(tags=[short], job_title=HOSTILE, website=HOSTILE, consent=HOSTILE)
    client.force_login(cast.marketer)
    asked = "&".join(f"column={key}" for key in ("campaign", "owner", "tags", "job_title", "organisation", "website"))
    page = Page(client.get(f"/leads/?{asked}&column=consent").content.decode())
    assert not [one for one in page.elements if one[1].get("id") == "x"]
    # name, title and organisation beside it, and a cell for source, owner, title, organisation, website, consent
    whole = "".join(page.texts)
    assert whole.count(HOSTILE) == 9
    assert page.texts.count(short) == 2
    boxes = [found for tag, found in page.elements if tag == "input" and found.get("name") == "lead"]
    assert [box["aria-label"] for box in boxes] == [f"Choose {HOSTILE}"]


def test_each_kind_of_cell_is_written_in_its_way() -> None:
    one = a_lead(employees=12400, wake_up_on=date(2027, 1, 2), fit=-5, tags=["fair", "key"], source="Fair")
    html = told(one, keys=("employees", "wake_up_on", "fit", "tags", "captured", "campaign", "owner", "country"))
    employees, wakes, fit, tags, captured, campaign, owner, country = cells(html)
    assert (employees, fit, tags, owner, country) == ("12,400", "−5", "fair, key", "–", "–")
    assert wakes.endswith(">2 Jan 2027</time>")
    assert captured.endswith(">16 Sep 2026</time>")
    assert campaign == "–<small>Fair</small>"
    assert html.count('class="num wide-only"') == 3  # both numbers, and the moment of capture
    assert html.count('class="wide-only num"') == 3


def test_numbers_of_a_row_follow_the_language_and_ids_never_do() -> None:
    with translation.override("de"):
        html = told(a_lead(employees=12400), keys=["employees"], choose=True)
    assert cells(html)[1:] == ["12.400"]
    assert 'value="1234567"' in html
    assert 'href="/leads/1234567/"' in html


def test_beside_the_name_stand_title_organisation_and_marks() -> None:
    works = Organisation(name="Becker GmbH")
    assert "<small>Becker GmbH · Head</small>" in told(a_lead(organisation=works, job_title="Head"))
    assert "<small>Becker GmbH</small>" in told(a_lead(organisation=works))
    assert "<small>Head</small>" in told(a_lead(job_title="Head"))
    plain = told(a_lead())
    assert "<small></small></th>" in plain
    marked = told(a_lead(do_not_contact=True, tags=["fair"]))
    assert '</svg>Do not contact</span><span class="tag">fair</span></small></th>' in marked
    assert "Not graded" in plain
    assert 'data-g="B"' in told(a_lead(grade="B"))


def test_the_stage_says_who_wakes_up_and_who_is_kept_out() -> None:
    def beside(**facts: Any) -> str:
        return cells(told(a_lead(**facts), keys=["stage"]))[0].rpartition('<small class="narrow-only">')[0]

    assert beside() == "With marketing"
    wakes = beside(stage="nurture", wake_up_on=date(2027, 1, 2), kept_out="test")
    assert wakes.startswith("Nurture<small>wakes <time ")
    assert wakes.endswith(">2 Jan 2027</time></small>")
    assert beside(stage="accepted", wake_up_on=date(2027, 1, 2), kept_out="spam") == "Accepted<small>Spam</small>"


def test_who_was_erased_has_no_name() -> None:
    html = told(a_lead(name="", erased_at=AT), choose=True)
    assert ">Erased person</a>" in html
    assert 'aria-label="Choose Erased person"' in html


def test_only_a_list_to_choose_from_has_boxes() -> None:
    assert "checkbox" not in told(a_lead())
    assert told(a_lead(), a_lead(pk=2), choose=True).count("checkbox") == 3
