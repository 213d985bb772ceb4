"""Services for recordings, as tests need them: a video service is there, one for its speech is made."""

from config.accounts.models import Account
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.factories import NOW

VIDEO, IMAGE, BASELINE, SPEECH = "videoDetection", "postImageCheck", "baselineCheck", "podcasts"


def make_speech_service(account: Account) -> Service:
    return create_service(
        account=account,
        code=SPEECH,
        name="Podcasts",
        description="What is said in them",
        content_type=ContentType.AUDIO,
        rules=Rules(labels={"pt_to_contact": LabelRule()}),
        actor=None,
        now=NOW,
    )
