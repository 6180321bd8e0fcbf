"""Words, numbers and moments as the pages write them, and the marks that draw them."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from common.templatetags import ui

TEMPLATES = Path(settings.BASE_DIR) / "templates"
EVERY = [path for folder in (TEMPLATES, TEMPLATES.with_name("templates_jinja")) for path in folder.rglob("*.html")]
SPRITE = Path(settings.BASE_DIR) / "static" / "icons.svg"
BERLIN = ZoneInfo("Europe/Berlin")
SIGNED = dt.datetime(2026, 10, 8, 8, 42, tzinfo=dt.UTC)


def render(name, **context):
    return render_to_string(f"components/_{name}.html", context)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [(0.87, 0, "87 %"), (0.875, 0, "88 %"), (Decimal("0.0025"), 1, "0.3 %"), (1, 0, "100 %"), (0, 0, "0 %")],
)
def test_percent_takes_a_fraction_and_rounds_half_up(value, decimals, words):
    assert ui.percent(value, decimals) == words.replace(" ", "\u00a0")


@pytest.mark.parametrize("tag", [ui.percent, ui.number, ui.roi, ui.delta_words, ui.moment])
def test_what_is_absent_is_a_dash_and_never_zero(tag):
    assert tag(None) == "–"


@pytest.mark.parametrize(
    ("value", "words"), [(12400, "12,400"), (-30, "−30"), (0, "0"), (Decimal("1999.5"), "2,000"), (-0.2, "0")]
)
def test_number_has_thousands_and_a_real_minus(value, words):
    assert ui.number(value) == words


def test_numbers_follow_the_language():
    with translation.override("de"):
        assert ui.number(12400) == "12.400"
        assert ui.money(148200, "EUR") == "148.200\u00a0€"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (Decimal("148200.40"), "EUR", "€148,200"),
        (Decimal("12.4"), "EUR", "€12.40"),
        (12, "USD", "$12"),
        (-1200, "GBP", "−£1,200"),
        (900, "CHF", "CHF\u00a0900"),
        (None, "EUR", "–"),
    ],
)
def test_money_carries_its_currency(amount, currency, words):
    assert ui.money(amount, currency) == words


@pytest.mark.parametrize(("value", "words"), [(2.2, "+2.2×"), (-0.1, "−0.1×"), (0, "+0.0×"), (24.06, "+24.1×")])
def test_roi_is_a_signed_factor(value, words):
    assert ui.roi(value) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (dt.timedelta(days=2, hours=4, minutes=50), "2 d 4 h"),
        (dt.timedelta(days=5, hours=4), "5 d"),
        (dt.timedelta(days=1), "1 d"),
        (dt.timedelta(hours=5, minutes=59), "5 h"),
        (dt.timedelta(hours=1, minutes=20), "1 h 20 min"),
        (dt.timedelta(minutes=12, seconds=59), "12 min"),
        (dt.timedelta(seconds=3), "1 min"),
        (-dt.timedelta(hours=19), "19 h"),
        (7200, "2 h"),
    ],
)
def test_a_span_is_told_in_at_most_two_units(span, words):
    assert ui.delta_words(span) == words


def test_a_moment_is_shown_in_the_current_time_zone_with_the_exact_one_in_its_title():
    with timezone.override(BERLIN):
        html = ui.moment(SIGNED, time=True)
    assert html == (
        '<time datetime="2026-10-08T10:42:00+02:00" title="Thursday, 8 October 2026, 10:42 CEST">'
        "8 Oct 2026, 10:42</time>"
    )


def test_a_day_has_no_time_and_may_leave_out_the_year():
    day = dt.date(2026, 10, 8)
    assert ui.moment(day) == '<time datetime="2026-10-08" title="Thursday, 8 October 2026">8 Oct 2026</time>'
    assert ">8 Oct<" in ui.moment(day, year=False)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Katja Wernicke", "KW"),
        ("Dr. Annegret Schöffmann-Rütters", "AS"),
        ("Ilse van der Meulen", "IM"),
        ("katja.wernicke@nordfeld.example", "KW"),
        ("admin@example.com", "A"),
        ("Øystein", "Ø"),
        ("Prof. Dr.", "PD"),
        ("", "–"),
    ],
)
def test_initials_pass_over_titles(name, letters):
    assert ui.initials(name) == letters


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in ui.icon("check")
    assert 'role="img" aria-label="&lt;Late&gt;"' in ui.icon("circle-alert", "<Late>")


def test_every_icon_that_a_template_names_is_in_the_sprite():
    symbols = set(re.findall(r'id="i-([\w-]+)"', SPRITE.read_text()))
    named = {name for file in EVERY for name in re.findall(r'\bicon[ (]"([\w-]+)"', file.read_text())}
    assert "scale" in named  # which only a fragment in Jinja2 names
    assert named
    assert named <= symbols


def test_positions_stay_inside_the_mark_and_keep_their_point_in_every_language():
    with translation.override("de"):
        assert ui.coord(36.25) == "36.2"
        assert 'width="63.3"' in render("bar", value=63.3, side="marketing")
    assert ui.share(1.4) == 100
    assert ui.share(None) is None


def test_a_sparkline_runs_from_zero_to_its_highest_value():
    assert ui.spark([0, 5, 10]) == {"points": "0.0,20.0 50.0,11.0 100.0,2.0", "x": "100.0", "y": "2.0"}
    assert ui.spark([])["points"] == ""
    assert ui.spark([0, 0])["points"] == "0.0,20.0 100.0,20.0"


def test_a_stacked_bar_fills_its_hundred():
    parts = ui.stacked([{"count": 1, "kind": "target"}, {"count": 3, "kind": "need"}])
    assert [(part["x"], part["width"]) for part in parts] == [("0.0", "25.0"), ("25.0", "75.0")]
    assert ui.stacked([{"count": 0, "kind": "target"}])[0]["width"] == "0.0"


@pytest.mark.parametrize("name", ["figure", "rate", "interval", "avatar"])
def test_parts_that_stand_in_a_sentence_bring_no_white_space(name):
    text = (TEMPLATES / "components" / f"_{name}.html").read_text()
    outside = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    assert outside == outside.strip()


def test_a_figure_opens_what_it_counts_and_shows_its_denominator():
    html = render("figure", value="3", url="/followups/?state=breached", of="of 9")
    assert html == '<a class="n" href="/followups/?state=breached">3</a> <span class="of">of 9</span>'
    assert render("figure", value=None, of="of 9") == '– <span class="of">of 9</span>'


def test_a_rate_shows_its_doubt():
    rate = SimpleNamespace(value=12 / 14, numerator=12, denominator=14, low=0.6, high=0.96)
    html = render("rate", rate=rate, url="/leads/", too_few=True, mark=True)
    assert "86\u00a0%</a>" in html
    assert "12/14" in html
    assert "too few to judge" in html
    assert 'aria-label="95 % interval 60 to 96 %"' in html
    assert render("rate", rate=SimpleNamespace(value=None)) == "–"


@pytest.mark.parametrize(
    ("state", "attribute"), [("at_risk", "at-risk"), ("breached", "breached"), ("met", "met"), ("pending", "pending")]
)
def test_a_clock_says_its_state_and_its_words(state, attribute):
    clock = SimpleNamespace(state=state, share=96, words="5 h left", due=SIGNED)
    html = ui.clock_mark(clock)
    assert f'data-state="{attribute}"' in html
    assert "5 h left" in html
    assert 'title="Due 8 Oct 2026, ' in html
    assert ui.clock_mark(None) == ""


def test_who_is_on_which_side_is_told_by_name_or_by_the_side():
    assert ui.side_mark("sales", "Ann <b>") == '<span class="side" data-side="sales">Ann &lt;b&gt;</span>'
    assert [re.sub("<.*?>", "", ui.side_mark(side)) for side in ("marketing", "sales", "both")] == [
        "Marketing",
        "Sales",
        "Both",
    ]


def test_a_grade_is_a_letter_or_told_to_be_none():
    assert ui.grade_mark("A") == '<span class="grade" data-g="A"><span class="sr">Grade </span>A</span>'
    assert 'class="grade big"' in ui.grade_mark("B", big=True)
    assert "Not graded" in ui.grade_mark("")


def test_marks_show_what_they_are_given_as_text():
    clock = SimpleNamespace(state="<b>", share=1, words="<i>", due=None)
    assert "<b>" not in ui.clock_mark(clock)
    assert "<i>" not in ui.clock_mark(clock)
    assert "<b>" not in ui.grade_mark("<b>")


class AmountForm(forms.Form):
    amount = forms.DecimalField(help_text="In euros.", error_messages={"invalid": "Write 12500 or 12500.00."})
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("m", "Media"), ("p", "People")], widget=forms.RadioSelect)


def test_a_field_ties_its_hint_and_its_fault_to_the_control():
    html = render("field", field=AmountForm({"amount": "12.5OO"})["amount"])
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'id="id_amount_helptext">In euros.' in html
    assert 'id="id_amount_error">Write 12500 or 12500.00.' in html


def test_an_optional_field_says_so_and_choices_are_words_to_press():
    form = AmountForm()
    assert '<span class="of">optional</span>' in render("field", field=form["note"])
    html = render("field", field=form["kind"])
    assert html.count('class="pick"') == 2
    assert "<legend>Kind</legend>" in html


def test_a_toast_offers_the_way_back_as_a_form_and_can_travel_out_of_band():
    html = render("toast", text="Saved: <b>", undo_url="/undo/", oob=True)
    assert '<div id="toast" hx-swap-oob="innerHTML">' in html
    assert 'method="post" action="/undo/"' in html
    assert "Saved: &lt;b&gt;" in html
    assert "data-undo" not in render("toast", text="Saved.")


@pytest.mark.parametrize(("level", "tone"), [("error", "bad"), ("warning", "bad"), ("success", ""), ("info", "")])
def test_faults_stay_on_the_page(level, tone):
    assert ui.message_tone(level) == tone


def test_no_template_carries_inline_style_or_script():
    # A mail carries its own style: no style sheet of ours reaches it, and no policy of ours rules there.
    for file in set(EVERY) - set(TEMPLATES.rglob("mail.html")):
        # What a template tag names is none of the browser's attributes.
        text = re.sub(r"{%.*?%}", "", file.read_text())
        assert not re.search(r"<style|\sstyle=|\son\w+=", text), file
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, flags=re.DOTALL):
            assert not body.strip() or 'type="application/json"' in attributes, file


def test_options_are_escaped_and_the_chosen_one_is_selected() -> None:
    made = ui.options([("a", "A & <b>"), ('"x', "X")], "a")
    assert made == '<option value="a" selected>A &amp; &lt;b&gt;</option><option value="&quot;x">X</option>'
    assert ui.options([], "a") == ""
    other = ui.options([("a", "A & <b>"), ('"x', "X")], '"x')
    assert other == '<option value="a">A &amp; &lt;b&gt;</option><option value="&quot;x" selected>X</option>'
    assert "selected" not in ui.options([("a", "A & <b>"), ('"x', "X")], "b")
