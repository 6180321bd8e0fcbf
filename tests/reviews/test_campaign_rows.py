"""A row of the list of campaigns, and that what people typed is text in it."""

from datetime import datetime
from typing import Any

import pytest
from django.template import engines
from django.test import Client

from accounts.models import User
from campaigns.models import Campaign
from reviews.listing import Row
from reviews.values import Values
from tests.cast import Cast, lead

HOSTILE = "<b id=x>\"'&amp;{{ 7 * 7 }}{% now %}%(name)s{0}</b>"
ESCAPED = "&lt;b id=x&gt;&#34;&#39;&amp;amp;{{ 7 * 7 }}{% now %}%(name)s{0}&lt;/b&gt;"


def told(row: Row, **given: Any) -> str:
    shown = {"heads": [], "period": None, "may_keep": False, "spark_label": "Leads per week", **given, "rows": [row]}
    return str(engines["jinja2"].get_template("reviews/_campaign_rows.html").render(shown))


def a_row(campaign: Campaign | None, weeks: tuple[int, ...] = ()) -> Row:
    return Row(campaign, Values({}), list(weeks))


@pytest.mark.django_db
def test_what_people_typed_is_text_on_the_page(cast: Cast, client: Client, now: datetime) -> None:
    User.objects.filter(pk__in=[cast.marketer.pk, cast.rep.pk]).update(name=HOSTILE)
    made = Campaign.objects.create(code="fair", name=HOSTILE, owner=cast.marketer, sales_partner=cast.rep)
    lead("ann@x.test", now, campaign="fair")
    client.force_login(cast.marketing_manager)
    page = client.get("/reviews/campaigns/?period=all").content.decode()
    row = page.split("<tbody>", 1)[1].split(f'href="{made.get_absolute_url()}">', 1)[1].split("</tr>", 1)[0]
    assert row.startswith(f"{ESCAPED}</a>")
    assert f" · {ESCAPED}, with {ESCAPED}</small>" in row
    assert "<b id" not in page


def test_a_campaign_says_its_channel_its_owner_and_its_partner() -> None:
    fair = Campaign(pk=1234567, code="fair", name="Fair", channel="event", owner=User(name="Ann"))
    label = fair.get_channel_display()
    assert f">Fair</a><small>{label} · Ann</small>" in told(a_row(fair))
    fair.owner, fair.sales_partner = None, User(name="Ben")
    assert f">Fair</a><small>{label}, with Ben</small>" in told(a_row(fair))
    assert "checkbox" not in told(a_row(fair))
    assert 'name="campaign" value="1234567" form="bulk" aria-label="Choose Fair"' in told(a_row(fair), may_keep=True)


def test_leads_of_no_campaign_have_a_row_without_a_box() -> None:
    html = told(a_row(None), may_keep=True)
    assert '<th scope="row" class="dim">No campaign</th>' in html
    assert "checkbox" not in html


def test_weeks_are_a_line_where_anything_came() -> None:
    assert 'aria-label="Leads per week: 0, 2000, 5"' in told(a_row(None, (0, 2000, 5)))
    assert '<span class="faint">–</span>' in told(a_row(None, (0, 0)))
