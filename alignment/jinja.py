"""The environment of templates_jinja/: rows of which a page shows dozens. `{% jinja %}` gives each its names."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from common.templatetags import ui
from common.texts import gettext
from reviews.templatetags import figures

TAGS = (
    ui.clock_mark, ui.grade_mark, ui.icon, ui.moment, ui.number, ui.side_mark, ui.spark, figures.figure,
)  # fmt: skip
# Stands for the id in an address, and is no part of any.
ANY_ID = 9_876_543_210


def environment(**options: Any) -> Environment:
    """What the fragments know beside what they are given: tags, texts and addresses. A name that nobody gave is an
    error, never an empty place."""
    made = Environment(**{**options, "autoescape": True, "undefined": StrictUndefined})  # noqa: S701 - it is on
    made.globals |= {"_": text, "address": address} | {tag.__name__: tag for tag in TAGS}
    made.tests["date"] = lambda value: isinstance(value, date)  # a moment is one, too
    return made


def text(message: str) -> Markup:
    """Return a text in the language of the reader. It is HTML as in `{% translate %}`, and what is put into it with %
    is escaped."""
    return Markup(gettext(message))  # noqa: S704 - texts of ours


def address(name: str, pk: int) -> str:
    """Return what `{% url name pk %}` does, without asking the resolver for each row."""
    before, after = _around(name, get_script_prefix())
    return f"{before}{pk}{after}"


@lru_cache(maxsize=100)
def _around(name: str, prefix: str) -> tuple[str, str]:
    """What stands before and after the id, below the `prefix` under which the server has the site."""
    before, after = reverse(name, settings.ROOT_URLCONF, args=[ANY_ID]).split(str(ANY_ID))
    return before, after
