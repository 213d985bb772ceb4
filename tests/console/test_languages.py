"""The Chinese catalogue: whole, compiled, and with the same placeholders."""

import gettext
import re
from pathlib import Path

from django.conf import settings

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def compiled() -> dict:
    with (CATALOGUE / "django.mo").open("rb") as file:
        entries = gettext.GNUTranslations(file)._catalog
    return {key if isinstance(key, str) else key[0]: said for key, said in entries.items() if key}


def collected() -> set[str]:
    text = (CATALOGUE / "django.po").read_text()
    found = re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)', text, re.MULTILINE)
    joined = ("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', quoted)) for quoted in found)
    return {text.replace('\\"', '"').replace("\\n", "\n") for text in joined if text}


def test_every_collected_word_is_translated_and_compiled():
    assert collected() - set(compiled()) == set()


def test_placeholders_survive():
    changed = {
        word: said
        for word, said in compiled().items()
        if set(PLACEHOLDER.findall(word)) != set(PLACEHOLDER.findall(said))
    }

    assert changed == {}
