"""What the gateway answers before any operation is asked."""

import pytest
import requests
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from darabonba.exceptions import DaraException

from tests.wire.clients import client


class TestRefusals:
    def test_are_exceptions_of_the_sdk(self, served, key):
        asked = models.MultiModalGuardRequest(service="x", service_parameters="{}")
        with pytest.raises(DaraException) as refused:
            client(green, served, key).multi_modal_guard(asked)
        assert refused.value.code == "InvalidAction.NotFound"
        assert "MultiModalGuard" in str(refused.value)

    @pytest.mark.parametrize("path", ["/", "/green/", "/green/image/nothing", "/green/image/scan/x?a=%ff"])
    def test_are_json(self, served, path):
        answer = requests.post(served.url + path, data=b"\xff\x00", timeout=10)
        assert answer.status_code in (400, 401, 404)
        assert {"Code", "Message", "RequestId", "HostId"} <= set(answer.json())
        assert answer.json()["RequestId"] == answer.headers["x-acs-request-id"]

    def test_the_console_is_where_it_was(self, served):
        answer = requests.get(served.url + "/", timeout=10, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/console/")
