"""One address per server, read alike by Django, redis-py and Celery."""

import kombu
import pytest
from django.core.exceptions import ImproperlyConfigured
from redis.connection import parse_url

from alignment import servers

SOCKET = "unix:///a%20folder/%C3%BC%25/valkey.sock?db=4"


def test_a_socket_folder_may_have_spaces_and_capitals() -> None:
    settings = servers.database_settings("postgresql://app:p%40ss@/alignment?host=%2FMy%20Folder%2Frun&port=5432")
    assert (settings["HOST"], settings["PORT"], settings["PASSWORD"]) == ("/My Folder/run", 5432, "p@ss")


def test_a_usual_address_keeps_its_options() -> None:
    settings = servers.database_settings("postgres://u:p@db.example.com:5433/name?sslmode=require")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example.com", 5433, "name")
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert "random_page_cost" in settings["OPTIONS"]["options"]


def test_whoever_says_what_the_planner_is_told_says_it_all() -> None:
    settings = servers.database_settings("postgres://u:p@db.example.com/name?options=-c%20jit%3Don")
    assert settings["OPTIONS"]["options"] == "-c jit=on"


def test_without_an_address_there_is_no_database_to_ask() -> None:
    assert servers.database_settings("")["ENGINE"] == "django.db.backends.dummy"


@pytest.mark.parametrize(
    ("queue", "cache"),
    [
        ("redis://:secret@redis:6379/0", "redis://:secret@redis:6379/1"),
        ("redis://redis:6379", "redis://redis:6379/1"),
        ("rediss://redis:6379/3?ssl_cert_reqs=required", "rediss://redis:6379/4?ssl_cert_reqs=required"),
    ],
)
def test_the_cache_is_in_the_database_beside_the_queue(queue: str, cache: str) -> None:
    assert servers.cache_url(queue) == cache


def test_everybody_reads_the_same_socket_and_database() -> None:
    assert parse_url(SOCKET)["path"] == "/a folder/ü%/valkey.sock"
    assert parse_url(servers.cache_url(SOCKET))["db"] == 5
    channel = kombu.Connection(servers.celery_broker_url(SOCKET)).transport.Channel
    connection = kombu.Connection(servers.celery_broker_url(SOCKET))
    parameters = channel._connparams(_Unconnected(connection, channel))
    assert parameters["path"] == "/a folder/ü%/valkey.sock"
    assert parameters["db"] == 4


class _Unconnected:
    """As much of a kombu channel as its reading of an address needs, without a connection."""

    def __init__(self, connection: kombu.Connection, channel: type) -> None:
        self.connection = type("Link", (), {"client": connection, "default_port": 6379})()
        self._channel = channel

    def __getattr__(self, name: str) -> object:
        value = getattr(self._channel, name)
        return value.__get__(self) if callable(value) and not isinstance(value, type) else value


@pytest.mark.parametrize("url", ["nonsense", "mysql://me@db.test/x", "sqlite:///x"])
def test_only_a_postgresql_is_taken(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL"):
        servers.database_settings(url)
