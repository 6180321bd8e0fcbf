"""Logs as JSON lines in production, as plain text elsewhere; both carry the id of the request or task."""

import re
from typing import Any

import structlog

# The address of a feed is its key: who reads the logs must not be able to open it.
_FEED = re.compile(r"(/calendar/feed/)[\w-]{20,}")


def without_secrets(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """The line without the secrets that addresses carry."""
    return {key: _FEED.sub(r"\1...", value) if isinstance(value, str) else value for key, value in event.items()}


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    without_secrets,
]


def logging_config(*, as_json: bool, level: str) -> dict[str, Any]:
    """A LOGGING dictionary that sends everything through structlog to standard error."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_rendering(as_json),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # strangers that guess host names, not a fault
            "django_structlog": {"level": level if as_json else "WARNING"},  # one line per request only in production
        },
    }


def _rendering(as_json: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
