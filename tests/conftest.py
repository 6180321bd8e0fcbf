"""Real servers for every test, one fixed cast of people, and a real browser."""

import os
import sys

# Many processes load the same modules: what was compiled once is kept, whatever the shell says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from alignment.embedded import for_tests  # noqa: E402

SERVERS = for_tests()  # before anything imports a model

import gc  # noqa: E402
import shutil  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import hypothesis  # noqa: E402
import kombu.pools  # noqa: E402
import pytest  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import override_settings  # noqa: E402
from pytest_django.plugin import blocking_manager_key  # noqa: E402

from alignment.celery import app  # noqa: E402
from tests.cast import PASSWORD, Cast, make_cast  # noqa: E402
from tests.migrated import migrated_database  # noqa: E402
from tests.seeded import SeededRows  # noqa: E402

# The headless shell is the same engine without the windows, for two thirds of the CPU time.
BROWSERS = "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# The suite tries the same examples every time; `--hypothesis-profile=hunt` looks for new ones.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("hunt", deadline=None)
hypothesis.settings.load_profile("suite")

# Playwright's loop runs in the test's own thread; the ORM is used from there all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_finish() -> None:
    """What collecting made stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    SERVERS.release()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process ends alone with it.

    Browser tests need a browser: without one they are skipped, and say so, unless CI requires it.
    """
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)
    if CHROMIUM or os.environ.get("ALIGNMENT_REQUIRE_BROWSER") == "1":
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium found; install chromium to run the browser tests"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """A test that committed emptied every table: put the rows that migrations seeded back. After the last
    test the database is gone already."""
    result = yield
    if nextitem is not None and ({"transactional_db", "live_server"} & set(item.fixturenames) or _commits(item)):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return result


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM or "chromium", "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """The test database is a copy of one that is migrated once."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Two things about the test database that every test relies on."""
    with django_db_blocker.unblock():
        _share_the_seeded_rows()
        _switch_autovacuum_off()
    yield
    with django_db_blocker.unblock():
        _end_other_connections()


def _share_the_seeded_rows() -> None:
    """Once a browser runs, its loop makes Django open connections of their own: they too must know the
    seeded rows, which Django keeps on the one connection that made the database."""
    made = connections["default"]
    if told := getattr(made, "_test_serialized_contents", ""):
        type(made)._test_serialized_contents = told
    seeded = SeededRows(made)
    type(made.creation).deserialize_db_from_string = lambda self, _data: seeded.put_back(self.connection)


def _switch_autovacuum_off() -> None:
    """It would find only rows that were rolled back and note that the tables are empty; the planner
    then joins thousands of rows as if there were none."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')


def _end_other_connections() -> None:
    """Those that a browser's loop or an ended thread has left: no database goes while somebody is connected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def now() -> datetime:
    """A Wednesday noon; verbs that take `at` are told it, so time is testable."""
    return datetime(2026, 9, 16, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """What a test uploads is gone with it, or with its module."""
    of_the_module = "told_once" in request.fixturenames
    settings.MEDIA_ROOT = request.getfixturevalue("kept_files") if of_the_module else tmp_path / "uploads"
    return settings.MEDIA_ROOT


@pytest.fixture(scope="module")
def kept_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def cast(db: None) -> Cast:
    """A person for each role and team."""
    return make_cast()


@pytest.fixture(scope="module")
def told_once(django_db_setup: None, django_db_blocker: Any, kept_files: Path) -> Iterator[Callable[..., Any]]:
    """Calls a function whose rows and files stand for all tests of the module: each of them takes back what it
    adds. For modules whose tests commit nothing."""

    def told(make: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=kept_files):
            return make()

    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
    yield told
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def site(live_server: Any, transactional_db: None, django_db_serialized_rollback: None) -> str:
    """The address of the running site. Seeded rows are back after each test."""
    return live_server.url


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def no_queue() -> Iterator[None]:
    """Nobody answers where the queue should be."""
    url = app.conf.broker_url
    _point_to("redis://127.0.0.1:1/0")
    yield
    _point_to(url)


def _point_to(url: str) -> None:
    app.conf.broker_url = app.conf.broker_write_url = app.conf.broker_read_url = url
    app.pool.force_close_all()
    # The pools that were closed are kept by address: later tests would be given a closed one.
    kombu.pools.reset()
    app._pool = None
    app.amqp._producer_pool = None
