"""The embedded servers start, are shared, stop, and survive every way to be killed."""

import contextlib
import json
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from redis import Redis

from alignment.embedded import EmbeddedError, account, ensure_servers, use_servers
from alignment.embedded.place import local_secret_key
from alignment.embedded.servers import EmbeddedServers
from tests.alignment.processes import remove, start, until

HOLD = """
import json, sys
from alignment.embedded import ensure_servers, var_dir
print(json.dumps(ensure_servers(var_dir()).urls), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="ein Ordner mit 'Ümläuten' "))
    base.chmod(0o755)
    yield base / "var"
    remove(base / "var")
    base.rmdir()


@contextlib.contextmanager
def using(folder: Path) -> Iterator[EmbeddedServers]:
    servers = ensure_servers(folder)
    try:
        yield servers
    finally:
        servers.release()


def ask(servers: EmbeddedServers, sql: str) -> object:
    with (
        contextlib.closing(psycopg2.connect(servers.urls["DATABASE_URL"])) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        return cursor.fetchone()[0]


def write(servers: EmbeddedServers, sql: str) -> None:
    with contextlib.closing(psycopg2.connect(servers.urls["DATABASE_URL"])) as connection:
        connection.autocommit = True
        connection.cursor().execute(sql)


def queue(servers: EmbeddedServers) -> Redis:
    return Redis.from_url(servers.urls["REDIS_URL"], decode_responses=True)


def postmaster(folder: Path) -> int:
    return int((folder / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def valkey(folder: Path) -> int:
    return int((folder / "valkey/server.pid").read_text())


def test_both_servers_answer_in_a_path_with_spaces_and_umlauts(var_dir: Path) -> None:
    with using(var_dir) as servers:
        assert ask(servers, "SELECT current_database()") == "alignment"
        assert ask(servers, "SELECT lower('ÀÉÎ')") == "àéî"
        assert queue(servers).ping()


def test_text_search_extensions_keep_letters_outside_ascii(var_dir: Path) -> None:
    with using(var_dir) as servers:
        write(servers, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        # With plain C the umlaut would end a word: 'm' and 'ller', as if it were written 'm ller'.
        assert ask(servers, "SELECT show_trgm('Müller') = show_trgm('m ller')") is False


def test_what_was_in_memory_is_read_again_after_a_start(var_dir: Path) -> None:
    with using(var_dir) as servers:
        write(servers, "CREATE TABLE read AS SELECT n FROM generate_series(1, 20000) n")
        assert ask(servers, "SELECT count(*) FROM read") == 20_000
    with using(var_dir) as servers:
        write(servers, "CREATE EXTENSION pg_buffercache")
        kept = "SELECT count(*) > 50 FROM pg_buffercache WHERE relfilenode = pg_relation_filenode('read')"
        assert until(lambda: ask(servers, kept))


def test_a_second_user_joins_and_only_the_last_one_stops_them(var_dir: Path) -> None:
    with using(var_dir) as first:
        process = postmaster(var_dir)
        with using(var_dir) as second:
            assert second.urls == first.urls
            assert postmaster(var_dir) == process
        assert ask(first, "SELECT 1") == 1
        assert queue(first).ping()
        pids = [process, valkey(var_dir)]
    assert until(lambda: not any(alive(pid) for pid in pids))


def test_two_folders_have_two_servers(var_dir: Path, tmp_path: Path) -> None:
    other = tmp_path / "var"
    with using(var_dir), using(other) as second:
        assert postmaster(var_dir) != postmaster(other)
        assert ask(second, "SELECT 1") == 1
    remove(other)


def test_a_killed_user_leaves_servers_that_the_next_one_adopts_and_stops(var_dir: Path) -> None:
    user = start("-c", HOLD, var_dir=var_dir)
    assert json.loads(user.stdout.readline())["DATABASE_URL"]
    orphans = [postmaster(var_dir), valkey(var_dir)]
    user.kill()
    user.communicate()
    assert all(alive(pid) for pid in orphans)
    with using(var_dir) as servers:
        assert [postmaster(var_dir), valkey(var_dir)] == orphans
        assert ask(servers, "SELECT 1") == 1
    assert until(lambda: not any(alive(pid) for pid in orphans))


def test_killed_servers_are_replaced_and_keep_what_was_acknowledged(var_dir: Path) -> None:
    with using(var_dir) as servers:
        write(servers, "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
        queue(servers).set("kept", "yes")
        for pid in (postmaster(var_dir), valkey(var_dir)):
            os.kill(pid, signal.SIGKILL)
        with using(var_dir) as again:
            assert ask(again, "SELECT count(*) FROM kept") == 1
            assert queue(again).get("kept") == "yes"


def test_a_user_can_have_killed_servers_started_again(var_dir: Path) -> None:
    with using(var_dir) as servers:
        assert servers.renew() == []
        for pid in (postmaster(var_dir), valkey(var_dir)):
            os.kill(pid, signal.SIGKILL)
        assert servers.renew() == ["PostgreSQL", "Valkey"]
        assert ask(servers, "SELECT 1") == 1
        assert queue(servers).ping()


def test_a_pid_file_with_the_number_of_another_program_blocks_nothing(var_dir: Path) -> None:
    with using(var_dir):
        left = (var_dir / "postgres/data/postmaster.pid").read_text()
    lines = left.splitlines()
    lines[0] = str(os.getpid())
    (var_dir / "postgres/data/postmaster.pid").write_text("\n".join(lines) + "\n")
    with using(var_dir) as servers:
        assert ask(servers, "SELECT 1") == 1


def test_servers_that_lost_their_sockets_are_replaced(var_dir: Path) -> None:
    with using(var_dir):
        for socket in (*(var_dir / "postgres/run").iterdir(), *(var_dir / "valkey/run").iterdir()):
            socket.unlink()
        with using(var_dir) as again:
            assert ask(again, "SELECT 1") == 1
            assert queue(again).ping()


@pytest.mark.parametrize("name", ["long" * 30, "a, comma"])
def test_a_path_that_no_socket_can_have_works(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "var"
    with using(folder) as servers:
        assert ask(servers, "SELECT 1") == 1
        assert queue(servers).ping()
    remove(folder)


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root keeps a project in a closed home and has to run as another user"
)
def test_root_in_a_closed_home_opens_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with using(home / "var") as servers:
        assert ask(servers, "SELECT 1") == 1
        assert psutil.Process(postmaster(home / "var")).uids().real != 0
    assert home.stat().st_mode & 0o777 == 0o700
    remove(home / "var")


def test_what_is_kept_is_private(var_dir: Path) -> None:
    with using(var_dir):
        for folder in ("postgres", "postgres/data", "postgres/run", "valkey", "valkey/run"):
            assert (var_dir / folder).stat().st_mode & 0o077 == 0
        assert (var_dir / "postgres/password").stat().st_mode & 0o077 == 0


def test_a_user_without_a_name_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account.os, "geteuid", lambda: 54321)
    with pytest.raises(EmbeddedError, match=r"uid 54321 has no line in /etc/passwd\. Add one, or name a server"):
        account.account_for(tmp_path)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = account.Account(uid=54321, gid=54321, switch=False)
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(account.os, "geteuid", lambda: 54321)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        other.make_private(tmp_path / "run")


def test_servers_that_the_environment_names_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")
    servers = use_servers()
    assert (servers.urls, servers.leases) == ({}, [])


def test_the_secret_key_is_random_private_and_stays(tmp_path: Path) -> None:
    key = local_secret_key(tmp_path / "a")
    assert len(key) > 50
    assert local_secret_key(tmp_path / "a") == key
    assert local_secret_key(tmp_path / "b") != key
    assert (tmp_path / "a/secret.key").stat().st_mode & 0o777 == 0o600


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
