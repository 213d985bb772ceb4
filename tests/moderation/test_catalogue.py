"""The label catalogue and the services that an account starts with."""

import re

import pytest

from moderation.catalogue.groups import GROUPS
from moderation.catalogue.image_services import BASELINE_SCOPE, GLOBAL_SCOPE
from moderation.catalogue.info import is_text_in_picture
from moderation.catalogue.labels import LABELS
from moderation.catalogue.mappings import MAPPINGS
from moderation.catalogue.names import label_name
from moderation.catalogue.services import PRESETS
from moderation.catalogue.sync import sync_catalogue
from moderation.models import Label, LabelMapping, Service
from moderation.models.content import ContentType
from moderation.models.labels import kinds_for
from moderation.operations.publishable import require_publishable
from moderation.operations.services import install_default_services
from tests.factories import NOW, make_account

BY_CODE = {info.code: info for info in LABELS}
# The image labels that published clients know.
KNOWN = """
pornographic_adultContent pornographic_adultContent_tii sexual_suggestiveContent sexual_partialNudity
sexual_affectionDisplay political_historicalNihility political_historicalNihility_tii
political_politicalFigure political_politicalFigure_name_tii political_politicalFigure_metaphor_tii
political_prohibitedPerson political_prohibitedPerson_tii political_taintedCelebrity
political_taintedCelebrity_tii political_flag political_map political_TVLogo political_outfit
political_badge political_religion_tii political_racism_tii violent_explosion violent_armedForces
violent_crowding violent_gunKnives violent_gunKnives_tii violent_horrificContent violent_horrific_tii
contraband_drug contraband_drug_tii contraband_gamble contraband_gamble_tii fraud_videoAbuse
fraud_playerAbuse pornographic_adultToys pornographic_artwork sexual_breastBump sexual_breastNudity
sexual_cleavage sexual_femaleUnderwear sexual_femaleShoulder sexual_femaleLeg sexual_maleTopless
sexual_cartoon sexual_pregnancy sexual_underage political_politicalFigure_1 political_politicalFigure_2
political_politicalFigure_3 political_politicalFigure_4 political_prohibitedPerson_1
political_prohibitedPerson_2 political_CNflag political_Chinaflag political_otherflag political_CNMap
political_Chinamap political_logo political_medicalOutfit violent_burning violent_gun violent_Knives
violent_blood violent_horrific contraband_certificate_tii religion_funeral religion_buddhism
religion_christianity religion_muslim religion_tii racism_tii PDA_kiss PDA_physicalContact
object_landmark object_rmb object_foreignCurrency object_wn object_carcrash object_candle object_flood
pt_logotoSocialNetwork pt_qrCode pt_programCode pt_toDirectContact_tii pt_toSocialNetwork_tii
pt_toShortVideos_tii pt_investment_tii pt_recruitment_tii pt_certificate_tii inappropriate_smoking
inappropriate_drinking inappropriate_tattoo inappropriate_middleFinger inappropriate_foodWasting
quality_meaningless logo_brand logo_sns profanity_oral_tii profanity_offensive_tii meme_vulgar
meme_metaphor ad_compliance_shampaign_tii ad_compliance_healthCare_tii ad_compliance_prohibit_tii
ad_compliance_wordLimit_tii
"""
PUBLISHED = KNOWN.split()


class TestLabels:
    def test_are_those_that_published_clients_know(self):
        assert [code for code in PUBLISHED if "image" not in BY_CODE[code].content_types] == []
        assert len(PUBLISHED) > 100

    def test_have_a_name_of_their_own_in_both_languages(self):
        assert len(BY_CODE) == len(LABELS)
        for info in LABELS:
            assert info.name_en and re.search(r"[\u4e00-\u9fff]", info.name_zh), info.code
            assert bool(info.description_en) == bool(info.description_zh), info.code
        for kind in ("text", "image"):
            names = [info.name_en for info in LABELS if kind in info.content_types]
            assert len(set(names)) == len(names), kind

    def test_stand_under_a_detection_type_that_the_page_knows(self):
        assert {info.group for info in LABELS} - {"none"} <= set(GROUPS)

    def test_of_text_in_pictures_are_for_pictures_only(self):
        for info in LABELS:
            if is_text_in_picture(info.code):
                assert info.content_types == ("image",), info.code

    def test_shared_by_texts_and_pictures_carry_both(self):
        assert BY_CODE["contraband_drug"].content_types == ("text", "image")

    def test_are_named_with_their_library_suffix(self):
        assert label_name("contraband_drug_tii_lib") == "Drugs in text (custom library)"


