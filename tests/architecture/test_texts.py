"""Translators are given every text of the code: makemessages knows each name by which the code asks for one."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import load_command_class

# What makemessages and xgettext know by themselves.
KNOWN = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "npgettext", "npgettext_lazy",
}  # fmt: skip
TEXTS = {"gettext", "gettext_lazy", "gettext_noop"}
ROOMS = ("alignment", "accounts", "campaigns", "common", "feedback", "imports", "leads", "notices", "reviews")


def asked_by() -> Iterator[str]:
    """The names that functions of texts have where they are imported."""
    for room in ROOMS:
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom):
                    yield from (one.asname or one.name for one in node.names if one.name.lstrip("np") in TEXTS)


def test_translators_are_given_every_text_of_the_code() -> None:
    options = load_command_class("alignment", "makemessages").xgettext_options
    ours = {option.partition("=")[2] for option in options if option.startswith("--keyword=")}
    asked = set(asked_by())
    assert {"_", "__"} <= asked
    assert asked <= KNOWN | ours
