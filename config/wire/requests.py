"""A request as it came over the wire, before anything has interpreted it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

from django.conf import settings

from config.wire.refusals import Refusal

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 1000
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

Pairs = list[tuple[str, str]]


@dataclass
class WireRequest:
    """`path` is what the client wrote, decoded. The body is read when it is asked for, and once."""

    environ: dict
    source: object

    @property
    def method(self) -> str:
        return self.environ["REQUEST_METHOD"]

    @cached_property
    def path(self) -> str:
        # Servers hand the bytes of the path over as if they were Latin-1.
        return (
            self.environ.get("PATH_INFO", "/").encode("latin-1", "replace").decode("utf-8", "replace") or "/"
        )

    def header(self, name: str) -> str:
        key = UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_")
        return self.environ.get(key, "").strip()

    def header_names(self) -> Iterator[str]:
        for key in self.environ:
            if key.startswith("HTTP_"):
                yield key[5:].lower().replace("_", "-")

    @cached_property
    def body(self) -> bytes:
        body = self.source.read(settings.ASSAY_MAX_JSON_BYTES + 1)
        if len(body) > settings.ASSAY_MAX_JSON_BYTES:
            most = settings.ASSAY_MAX_JSON_BYTES
            raise Refusal("RequestBodyTooLarge", f"A body has at most {most} bytes.", status=413)
        return body

    @cached_property
    def query(self) -> Pairs:
        return read_pairs(self.environ.get("QUERY_STRING", ""))

    @cached_property
    def pairs(self) -> Pairs:
        """Parameters of the query and of the form: clients use either place, and both within one call."""
        if not self.header("content-type").lower().startswith(FORM):
            return self.query
        try:
            return [*self.query, *read_pairs(self.body.decode())]
        except UnicodeDecodeError as error:
            raise Refusal("InvalidParameter", "The form is not in UTF-8.") from error

    @cached_property
    def values(self) -> dict[str, str]:
        """Without NUL, which the database cannot even be asked about."""
        found = dict(self.pairs)
        if any("\0" in text for text in found.values()):
            raise Refusal("InvalidParameter", "A parameter holds a NUL.")
        return found

    def parameter(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def action(self) -> str:
        return self.header("x-acs-action") or self.parameter("Action")

    @property
    def version(self) -> str:
        return self.header("x-acs-version") or self.parameter("Version")


def read_pairs(text: str) -> Pairs:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except (ValueError, UnicodeDecodeError) as error:
        raise Refusal("InvalidParameter", f"Send at most {MOST_PARAMETERS} parameters, in UTF-8.") from error
