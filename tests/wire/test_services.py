"""Services and their rules through the unmodified SDK: what it reads is what the platform holds."""

import json
import uuid

import pytest
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException

from libraries.operations.image_libraries import create_image_library
from moderation.catalogue.names import label_name
from moderation.models import Service, ServiceVersion
from moderation.values import Level
from tests.factories import (
    NOW,
    make_account,
    make_endpoint,
    make_key,
    make_vocabulary,
    publish,
    service_of,
    switch_manual_review,
)
from tests.wire.clients import client


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


def rules_of(account, code):
    return service_of(account, code).current_version.rules


def update(sdk, **asked):
    asked = {
        name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in asked.items()
    }
    return sdk.update_service_config(models.UpdateServiceConfigRequest(**asked)).body


class TestListOfServices:
    def test_is_that_of_the_account(self, sdk, account):
        everything = sdk.list_service_configs(models.ListServiceConfigsRequest()).body
        held = Service.objects.owned_by(account).shown_to(account)
        assert (everything.code, everything.success) == (200, True)
        assert {one.service_code for one in everything.data} == set(held.values_list("code", flat=True))
        texts = sdk.list_service_configs(models.ListServiceConfigsRequest(resource_type="text")).body.data
        assert {one.resource_type for one in texts} == {"text"}
        (voice,) = sdk.list_service_configs(models.ListServiceConfigsRequest(resource_type="voice")).body.data
        assert voice.resource_type == "audio"
        videos = sdk.list_service_configs(models.ListServiceConfigsRequest(resource_type="video")).body.data
        rules = rules_of(account, videos[0].service_code)
        assert videos[0].custom_service_conf.image_service == list(rules.image_services)
        assert videos[0].custom_service_conf.audio_service == rules.audio_service
        assert sdk.list_service_configs(models.ListServiceConfigsRequest(use_status="out")).body.data == []
        with pytest.raises(DaraException) as refused:
            sdk.list_service_configs(models.ListServiceConfigsRequest(resource_type="smell"))
        assert refused.value.code == "InvalidParameter"

    def test_has_copies_with_their_origin(self, sdk, account):
        asked = models.CopyServiceConfigRequest(
            resource_type="text", service_code="comment_detection", service_name="Forum", service_desc="new"
        )
        assert sdk.copy_service_config(asked).body.data is True
        sdk.modify_service_info(
            models.ModifyServiceInfoRequest(service_code="comment_detection_01", service_name="论坛")
        )
        listed = sdk.list_service_configs(models.ListServiceConfigsRequest()).body.data
        (copy,) = [one for one in listed if one.copy_from]
        made = service_of(account, "comment_detection_01")
        assert (copy.service_code, copy.copy_from) == ("comment_detection_01", "comment_detection")
        assert (copy.service_name, copy.service_desc) == (made.name, made.description) == ("论坛", "new")
        for code, kind in (("nobodys", "text"), ("comment_detection", "image")):
            with pytest.raises(DaraException) as refused:
                sdk.copy_service_config(
                    models.CopyServiceConfigRequest(resource_type=kind, service_code=code, service_name="x")
                )
            assert refused.value.code == "InvalidResource.NotFound"


