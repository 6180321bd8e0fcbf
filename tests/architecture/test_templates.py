"""Every template compiles, also those that no test renders, and the fragments in Jinja2 get what they need."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from django.utils.translation.template import templatize
from jinja2 import meta, nodes

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", ROOT / "templates_jinja"]
NAMES = sorted(str(path.relative_to(folder)) for folder in FOLDERS for path in folder.rglob("*.html"))
FRAGMENTS = sorted(str(path.relative_to(FOLDERS[1])) for path in FOLDERS[1].rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name: str) -> None:
    assert get_template(name)


def test_no_two_templates_have_one_name() -> None:
    assert len(NAMES) == len(set(NAMES))


def parsed(name: str) -> nodes.Template:
    return engines["jinja2"].env.parse((FOLDERS[1] / name).read_text())


def included(name: str) -> set[str]:
    return {str(found) for found in meta.find_referenced_templates(parsed(name))}


def needed(name: str) -> set[str]:
    """The names that a fragment is to be given, for itself and for what it includes."""
    tree = parsed(name)
    own = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "store"}
    others = {word for part in included(name) for word in needed(part)}
    return (meta.find_undeclared_variables(tree) - set(engines["jinja2"].env.globals)) | (others - own)


def calls() -> list[tuple[str, set[str]]]:
    """Each `{% jinja %}` of the templates: the fragment, and the names that it is given."""
    texts = [path.read_text() for path in FOLDERS[0].rglob("*.html")]
    found = [call for text in texts for call in re.findall(r'{% jinja "(\S+)"((?: \w+=\S+)*) %}', text)]
    assert len(found) == sum(text.count("{% jinja ") for text in texts)
    return [(name, set(re.findall(r"(\w+)=", given))) for name, given in found]


def test_fragments_are_given_what_they_need_and_no_more() -> None:
    assert [(name, given) for name, given in calls() if given != needed(name)] == []


def test_no_fragment_is_left_behind() -> None:
    used = {name for name, _given in calls()}
    assert used | {part for name in used for part in included(name)} == set(FRAGMENTS)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_translators_are_given_every_text_of_a_fragment(name: str) -> None:
    """makemessages reads these files as if they were Django's, and passes over what it does not know."""
    texts = [call.args[0] for call in parsed(name).find_all(nodes.Call) if getattr(call.node, "name", "") == "_"]
    told = re.findall(r'_\("(.*?)"\)', templatize((FOLDERS[1] / name).read_text()))
    assert [text.value for text in texts if isinstance(text, nodes.Const)] == told
    assert len(told) == len(texts)
