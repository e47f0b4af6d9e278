"""Structured logs: JSON lines for machines, colours for people, one line per request.

What is bound to the context (the request id) is on every line, of other libraries too. structlog writes
its own lines itself, which takes a third of the time that they would take by way of the standard library;
theirs it only formats. Tools that listen to the standard library, as Sentry's do, hear of what is logged
there: errors that nobody has handled, and what you log by `logging`.
"""

import logging
import logging.config
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import orjson
import structlog
from structlog.typing import Processor

from .settings import Settings

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(settings: Settings) -> None:
    """Set up the logs of this process, on standard error."""
    level = settings.log_level.upper()
    writer = structlog.WriteLogger(cast("TextIO", Lines(sys.stderr)))
    if settings.log_format == "json":
        last: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ]
    else:
        last = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    structlog.configure(
        processors=[*_SHARED, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: writer,  # one for all lines; the usual factory would make one for each
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structlog": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [*_SHARED, structlog.stdlib.PositionalArgumentsFormatter()],
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structlog"}},
            "root": {"handlers": ["stderr"], "level": level},
        }
    )


class Lines:
    """Where lines go. One that cannot be written is lost, and not the request that it tells of."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the disk is full, the reader has gone, it is closed
            self.stream.write(text)
            self.stream.flush()

    def flush(self) -> None:
        """Each line is flushed already."""


def _to_json(value: dict[str, Any], default: Any) -> str:
    return orjson.dumps(value, default=default).decode()
