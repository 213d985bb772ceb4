"""What documents the JSON of services, their rules, versions and drafts."""

from rest_framework import serializers

from moderation.backing import Backing
from moderation.models.content import ContentType
from moderation.values import LONGEST_DELAY, LONGEST_STEP, MOST_FRAMES, SHORTEST_STEP

IDS = "Ids, of this account."


class ServiceShape(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    content_type = serializers.ChoiceField(ContentType.choices)
    copied_from = serializers.CharField(allow_null=True, help_text="Code of the service it is a copy of.")
    version = serializers.IntegerField(help_text="Number of the version in force.")
    published_at = serializers.DateTimeField()
    labels_on = serializers.IntegerField()
    has_draft = serializers.BooleanField()
    is_human_only = serializers.BooleanField(
        help_text="Takes content for people alone: no machine judges what is sent to it."
    )


class RuleShape(serializers.Serializer):
    on = serializers.BooleanField(help_text="Detection status: whether the label is looked for.")
    medium = serializers.FloatField(min_value=0, max_value=100, help_text="Medium risk from this score on.")
    high = serializers.FloatField(min_value=0, max_value=100, help_text="High risk from this score on.")
    vocabularies = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text=f"{IDS} A hit returns library_label. Of texts, of speech, and of labels in _tii.",
    )
    image_libraries = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text=f"{IDS} A hit returns library_label. For labels of pictures that do not end in _tii.",
    )


class ToldRuleShape(RuleShape):
    name = serializers.CharField()
    group = serializers.CharField(help_text="Detection type.")
    group_name = serializers.CharField()
    library_label = serializers.CharField()
    backing = serializers.ChoiceField(
        [one.value for one in Backing],
        help_text="What stands behind it: engine, library_only or needs_engine.",
    )
    engines = serializers.ListField(child=serializers.CharField())
    missing_engines = serializers.ListField(
        child=serializers.CharField(), help_text="Would look for it if they were installed."
    )


class RulesBaseShape(serializers.Serializer):
    ignored_vocabularies = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Their words are taken out before anything is looked for.",
    )
    exempt_image_libraries = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="A picture that is in one of these is answered with nonLabel_lib alone.",
    )
    use_reviewed_samples = serializers.BooleanField(required=False)
    review_levels = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Audited by the account's own people: some of none, low, medium and high.",
    )
    manual_levels = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Sent on to the review team, where the manual review service is on.",
    )
    send_delay = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LONGEST_DELAY,
        help_text="Seconds before a human decision is sent.",
    )
    image_services = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Of videos: codes of the services whose rules judge the frames, at most ten.",
    )
    audio_service = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Of videos: code of the service whose rules judge the speech. Blank: nothing listens.",
    )
    every_ms = serializers.IntegerField(
        required=False,
        min_value=SHORTEST_STEP,
        max_value=LONGEST_STEP,
        help_text="Of videos: milliseconds between the frames looked at.",
    )
    most_frames = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_FRAMES, help_text="Of videos: frames looked at, at most."
    )
    sees_cuts = serializers.BooleanField(
        required=False, help_text="Of videos: the frames that begin a new scene are looked at as well."
    )
    reads = serializers.ChoiceField(
        ["cuts", "all", "none"], required=False, help_text="Of videos: in which frames text is read."
    )
    unheard_to_people = serializers.BooleanField(
        required=False, help_text="Of videos and audio: speech that nothing can hear goes to people."
    )


class RulesShape(RulesBaseShape):
    labels = serializers.DictField(child=RuleShape(), help_text="By code of the label.")


class ToldRulesShape(RulesBaseShape):
    labels = serializers.DictField(child=ToldRuleShape(), help_text="By code of the label.")


class ServiceWithRulesShape(ServiceShape):
    used_by = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of the video services whose rules name it to judge a part of them.",
    )
    rules = ToldRulesShape()


class ServiceFactsShape(serializers.Serializer):
    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=500, required=False)


class NewCopyShape(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=500, required=False)


class PublishShape(serializers.Serializer):
    based_on = serializers.IntegerField(help_text="Number of the version that you changed.")
    note = serializers.CharField(max_length=300, required=False)
    rules = RulesShape()


class SomeRuleShape(serializers.Serializer):
    on = serializers.BooleanField(required=False)
    medium = serializers.FloatField(min_value=0, max_value=100, required=False)
    high = serializers.FloatField(min_value=0, max_value=100, required=False)
    vocabularies = serializers.ListField(child=serializers.IntegerField(), required=False)
    image_libraries = serializers.ListField(child=serializers.IntegerField(), required=False)


class PublishChangesShape(RulesBaseShape):
    based_on = serializers.IntegerField(
        required=False, help_text="Left out: whatever is in force at that moment is changed."
    )
    note = serializers.CharField(max_length=300, required=False)
    labels = serializers.DictField(child=SomeRuleShape(), required=False)


class RollBackShape(serializers.Serializer):
    to = serializers.IntegerField(help_text="Number of the version whose rules come back.")
    based_on = serializers.IntegerField(required=False, help_text="Number of the version you saw in force.")


class ChangeShape(serializers.Serializer):
    label = serializers.CharField(help_text="Blank for settings of the whole service.")
    setting = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class VersionShape(serializers.Serializer):
    number = serializers.IntegerField()
    note = serializers.CharField()
    author = serializers.CharField(help_text="A user name, key:<access key id>, or system.")
    published_at = serializers.DateTimeField()
    restored_from = serializers.IntegerField(allow_null=True)
    changes = ChangeShape(many=True, help_text="Against the version before it.")


class VersionWithRulesShape(VersionShape):
    rules = ToldRulesShape()


class VersionPageShape(serializers.Serializer):
    versions = VersionShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last.")


class ComparisonShape(serializers.Serializer):
    changes = ChangeShape(many=True)

    def get_fields(self):
        side = serializers.CharField(help_text="Number of a version, or draft.")
        return {"from": side, "to": serializers.CharField(), **super().get_fields()}


class LevelCountShape(serializers.Serializer):
    level = serializers.CharField(help_text="high, medium, low or none.")
    before = serializers.IntegerField(help_text="Results of this level under the rules in force.")
    after = serializers.IntegerField(help_text="Results of this level under the rules that are tried.")


class PreviewShape(serializers.Serializer):
    changes = ChangeShape(many=True)
    results = serializers.IntegerField(help_text="How many results were judged anew.")
    rises = serializers.IntegerField(help_text="How many would be at a higher level.")
    falls = serializers.IntegerField(help_text="How many would be at a lower level.")
    levels = LevelCountShape(many=True)


class NewDraftShape(serializers.Serializer):
    based_on = serializers.IntegerField(help_text="Number of the version that the draft was begun on.")
    revision = serializers.IntegerField(
        required=False, help_text="Of the draft you saw, 0 for none; refused if it is another one now."
    )
    rules = RulesShape()


class DraftShape(serializers.Serializer):
    based_on = serializers.IntegerField()
    revision = serializers.IntegerField()
    author = serializers.CharField()
    updated_at = serializers.DateTimeField()
    changes = ChangeShape(many=True, help_text="Against what is in force.")
    rules = ToldRulesShape()
