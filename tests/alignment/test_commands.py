"""Every command says what it takes, prints one JSON object and nothing else, and refuses with a sentence and 1."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.apps import apps
from django.core import management
from django.core.management import CommandError, ManagementUtility, call_command, find_commands

from tests.alignment.processes import run
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FILE = "email,name\nann@x.test,Ann\nno address,Bob\n"

# What is asked with --json, the keys of the answer, and what is refused. The demo's answer is asked by test_demo.py.
TABLE: dict[str, tuple[Sequence[str] | None, set[str], Sequence[Sequence[str]]]] = {
    "up": (None, set(), []),
    "seed_demo": (None, set(), [["--leads", "0"]]),
    "create_user": (
        ["new@x.test", "--side", "sales", "--manager", "--admin", "--password", "seeds-of-agreement"],
        {"id", "email"},
        [
            ["new@x.test", "--side", "nowhere"], ["no address", "--side", "sales"],
            ["rep@alignment.test", "--side", "sales"], ["new@x.test", "--side", "sales", "--password", "short"],
        ],
    ),
    "create_token": (["rep@alignment.test", "--name", "Site"], {"token"}, [["nobody@x.test"]]),
    "import_file": (
        ["leads", "{file}", "--campaign", "fair", "--map", "name=first_name"],
        {"import_id", "rows", "created", "updated", "unchanged", "refused", "refused_file"},
        [
            ["leads", "{folder}/none.csv"], ["leads", "{folder}"], ["poems", "{file}"],
            ["leads", "{file}", "--map", "name"], ["leads", "{file}", "--map", "none=email"],
        ],
    ),
    "grade": (["--all"], {"graded", "moved"}, []),
    "sweep": (["--now", "2026-09-16T12:00:00Z"], {"at_risk", "breached", "escalated", "released"}, [["--now", "soon"]]),
    "figures": (
        ["2026-Q3"],
        {"quarter", "from", "to", "time_zone", "figures", "campaigns"},
        [["2026-Q5"], ["2026-Q3", "--campaign", "none"]],
    ),
    "check_invariants": ([], {"checked", "broken"}, []),
    "find_duplicates": ([], {"phones", "found"}, []),
}  # fmt: skip


@pytest.fixture
def words(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "leads.csv").write_text(FILE)
    return {"file": str(tmp_path / "leads.csv"), "folder": str(tmp_path)}


def test_no_command_is_left_out() -> None:
    rooms = [Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == Path.cwd()]
    commands = {file.stem for room in rooms for file in room.glob("management/commands/[!_]*.py")}
    # What we add to a command of Django's says what Django says.
    assert commands - set(find_commands(management.__path__[0])) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_it_says_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", name, "--help"]).execute()
    said = capsys.readouterr()
    assert (ended.value.code, said.err) == (0, "")
    assert "usage:" in said.out
    assert name == "up" or "--json" in said.out


@pytest.mark.parametrize("name", [name for name, (asked, _keys, _refused) in TABLE.items() if asked is not None])
def test_it_prints_one_json_object(
    name: str, cast: Cast, words: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked, keys, _refused = TABLE[name]
    call_command(name, *(word.format(**words) for word in asked or []), "--json")
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (said.out.count("\n"), said.err) == (1, "")
    assert keys <= set(told)


@pytest.mark.parametrize("name", [name for name, (_asked, _keys, refused) in TABLE.items() if refused])
def test_it_refuses_with_a_sentence(
    name: str, cast: Cast, words: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for asked in TABLE[name][2]:
        # A CommandError is what Django prints to standard error before it ends with 1.
        with pytest.raises(CommandError) as refused:
            call_command(name, *(word.format(**words) for word in asked), "--json")
        assert (refused.value.returncode, str(refused.value)[-1], capsys.readouterr().out) == (1, ".", ""), asked


@pytest.mark.parametrize("name", TABLE)
def test_what_it_does_not_take_is_refused_too(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(["manage.py", name, "--nonsense"]).execute()
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert said.err.startswith("CommandError: ")
    assert said.err.endswith(f"manage.py {name} --help\n")


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"}
    result = run("manage.py", "figures", "2026-Q3", "--json", var_dir=tmp_path, **nowhere)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in result.stderr
