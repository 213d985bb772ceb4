"""Calls by path of version 1.0, as its own SDK sends them and as a generic client does."""

import json

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions
from aliyunsdkcore.request import RoaRequest

from tests.wire.clients import classic, config, to


def by_path(served, key, request: RoaRequest, content, **query) -> dict:
    """`request` is a class of the SDK; `content` its body."""
    asked = to(request(), served)
    asked.set_accept_format("JSON")
    for name, value in query.items():
        asked.add_query_param(name, value)
    asked.set_content(json.dumps(content).encode())
    return json.loads(classic(served, key).do_action_with_exception(asked))


def generically(served, key, path: str, action: str, content) -> dict:
    params = Params(
        action=action, version="2018-05-09", protocol="HTTP", pathname=path, method="POST", auth_type="AK",
        style="ROA", req_body_type="json", body_type="json",
    )  # fmt: skip
    client = Client(config(served, key))
    return client.call_api(params, OpenApiRequest(body=content), RuntimeOptions())["body"]
