"""Looks at each answer that an SDK is given, and lets it through as it is."""

import json
import os
from urllib.parse import parse_qsl, urlsplit

from config import embedded
from tests.wire.models_of_sdks import body_model, faults, filled_names

FOLDER = embedded.BASE / "var" / "wire-fields"


def named(request) -> tuple[str, str]:
    """Version and action of a request that was sent."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = request.body if isinstance(request.body, str) else (request.body or b"").decode("latin-1")
    given = dict(parse_qsl(urlsplit(request.url).query)) | dict(parse_qsl(body))
    version = headers.get("x-acs-version") or given.get("Version", "")
    return version, headers.get("x-acs-action") or given.get("Action", "")


class Recorder:
    def __init__(self):
        self.faults: list[str] = []

    def watch(self, session):
        send = session.send

        def sent(this, request, **options):
            response = send(this, request, **options)
            if response.status_code < 300 and "json" in response.headers.get("content-type", ""):
                self.look(*named(request), response.json())
            return response

        return sent

    def look(self, version: str, action: str, answer) -> None:
        model = body_model(version, action) if action else None
        if model is None or not isinstance(answer, dict):
            return
        self.faults += [f"{action}: {fault}" for fault in faults(answer, model)]
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / f"{version} {action}.{os.getpid()}").open("a") as file:
            file.write(json.dumps(sorted(filled_names(answer, model))) + "\n")