class TestReadingAService:
    def test_tells_all_that_its_rules_say(self, sdk, account):
        switch_manual_review(account)
        flagged, ignored = make_vocabulary(account, words=["lotus"]), make_vocabulary(account)
        endpoint = make_endpoint(account).endpoint
        service = service_of(account)
        rules = service.current_version.rules.with_label("customized", vocabularies=(flagged.pk,))
        rules = type(rules)(
            labels=rules.labels,
            ignored_vocabularies=(ignored.pk,),
            manual_levels=frozenset({Level.HIGH, Level.MEDIUM}),
            send_delay=30,
        )
        publish(service, rules)
        asked = {"resource_type": "text", "service_code": "comment_detection"}
        body = sdk.get_service_config(models.GetServiceConfigRequest(**asked)).body.data
        conf = body.custom_service_conf
        assert (conf.keyword_hit_libs, conf.keyword_filter_libs) == ([str(flagged.pk)], [str(ignored.pk)])
        machine = conf.manual_machine_config
        assert (machine.enable, machine.audit_risk_levels) == (True, ["high", "medium"])
        assert (machine.manual_service, machine.callback_id) == ("textManualCheck", endpoint.pk)
        assert body.uid == account.uid

        whole = sdk.get_service_conf(models.GetServiceConfRequest(**asked)).body
        told = {
            label["Label"]: label
            for scene in whole.custom_service_conf["Scenes"]
            for label in scene["Labels"]
        }
        assert set(told) == set(rules.labels)
        for code, rule in rules.labels.items():
            assert (told[code]["On"], told[code]["MediumScore"]) == (rule.on, rule.medium)
            assert (told[code]["HighScore"], told[code]["Description"]) == (rule.high, label_name(code))
        assert told["customized"]["KeywordLibs"] == [str(flagged.pk)]
        assert whole.custom_service_conf["ServiceConfig"]["SendDelay"] == 30
        assert whole.custom_service_conf["ServiceConfig"]["Version"] == 2
        first = sdk.get_service_conf(models.GetServiceConfRequest(by_default=True, **asked)).body
        assert first.custom_service_conf["KeywordHitLibs"] == []
        assert "Version" not in first.custom_service_conf["ServiceConfig"]

        scenes = sdk.get_service_label_config(models.GetServiceLabelConfigRequest(**asked)).body.data
        assert scenes == whole.custom_service_conf["Scenes"]
        queried = sdk.query_label_config(
            models.QueryLabelConfigRequest(service_code="comment_detection,baselineCheck")
        ).body.content_moderation
        assert {one["ServiceCode"]: one["Scenes"] for one in queried}["comment_detection"] == scenes

    def test_of_pictures_names_their_labels(self, sdk, account):
        catalogue = sdk.get_image_scene_label_conf(models.GetImageSceneLabelConfRequest()).body
        known = {label["Label"] for scene in catalogue.data for label in scene["Labels"]}
        asked = models.GetImageSceneLabelListConfRequest(image_service_code="baselineCheck")
        listed = sdk.get_image_scene_label_list_conf(asked).body.data
        assert {label["Label"] for label in listed} == set(rules_of(account, "baselineCheck").labels) <= known
        with pytest.raises(DaraException):
            sdk.get_image_scene_label_list_conf(
                models.GetImageSceneLabelListConfRequest(image_service_code="comment_detection")
            )

    def test_of_another_account_is_not_there(self, served, sdk, account):
        theirs = make_account()
        client(console, served, make_key(theirs)).copy_service_config(
            models.CopyServiceConfigRequest(service_code="comment_detection", service_name="Theirs")
        )
        asked = models.GetServiceConfigRequest(service_code="comment_detection_01")
        answer = sdk.get_service_config(asked).body
        assert (answer.code, answer.success, answer.data) == (400, False, None)
        answer = update(sdk, service_code="comment_detection_01", service_config={"SendDelay": 1})
        assert (answer.code, answer.http_status_code, answer.success) == (400, 400, False)
        assert service_of(theirs, "comment_detection_01").versions.count() == 1


