"""Files to import, and what the command says of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str, name: str = "leads.csv", encoding: str = "utf-8") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return to_file


@pytest.fixture
def run(capsys: Any) -> Callable[..., dict[str, Any]]:
    def command(*words: str) -> dict[str, Any]:
        call_command("import_file", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return command
