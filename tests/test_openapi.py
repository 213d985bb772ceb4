"""The description of the API is valid, complete, and served without a key."""

import pytest
from django.core.management import call_command


def test_it_is_valid_and_warns_of_nothing(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/openapi", "/api/docs"])
def test_it_is_served(client, path):
    assert client.get(path).status_code == 200