class TestUpdating:
    def test_publishes_one_new_version(self, sdk, account, key):
        words, ignored = make_vocabulary(account), make_vocabulary(account)
        switch_manual_review(account)
        endpoint = make_endpoint(account).endpoint
        answer = update(
            sdk,
            resource_type="text",
            service_code="comment_detection",
            scene="prohibited",
            scene_config={"Labels": [{"Label": "contraband_gambling", "On": False, "MediumScore": 10}]},
            keyword_hit_libs=[str(words.pk)],
            keyword_filter_libs=[ignored.pk],
            manual_machine_config={
                "Enable": True,
                "AuditRiskLevels": ["high"],
                "CallbackId": endpoint.pk,
                "ManualService": "textManualCheck",
            },
            service_config={"SendDelay": 60, "Version": 1, "Note": "from the SDK"},
        )
        assert (answer.code, answer.data, answer.success) == (200, True, True)
        service = service_of(account)
        version, rules = service.current_version, service.current_version.rules
        assert (version.number, version.note, version.author) == (2, "from the SDK", f"key:{key.key.prefix}")
        assert (rules.labels["contraband_gambling"].on, rules.labels["contraband_gambling"].medium) == (
            False,
            10.0,
        )
        assert rules.labels["customized"].vocabularies == (words.pk,)
        assert rules.ignored_vocabularies == (ignored.pk,)
        assert (rules.manual_levels, rules.send_delay) == (frozenset({Level.HIGH}), 60)

        stale = update(sdk, service_code="comment_detection", service_config={"SendDelay": 1, "Version": 1})
        assert (stale.code, stale.success) == (400, False)
        again = update(sdk, service_code="comment_detection", service_config={"SendDelay": 60})
        assert (again.code, service.versions.count()) == (200, 2)

    def test_takes_back_what_was_told(self, sdk, account):
        words = make_vocabulary(account)
        rules = rules_of(account, "comment_detection").with_label("sexual_content", vocabularies=(words.pk,))
        publish(service_of(account), rules)
        asked = models.GetServiceConfRequest(service_code="comment_detection")
        conf = sdk.get_service_conf(asked).body.custom_service_conf
        scene = conf["Scenes"][0]
        answer = update(
            sdk,
            service_code="comment_detection",
            scene=scene["Scene"],
            scene_config=scene,
            keyword_hit_libs=conf["KeywordHitLibs"],
            keyword_filter_libs=conf["KeywordFilterLibs"],
            manual_machine_config=conf["ManualMachineConfig"],
            service_config=conf["ServiceConfig"],
            keyword_lib_process_conf={str(words.pk): []},
        )
        assert answer.code == 200, answer.msg
        assert rules_of(account, "comment_detection") == rules
        update(sdk, service_code="comment_detection", keyword_hit_libs=[])
        assert rules_of(account, "comment_detection").labels["sexual_content"].vocabularies == ()

    def test_may_be_repeated_and_tried(self, sdk, account):
        token = str(uuid.uuid4())
        asked = {"service_code": "comment_detection", "service_config": {"SendDelay": 9}}
        assert update(sdk, dry_run=True, client_token=token, **asked).data is True
        versions = ServiceVersion.objects.filter(service=service_of(account))
        assert versions.count() == 1
        assert update(sdk, client_token=token, **asked).data is True
        update(sdk, service_code="comment_detection", service_config={"SendDelay": 10})
        assert update(sdk, client_token=token, **asked).data is True
        assert (versions.count(), rules_of(account, "comment_detection").send_delay) == (3, 10)
        reused = update(
            sdk, client_token=token, service_code="comment_detection", service_config={"SendDelay": 11}
        )
        assert (reused.code, reused.data) == (400, None)
        bad = {"SceneConfig": {"Labels": [{"Label": "political_n", "MediumScore": 90, "HighScore": 10}]}}
        tried = update(
            sdk, dry_run=True, service_code="comment_detection_pro", scene_config=bad["SceneConfig"]
        )
        assert (tried.code, tried.success) == (400, False)

    def test_refuses_what_has_another_form(self, sdk, account):
        for wrong in (
            {"scene_config": "{"},
            {"scene_config": {"Labels": [{"Label": "contraband_drug"}], "Colour": "red"}},
            {"scene_config": {"Labels": [{"Label": "contraband_drug"}]}, "scene": "pornographic"},
            {"service_config": {"SendDelay": "soon"}},
            {"service_config": {"Colour": "red"}},
            {"keyword_hit_libs": {"a": 1}},
            {"keyword_hit_libs": ["one"]},
            {"manual_machine_config": {"Enable": "yes"}},
        ):
            with pytest.raises(DaraException) as refused:
                update(sdk, service_code="comment_detection", **wrong)
            assert refused.value.code == "InvalidParameter", wrong
        assert service_of(account).current_version.number == 1

    def test_refuses_what_cannot_be_in_force(self, sdk, account):
        switch_manual_review(account)
        library = create_image_library(account=account, name="x", description="", actor=None, now=NOW)
        variants = make_vocabulary(account)
        theirs = make_vocabulary(make_account())
        for code, wrong in (
            ("comment_detection", {"scene_config": {"Labels": [{"Label": "nobodys_label", "On": True}]}}),
            ("comment_detection", {"scene_config": {"Labels": [{"Label": "customized", "HighScore": "x"}]}}),
            ("comment_detection", {"service_config": {"ExemptImageLibs": [str(library.pk)]}}),
            ("comment_detection", {"keyword_hit_libs": [str(theirs.pk)]}),
            ("comment_detection", {"keyword_lib_process_conf": {str(variants.pk): ["fps"]}}),
            ("comment_detection", {"file_config": {"Service": "document_detection"}}),
            ("comment_detection", {"manual_machine_config": {"Enable": True, "CallbackId": 7}}),
            ("baselineCheck", {"keyword_hit_libs": [str(variants.pk)]}),
        ):
            answer = update(sdk, service_code=code, **wrong)
            assert (answer.code, answer.success) == (400, False), wrong
            assert answer.msg != "OK"
            assert service_of(account, code).current_version.number == 1

    def test_says_where_manual_review_is_off(self, sdk):
        with pytest.raises(DaraException) as refused:
            update(sdk, service_code="comment_detection", manual_machine_config={"Enable": True})
        assert refused.value.code == "Forbidden"

    def test_needs_the_scope(self, served, account):
        reader = client(console, served, make_key(account, scopes=["services:read"]))
        assert reader.list_service_configs(models.ListServiceConfigsRequest()).body.code == 200
        with pytest.raises(DaraException) as refused:
            update(reader, service_code="comment_detection", service_config={"SendDelay": 1})
        assert refused.value.code == "Forbidden"

    def test_changes_which_services_judge_a_video(self, sdk, account):
        videos = Service.objects.owned_by(account).of_content("video").for_machine().by_code()
        code = videos.first().code
        config = {"ImageService": ["baselineCheck"], "AudioService": "", "EveryMs": 2000}
        assert update(sdk, service_code=code, video_config=config).code == 200
        rules = rules_of(account, code)
        assert (rules.image_services, rules.audio_service) == (("baselineCheck",), "")
        told = sdk.get_service_conf(models.GetServiceConfRequest(service_code=code)).body.custom_service_conf
        assert told["VideoConfig"] == config | {"MostFrames": 200, "SeesCuts": True, "Reads": "cuts"}


