"""What the fragments in Jinja2 know: texts, addresses, our own tags; and that nothing in them is markup by accident."""

import pytest
from django.template import engines
from django.urls import reverse, set_script_prefix
from django.utils import translation
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError

from alignment import jinja
from common.templatetags import ui


def render(source: str, **given: object) -> str:
    return str(engines["jinja2"].from_string(source).render(given))


def test_a_name_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{% if choose %}{% endif %}")
    with pytest.raises(UndefinedError):
        render("{{ row.missing }}", row=object())


def test_what_is_given_is_text_unless_it_is_known_to_be_markup() -> None:
    assert render("{{ a }}{{ b }}", a="<b>&", b=mark_safe("<i>")) == "&lt;b&gt;&amp;<i>"
    assert render('<a title="{{ a }}">', a="\" x='") == '<a title="&#34; x=&#39;">'
    assert render("{{ a }}", a=1234567) == "1234567"


def test_texts_are_in_the_language_of_the_reader_each_time() -> None:
    for language, month in (("en-gb", "January"), ("de", "Januar"), ("en-gb", "January"), ("fr", "janvier")):
        with translation.override(language):
            assert render('{{ _("January") }}') == month


def test_what_is_put_into_a_text_is_escaped_once() -> None:
    given = {"a": "<b>", "b": mark_safe("<time>")}
    assert render('{{ _("from %(a)s to %(b)s") % {"a": a, "b": b} }}', **given) == "from &lt;b&gt; to <time>"


def test_tags_are_those_of_the_templates() -> None:
    assert render('{{ icon("lock") }}{{ grade_mark("A") }}') == ui.icon("lock") + ui.grade_mark("A")
    assert render("{{ number(12400) }} {{ moment(None) }}") == "12,400 –"


def test_the_box_of_a_row_is_read_by_what_stands_in_the_row() -> None:
    tick = '{% from "components/_tick.html" import tick %}'
    assert render(tick + '{{ tick("lead", 7, name) }}', name="Ann <b>") == (
        '<input type="checkbox" name="lead" value="7" aria-label="Choose Ann &lt;b&gt;">'
    )
    assert 'value="7" checked form="bulk"' in render(tick + '{{ tick("handoff", 7, "Ann", form="bulk", chosen=[7]) }}')


@pytest.mark.parametrize("name", ["leads:lead", "feedback:panel"])
@pytest.mark.parametrize("pk", [1, 9_876_543_210, 12345])
@pytest.mark.parametrize("prefix", ["/", "/below/9/"])
def test_an_address_is_that_of_the_resolver(name: str, pk: int, prefix: str) -> None:
    set_script_prefix(prefix)
    try:
        assert jinja.address(name, pk) == reverse(name, args=[pk])
    finally:
        set_script_prefix("/")


def test_the_template_tag_gives_a_fragment_what_is_named_and_nothing_else() -> None:
    tag = engines["django"].from_string('{% load ui %}{% jinja "leads/_rows.html" rows=rows columns=columns %}')
    with pytest.raises(UndefinedError, match="choose"):
        tag.render({"rows": [], "columns": [], "choose": True})
    whole = engines["django"].from_string('{% load ui %}{% jinja "leads/_rows.html" rows=rows columns=rows choose=1 %}')
    assert "<tbody>" in whole.render({"rows": []})
