"""Production does not start with an unsafe combination of settings, and says which."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from alignment.checks import refuse_unsafe_production, unsafe_settings
from tests.alignment.processes import run

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")  # nothing is asked of it here

SAFE: dict[str, Any] = {
    "PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "BASE_URL": "https://alignment.example.com",
    "ALLOWED_HOSTS": ["alignment.example.com"],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "db"}},
    "REDIS_IS_NAMED": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
ENVIRONMENT = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": SAFE["SECRET_KEY"],
    "BASE_URL": "https://alignment.example.com",
    "DATABASE_URL": "postgresql://name:password@database/alignment",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp+tls://name:password@mail.example.com:587",
    "BEHIND_PROXY": "true",
}


def test_safe_settings_have_no_problem() -> None:
    with override_settings(**SAFE):
        assert unsafe_settings() == []
        refuse_unsafe_production()


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        ("DEBUG", True, "alignment.E001"),
        ("SECRET_KEY", "change-me", "alignment.E002"),
        ("SECRET_KEY", "change-me" * 10, "alignment.E002"),
        ("SECRET_KEY", "a" * 60, "alignment.E002"),
        ("BASE_URL", "http://alignment.example.com", "alignment.E003"),
        ("ALLOWED_HOSTS", ["*"], "alignment.E004"),
        ("ALLOWED_HOSTS", [], "alignment.E004"),
        ("ALLOWED_HOSTS", ["other.example.com"], "alignment.E005"),
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.dummy"}}, "alignment.E006"),
        ("REDIS_IS_NAMED", False, "alignment.E008"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "alignment.E009"),
        ("WEBHOOK_ALLOW_PRIVATE", True, "alignment.E010"),
    ],
)
def test_each_unsafe_setting_is_named_with_a_hint_and_stops_production(setting: str, value: Any, problem: str) -> None:
    with override_settings(**(SAFE | {setting: value})):
        (found,) = unsafe_settings()
        assert found.id == problem
        assert found.hint
        with pytest.raises(ImproperlyConfigured, match="Production does not start"):
            refuse_unsafe_production()


def test_the_embedded_database_is_not_for_production(settings: Any) -> None:
    host = str(settings.VAR_DIR / "postgres" / "run")
    database = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": host}}
    with override_settings(**(SAFE | {"DATABASES": database})):
        assert [problem.id for problem in unsafe_settings()] == ["alignment.E007"]


def test_outside_production_nothing_is_refused() -> None:
    unsafe = SAFE | {"DEBUG": True}
    with override_settings(**unsafe), pytest.raises(ImproperlyConfigured):
        refuse_unsafe_production()
    with override_settings(**(unsafe | {"PRODUCTION": False})):
        refuse_unsafe_production()


def test_every_process_refuses_in_a_sentence(tmp_path: Path) -> None:
    result = run("manage.py", "showmigrations", var_dir=tmp_path / "var", ENVIRONMENT="production", DEBUG="true")
    assert result.returncode == 1
    assert "SECRET_KEY is missing, short or an example." in result.stderr
    assert "production never starts the embedded one" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "var").exists()


def test_djangos_own_deployment_checks_are_content(tmp_path: Path) -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", var_dir=tmp_path / "var", **ENVIRONMENT)
    assert result.returncode == 0, result.stderr
