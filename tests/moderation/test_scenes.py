"""Our labels in the words of version 1.0."""

import pytest

from moderation.callbacks.vendor import translate
from moderation.catalogue.labels import LABELS
from moderation.catalogue.scenes import SCENES, blindness, code_for, labels_in, place_of, scene_result
from moderation.models.labels import kinds_for
from moderation.values import LabelRule, Rules

KINDS = ("image", "text", "audio", "video")
WORDS = {
    "porn": {"porn", "sexy"},
    "logo": {"TV", "trademark"},
    "antispam": {
        "ad", "porn", "politics", "terrorism", "contraband", "abuse", "meaningless", "spam", "customized"
    },
}  # fmt: skip
EVERY = [
    (info.code, kind) for kind in KINDS for info in LABELS
    if info.code != "nonLabel" and set(kinds_for(kind)) & set(info.content_types)
]  # fmt: skip


class TestLabels:
    @pytest.mark.parametrize("kind", KINDS)
    def test_each_have_a_place_among_the_scenes_of_their_kind(self, kind):
        for code, of in EVERY:
            if of != kind:
                continue
            scene, word = place_of(code, kind)
            assert scene in SCENES[kind] or (kind, scene) == ("video", "antispam"), code
            assert word in WORDS.get(scene, {word}), code
            assert labels_in(scene, [code, "nonLabel", "nonLabel_lib"], kind) == [code]
            assert code_for(word, [scene], [code], kind) == code
            assert code_for(code, [], [code], kind) == code

    @pytest.mark.parametrize(
        ("code", "kind", "place"),
        [
            ("pornographic_adultContent", "image", ("porn", "porn")),
            ("pornographic_adultContent_lib", "image", ("porn", "porn")),
            ("pornographic_adultContent_tii", "image", ("ad", "porn")),
            ("sexual_partialNudity", "image", ("porn", "sexy")),
            ("violent_gunKnives", "image", ("terrorism", "weapon")),
            ("political_otherflag", "image", ("terrorism", "flag")),
            ("political_religion_tii", "image", ("ad", "politics")),
            ("political_TVLogo", "image", ("logo", "TV")),
            ("pt_qrCode", "image", ("ad", "qrcode")),
            ("racism_tii", "image", ("ad", "abuse")),
            ("inappropriate_tattoo", "image", ("live", "inappropriate_tattoo")),
            ("pt_to_contact", "text", ("antispam", "ad")),
            ("inappropriate_profanity", "text", ("antispam", "abuse")),
            ("contraband_drug", "text", ("antispam", "contraband")),
            ("contraband_drug", "image", ("terrorism", "others")),
            ("ad", "text", ("antispam", "ad")),
            ("religion_c", "text", ("antispam", "spam")),
            ("contraband_gambling_lib", "audio", ("antispam", "customized")),
            ("contraband_gambling", "video", ("antispam", "contraband")),
            ("violent_blood", "video", ("terrorism", "bloody")),
        ],
    )
    def test_are_told_in_the_words_of_a_scene(self, code, kind, place):
        assert place_of(code, kind) == place


class TestBlindness:
    RULES = Rules(labels={"sexual_cleavage": LabelRule(), "violent_blood": LabelRule(on=False)})

    @pytest.mark.parametrize(
        ("scene", "uncovered", "found"),
        [
            ("porn", [], (False, [])),
            ("porn", ["sexual_cleavage"], (True, ["sexual_cleavage"])),
            ("terrorism", [], (True, ["terrorism"])),
            ("ad", [], (True, ["ad"])),
        ],
    )
    def test_is_where_no_label_is_on_or_none_is_covered(self, scene, uncovered, found):
        assert blindness(scene, self.RULES, uncovered, "image") == found


class TestResults:
    LABELS = [
        {"label": "sexual_cleavage", "level": "medium", "confidence": 99.0},
        {"label": "pornographic_cartoon", "level": "high", "confidence": 91},
        {"label": "violent_blood", "level": "none", "confidence": 3.0},
    ]

    def test_tell_the_worst_of_a_scene(self):
        told = scene_result("porn", self.LABELS, "image")
        assert told == {"scene": "porn", "label": "porn", "suggestion": "block", "rate": 91.0}
        assert isinstance(told["rate"], float)

    def test_of_what_is_clean_have_no_rate(self):
        assert scene_result("porn", self.LABELS[2:], "image") == {
            "scene": "porn", "label": "normal", "suggestion": "pass"
        }  # fmt: skip

    def test_are_told_by_callbacks_where_scenes_were_asked_for(self):
        payload = {
            "request_id": "r", "data_id": "", "service": "forum", "content_type": "image",
            "machine": {"level": "high", "labels": self.LABELS},
        }  # fmt: skip
        told = translate(payload | {"scenes": ["porn", "ad"]})["scanResult"]
        assert [(one["scene"], one["label"]) for one in told["results"]] == [
            ("porn", "porn"),
            ("ad", "normal"),
        ]
        assert told["suggestion"] == "block"
        assert translate(payload | {"scenes": []})["scanResult"]["results"] == []
        assert {one["scene"] for one in translate(payload)["scanResult"]["results"]} == {"forum"}