class TestFeatures:
    def test_are_single_settings(self, sdk, account):
        asked = {"resource_type": "text", "service_code": "comment_detection"}

        def change(**config):
            return sdk.modify_feature_config(models.ModifyFeatureConfigRequest(**asked, **config)).body

        changed = change(type="label", field="customized", config=json.dumps({"MediumScore": 20}))
        assert (changed.code, changed.data) == (200, True)
        assert rules_of(account, "comment_detection").labels["customized"].medium == 20.0
        told = sdk.get_feature_config(
            models.GetFeatureConfigRequest(type="label", query="customized", **asked)
        ).body.data
        assert {one["Field"] for one in told.feature_conf} >= {"customized"}
        assert told.feature_conf[-1]["Config"]["MediumScore"] in (20.0, 60.0)
        change(type="service", field="__config__", config=json.dumps({"SendDelay": 77}))
        whole = sdk.get_feature_config(models.GetFeatureConfigRequest(type="service", **asked)).body.data
        assert whole.feature_conf[0]["Config"]["SendDelay"] == 77
        assert rules_of(account, "comment_detection").send_delay == 77
        for wrong in (
            {"type": "custom_llm_template", "field": "x", "config": "{}"},
            {"type": "service", "field": "x", "config": "{}"},
            {"type": "label", "field": "customized", "config": "[]"},
            {"type": "label", "field": "customized", "config": "{}", "description": "mine"},
        ):
            with pytest.raises(DaraException):
                change(**wrong)
        unknown = change(type="label", field="nobodys_label", config=json.dumps({"On": True}))
        assert (unknown.code, unknown.success) == (400, False)
