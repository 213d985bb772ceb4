"""Descriptions of providers to begin with. Addresses and secrets are the installation's own."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ProviderPreset:
    code: str
    name: str
    url: str
    template: object
    answer: dict
    content_types: tuple[str, ...]
    headers: tuple[str, ...] = ()
    mapping: dict[str, tuple[str, ...]] = field(default_factory=dict)


OPENAI_MAPPING = {
    "harassment": ("inappropriate_profanity",),
    "harassment/threatening": ("inappropriate_profanity", "violent_incidents"),
    "hate": ("inappropriate_discrimination",),
    "hate/threatening": ("inappropriate_discrimination",),
    "illicit": ("contraband_act",),
    "illicit/violent": ("contraband_act",),
    "sexual": ("pornographic_adult", "pornographic_adultContent"),
    "sexual/minors": ("inappropriate_minor",),
    "violence": ("violent_incidents",),
    "violence/graphic": ("violent_incidents", "violent_horrificContent"),
}

PRESETS = {
    preset.code: preset
    for preset in (
        ProviderPreset(
            "openai",
            _("OpenAI-compatible moderations, text"),
            "https://api.example.com/v1/moderations",
            {"model": "omni-moderation-latest", "input": "{text}"},
            {"at": "/results/0/category_scores", "form": "map"},
            ("text",),
            ("Authorization: Bearer ",),
            OPENAI_MAPPING,
        ),
        ProviderPreset(
            "openai-image",
            _("OpenAI-compatible moderations, images"),
            "https://api.example.com/v1/moderations",
            {
                "model": "omni-moderation-latest",
                "input": [{"type": "image_url", "image_url": {"url": "{image_url}"}}],
            },
            {"at": "/results/0/category_scores", "form": "map"},
            ("image",),
            ("Authorization: Bearer ",),
            OPENAI_MAPPING,
        ),
        ProviderPreset(
            "kserve",
            _("KServe v2 REST (Triton and others)"),
            "https://models.example.com/v2/models/toxicity/infer",
            {"inputs": [{"name": "TEXT", "shape": [1], "datatype": "BYTES", "data": ["{text}"]}]},
            {"at": "/outputs/0/data", "form": "values", "names": ["safe", "abuse"]},
            ("text",),
            (),
            {"abuse": ("inappropriate_profanity",)},
        ),
        ProviderPreset(
            "generic",
            _("Anything that answers in JSON"),
            "https://provider.example.com/judge",
            {"service": "{service}", "language": "{language}", "text": "{text}", "image": "{image_base64}"},
            {"at": "/labels", "form": "list", "label": "/label", "score": "/score", "most": 1},
            ("text", "image"),
        ),
    )
}
