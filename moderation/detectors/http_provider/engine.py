"""Somebody else's service as an engine. Its failures are answers: what it covers is then uncovered."""

import base64
import io
from dataclasses import dataclass, field
from functools import cache

import msgspec
import numpy
from django.db import connection
from PIL import Image

from config.outbound.client import call
from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit, RawLabel
from moderation.detectors.http_provider.answers import AnswerForm
from moderation.detectors.http_provider.templates import filled, named_in
from moderation.detectors.languages import EnglishGate

LARGEST_ANSWER = 1 << 20
LARGEST_SIDE = 1024
JPEG_QUALITY = 88
LONGEST_TEXT = 20_000


class ProviderFailed(Exception):
    """It answered, and not with what is wanted."""


class InsideTransaction(Exception):
    """A row would stay locked for as long as somebody else's server pleases. This is a mistake of ours."""


@dataclass(frozen=True, slots=True)
class ProviderValues:
    """All that is known of a provider; `headers` holds its secrets in the clear, and is never printed."""

    name: str
    version: str
    url: str
    method: str
    template: object
    answer: AnswerForm
    content_types: frozenset[str]
    labels: tuple[str, ...]
    seconds: float
    headers: dict[str, str] = field(default_factory=dict, repr=False)


class HttpProvider:
    def __init__(self, values: ProviderValues, service: str = "", service_id: int = 0):
        self.values = values
        self.service, self.service_id = service, service_id
        self.placeholders = named_in(values.template)
        self.spec = DetectorSpec(
            name=values.name,
            version=values.version,
            content_types=values.content_types,
            labels=tuple(RawLabel(label, label) for label in values.labels),
            licence="",
            leaves_host=True,
            cost=1000.0,
            seconds=values.seconds + 1.0,
        )

    def setup(self) -> None:
        """Nothing is asked before there is content to ask about."""

    def health(self) -> Health:
        return Health(True, "Not asked: a look would leave this host.")

    def inspect(self, content: str | numpy.ndarray) -> list[RawHit]:
        scores = self.scores(content)
        return [RawHit(label, score) for label, score in scores.items() if score > 0]

    def scores(self, content: str | numpy.ndarray) -> dict[str, float]:
        if connection.in_atomic_block:
            raise InsideTransaction
        body = msgspec.json.encode(filled(self.values.template, self.told(content)))
        answer = call(
            self.values.method,
            self.values.url,
            body=body,
            headers={"Content-Type": "application/json", "Accept": "application/json", **self.values.headers},
            seconds=self.values.seconds,
            most_bytes=LARGEST_ANSWER,
        )
        if not 200 <= answer.status < 300:
            raise ProviderFailed(f"It answered with status {answer.status}.")
        if answer.is_cut:
            raise ProviderFailed("Its answer is too large.")
        try:
            document = msgspec.json.decode(answer.body)
        except msgspec.DecodeError as error:
            raise ProviderFailed("It did not answer in JSON.") from error
        return self.values.answer.read(document)

    def told(self, content: str | numpy.ndarray) -> dict[str, str]:
        values = {"service": self.service}
        if isinstance(content, str):
            values["text"] = content[:LONGEST_TEXT]
            if "language" in self.placeholders:
                values["language"] = language_of(content)
            return values
        encoded = base64.b64encode(jpeg_of(content)).decode()
        return values | {"image_base64": encoded, "image_url": f"data:image/jpeg;base64,{encoded}"}


def jpeg_of(pixels: numpy.ndarray) -> bytes:
    """Made anew from what was decoded: nothing of the client's own bytes is handed on."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    file = io.BytesIO()
    picture.save(file, format="JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


@cache
def gate() -> EnglishGate:
    return EnglishGate()


def language_of(text: str) -> str:
    try:
        return gate().language_of(text)
    except EngineMissing:
        return ""
