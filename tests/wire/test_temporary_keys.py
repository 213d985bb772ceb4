"""Keys for a while: asked for over the REST API, used in the SDKs as STS credentials."""

from datetime import timedelta

import oss2
import pytest
import requests
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models as console_models
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import DaraException
from django.utils import timezone

from config.accounts.operations.keys import issue_key, revoke_key
from config.audit.models import AuditRecord
from config.wire.models import TemporaryKey
from tests.factories import NOW
from tests.wire.clients import config


def ask(served, key, **asked):
    headers = {"Authorization": f"Bearer {key.token}"}
    return requests.post(f"{served.url}/api/v1/temporary-keys", json=asked, headers=headers, timeout=10)


def lent(package, served, key, answer):
    given = config(served, key).to_map()
    given |= {
        "accessKeyId": answer["access_key_id"],
        "accessKeySecret": answer["access_key_secret"],
        "securityToken": answer["security_token"],
    }
    return package.Client(Config().from_map(given))


class TestTemporaryKeys:
    def test_do_what_they_were_lent_for(self, served, account, key):
        answer = ask(served, key, scopes=["images:moderate"], minutes=15)
        assert answer.status_code == 201, answer.text
        answer = answer.json()
        assert lent(green, served, key, answer).describe_upload_token().body.code == 200
        written = str(vars(AuditRecord.objects.get(action="key.lent")))
        assert answer["access_key_id"] in written and answer["access_key_secret"] not in written

        other = ask(served, key, scopes=["stats:read"]).json()
        for changed, code in (
            (other, "Forbidden"),
            (answer | {"security_token": other["security_token"]}, "InvalidSecurityToken.Malformed"),
            (answer | {"access_key_secret": other["access_key_secret"]}, "SignatureDoesNotMatch"),
        ):
            with pytest.raises(DaraException) as refused:
                lent(green, served, key, changed).describe_upload_token()
            assert refused.value.code == code

        TemporaryKey.objects.update(expires_at=timezone.now())
        with pytest.raises(DaraException, match="InvalidSecurityToken.Expired"):
            lent(green, served, key, answer).describe_upload_token()
        TemporaryKey.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
        revoke_key(key=key.key, actor=None, now=timezone.now())
        with pytest.raises(DaraException, match="InvalidAccessKeyId"):
            lent(green, served, key, answer).describe_upload_token()

    def test_of_uploads_do_nothing_else(self, served, account, key):
        answer = ask(served, key, upload_prefix="upload/mine/").json()
        auth = oss2.StsAuth(answer["access_key_id"], answer["access_key_secret"], answer["security_token"])
        bucket = oss2.Bucket(auth, served.url, "assay-uploads")

        assert bucket.put_object("upload/mine/a.txt", b"words").status == 200
        with pytest.raises(oss2.exceptions.AccessDenied):
            bucket.put_object("upload/others/a.txt", b"words")
        with pytest.raises(DaraException, match="Forbidden"):
            lent(green, served, key, answer).describe_upload_token()
        with pytest.raises(DaraException, match="Forbidden"):
            asked = console_models.GetUploadInfoRequest()
            lent(console, served, key, answer).get_upload_info(asked)

    def test_are_never_more_than_the_key(self, served, account, key):
        narrow = issue_key(
            account=account, name="narrow", actor=None, now=NOW, scopes=["texts:moderate"],
            expires_at=timezone.now() + timedelta(minutes=20),
        )  # fmt: skip
        refused = {
            "beyond": ask(served, narrow, scopes=["images:moderate"]),
            "unknown": ask(served, narrow, scopes=["everything"]),
            "nothing": ask(served, narrow),
            "short": ask(served, narrow, scopes=["texts:moderate"], minutes=14),
            "long": ask(served, narrow, scopes=["texts:moderate"], minutes=721),
            "odd": ask(served, narrow, scopes="texts:moderate"),
        }
        codes = {name: answer.json()["error"]["code"] for name, answer in refused.items()}
        assert codes == {
            "beyond": "scope_missing", "unknown": "scope_unknown", "nothing": "temporary_key_invalid",
            "short": "temporary_key_invalid", "long": "temporary_key_invalid", "odd": "invalid",
        }  # fmt: skip
        assert not TemporaryKey.objects.exists()
        ask(served, narrow, scopes=["texts:moderate"], minutes=60)
        assert TemporaryKey.objects.get().expires_at == narrow.key.expires_at
