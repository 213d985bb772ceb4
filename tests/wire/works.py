"""Recordings that clients name by address, and the platform's own work on them, in the process of a test."""

from contextlib import contextmanager

import oss2

from libraries.operations.image_adding import NewImage, add_images
from libraries.operations.image_libraries import create_image_library
from moderation.media_process import MediaProcess
from moderation.models.content import ContentType
from moderation.values import LabelRule, Rules
from tests.factories import NOW, make_vocabulary
from tests.moderation.media.film.films import film
from tests.moderation.media_jobs.test_real import END, KNOWN, SIZE, make_service, painted, spoken
from tests.pictures import encode
from tests.receivers import Reply, receiving


def made_film() -> bytes:
    """A code from second 4, a known picture from 8 to 11; from 12.5 on it is said that the casino is open."""
    return film(moments=range(0, END, 100), paint=painted, size=SIZE, rate=10, sound=spoken)


def open_services(account, **changes) -> None:
    """Services for that film, and for sound alone."""
    library = create_image_library(account=account, name="Logos", description="", actor=None, now=NOW)
    add_images(library=library, images=[NewImage("logo.png", encode(KNOWN))], actor=None, now=NOW)
    words = make_vocabulary(account, words=["casino", "clubs"], name="Games")
    pictures = {"pt_qrCode": LabelRule(), "pt_logotoSocialNetwork": LabelRule(image_libraries=(library.pk,))}
    make_service(account, "codes", ContentType.IMAGE, Rules(labels=pictures))
    heard = {"contraband_gambling": LabelRule(vocabularies=(words.pk,))}
    make_service(account, "speech", ContentType.AUDIO, Rules(labels=heard, **changes))
    rules = Rules(image_services=("codes",), audio_service="speech", reads="none", **changes)
    make_service(account, "clips", ContentType.VIDEO, rules)


@contextmanager
def at_an_address(data: bytes):
    with receiving(Reply(200, {}, data)) as server:
        yield server.url


def uploaded(green, data: bytes, name: str) -> dict[str, str]:
    """As a program puts a local file: what it then says in its call. `green` is a client of the SDK."""
    token = green.describe_upload_token().body.data
    auth = oss2.StsAuth(token.access_key_id, token.access_key_secret, token.security_token)
    bucket = oss2.Bucket(auth, token.oss_internet_end_point, token.bucket_name)
    name = token.file_name_prefix + name
    bucket.put_object(name, data)
    return {"ossBucketName": token.bucket_name, "ossObjectName": name}


def work() -> None:
    MediaProcess(threads=1).run(until_empty=True)
