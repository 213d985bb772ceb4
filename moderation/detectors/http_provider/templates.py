"""What is sent: a JSON document in whose strings placeholders stand. Pure."""

import re

PLACEHOLDERS = ("text", "image_base64", "image_url", "service", "language")
NAMED = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


def filled(template, values: dict[str, str]):
    """The document with every placeholder replaced once: what content says is never read as a placeholder."""
    if isinstance(template, str):
        return NAMED.sub(lambda match: values.get(match[1], ""), template)
    if isinstance(template, list):
        return [filled(part, values) for part in template]
    if isinstance(template, dict):
        return {key: filled(part, values) for key, part in template.items()}
    return template


def named_in(template) -> frozenset[str]:
    """The placeholders that a document asks for."""
    if isinstance(template, str):
        return frozenset(NAMED.findall(template))
    if isinstance(template, dict):
        template = list(template.values())
    if isinstance(template, list):
        return frozenset().union(*map(named_in, template))
    return frozenset()