class TestMappings:
    def test_lead_to_labels_of_the_catalogue(self):
        assert [row for row in MAPPINGS if row[2] not in BY_CODE] == []
        assert len(set(MAPPINGS)) == len(MAPPINGS)

    def test_give_text_engines_a_label_in_texts_and_one_in_pictures(self):
        """What is seen in the text of a picture never stands under a label of what the picture shows."""
        for engine, raw in {(engine, raw) for engine, raw, _label in MAPPINGS if engine == "patterns"}:
            labels = [label for other, own, label in MAPPINGS if (other, own) == (engine, raw)]
            in_pictures = [label for label in labels if "image" in BY_CODE[label].content_types]
            assert len(labels) > len(in_pictures) > 0, raw
            assert all(map(is_text_in_picture, in_pictures)), raw

    @pytest.mark.django_db
    def test_are_kept_up_without_repeating(self):
        before = LabelMapping.objects.count(), Label.objects.count()
        sync_catalogue()

        assert (LabelMapping.objects.count(), Label.objects.count()) == before
        assert before[0] >= len(MAPPINGS)


class TestPresets:
    def test_are_the_services_that_clients_call(self):
        codes = {preset.code for preset in PRESETS}

        assert len(codes) == len(PRESETS)
        assert codes >= {
            "baselineCheck_global",
            "baselineCheck",
            "profilePhotoCheck",
            "postImageCheck",
            "advertisingCheck",
            "tonalityImprove",
            "nickname_detection",
            "chat_detection",
            "comment_detection",
            "ad_compliance_detection",
            "nickname_detection_pro",
            "chat_detection_pro",
            "comment_detection_pro",
            "ad_compliance_detection_pro",
        }

    @pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
    def test_list_each_label_of_their_scope_once(self, preset):
        scope = [*preset.on, *preset.off]

        assert len(set(scope)) == len(scope)
        kinds = set(kinds_for(preset.content_type))
        assert all(kinds & set(BY_CODE[code].content_types) for code in scope)
        assert {code for code, rule in preset.rules.labels.items() if rule.on} == set(preset.on)

    @pytest.mark.django_db
    @pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
    def test_could_be_published_as_they_are(self, preset):
        service = Service(
            account=make_account(), content_type=preset.content_type, is_human_only=preset.is_human_only
        )

        require_publishable(service=service, rules=preset.rules)

    @pytest.mark.parametrize(
        "preset",
        [preset for preset in PRESETS if preset.content_type == ContentType.IMAGE],
        ids=lambda preset: preset.code,
    )
    def test_of_pictures_are_on_for_what_some_engine_sees_only(self, preset):
        """Or every answer would be full of labels that could not be looked for."""
        seen = {label for _engine, _raw, label in MAPPINGS}

        assert set(preset.on) - seen == set()

    def test_of_the_global_baseline_have_the_seven_detection_types(self):
        groups = {BY_CODE[code].group for code in GLOBAL_SCOPE}

        assert groups == {
            "pornographic",
            "suggestive",
            "terrorist",
            "prohibited",
            "flag",
            "undesirable",
            "abusive",
        }
        prohibited = [code for code in GLOBAL_SCOPE if BY_CODE[code].group == "prohibited"]
        assert len(prohibited) == 4

    def test_of_the_baseline_have_the_published_labels(self):
        assert set(BASELINE_SCOPE) == set(PUBLISHED[:34])


@pytest.mark.django_db
class TestInstalling:
    def test_gives_every_new_account_all_of_them(self):
        account = make_account()

        codes = set(Service.objects.owned_by(account).values_list("code", flat=True))
        assert codes == {preset.code for preset in PRESETS}

    def test_gives_an_account_what_it_lacks_and_changes_nothing_else(self):
        account = make_account()
        held = Service.objects.owned_by(account).get(code="comment_detection")
        before = held.current_version_id
        for code in ("baselineCheck", "tonalityImprove"):
            Service.objects.owned_by(account).filter(code=code).update(code=f"old_{code}")

        made = install_default_services(account=account, actor=None, now=NOW)

        assert {service.code for service in made} == {"baselineCheck", "tonalityImprove"}
        assert all(service.current_version.number == 1 for service in made)
        held.refresh_from_db()
        assert held.current_version_id == before
        assert install_default_services(account=account, actor=None, now=NOW) == []
