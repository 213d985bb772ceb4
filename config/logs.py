"""One line of log per fact: JSON for machines, or coloured text when a person watches."""

import logging
import logging.config
import sys

import msgspec
import structlog

from config import request_id

# Chatty about every start, stop and poll; what matters there is logged as a warning.
QUIET = {
    "django.request": "ERROR",
    "django-q": "WARNING",
    "httpx": "WARNING",
    "httpcore": "WARNING",
}


def add_request_id(_logger, _method, event: dict) -> dict:
    if request_id.current():
        event.setdefault("request_id", request_id.current())
    return event


def as_json(event: dict, **_options) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def rendering_of(config: dict) -> list:
    return config["formatters"]["line"]["processors"][1:]


STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)
SHARED = [
    structlog.contextvars.merge_contextvars,
    add_request_id,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    STAMP,
]

access = structlog.get_logger("assay.access")


def logging_for(*, log_format: str, level: str) -> dict:
    as_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    if as_text:
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(as_json)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # The empty list takes off the handlers of Django's own default, which would print lines twice.
        "loggers": {"django": {"handlers": []}} | {name: {"level": quiet} for name, quiet in QUIET.items()},
    }


def configure(config: dict) -> None:
    """What Django calls with LOGGING: also bring structlog's own loggers onto the same handlers."""
    global access
    logging.config.dictConfig(config)
    # Written at every request, so past the records and formatters of logging: a third of their cost.
    access = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[add_request_id, structlog.processors.add_log_level, STAMP, *rendering_of(config)],
        wrapper_class=structlog.make_filtering_bound_logger(config["root"]["level"]),
        cache_logger_on_first_use=True,
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
