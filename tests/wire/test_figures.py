"""Usage and its exports, through the SDKs, beside what the REST API says."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from alibabacloud_green20170823 import client as classic_console
from alibabacloud_green20170823 import models as classic_models
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException
from django.utils import timezone
from openpyxl import load_workbook

from config.accounts.operations.keys import revoke_key
from config.audit.models import AuditRecord
from stats.exports import links
from stats.exports.at_once import ROWS_AT_ONCE
from stats.exports.jobs import make_export
from stats.models import Export
from stats.operations import fold
from tests.factories import CLEAN, RISKY, make_account, make_key, make_result, service_of
from tests.ground.live import wait_until
from tests.moderation.results_made import PORN, image_service, many
from tests.stats.results import clean, hit, store_result
from tests.wire.clients import client


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


@pytest.fixture
def now(account):
    """Figures of two days: texts of two services, and pictures."""
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    hit(account, "pt_to_contact", at=yesterday)
    hit(account, "pt_to_contact", "customized", at=now)
    fold(now=now)
    clean(account, at=now)
    store_result(image_service(account), "medium", PORN, "contraband_drug_tii", at=now)
    hit(account, service="chat_detection", at=now, source="test")
    hit(make_account(), at=now)
    return now


def days(now) -> dict:
    return {
        "start_date": f"{now - timedelta(days=1):%Y-%m-%d} 00:00:00",
        "end_date": f"{now:%Y-%m-%d} 23:59:59",
    }


def rest(served, key, now) -> dict:
    query = {"from": f"{now - timedelta(days=1):%Y-%m-%d}", "to": f"{now:%Y-%m-%d}"}
    headers = {"Authorization": f"Bearer {key.token}"}
    return requests.get(f"{served.url}/api/v1/usage", query, headers=headers, timeout=30).json()


def rows_at(url: str) -> list[tuple]:
    answer = requests.get(url, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    return list(load_workbook(io.BytesIO(answer.content)).active.values)


def address_on(served, export, now) -> str:
    _own, _mark, rest = links.shared_address(export, now=now).partition("/exports/")
    return f"{served.url}/exports/{rest}"


class TestUsage:
    def test_is_what_the_api_answers(self, sdk, served, key, account, now):
        own = rest(served, key, now)

        def ask(**asked):
            body = sdk.get_cip_stats(models.GetCipStatsRequest(**days(now) | asked)).body
            assert (body.code, body.http_status_code, body.success) == (200, 200, True)
            return body.data

        data = ask(type="cip")
        both = [f"{now - timedelta(days=1):%Y-%m-%d}", f"{now:%Y-%m-%d}"]
        assert (data.x, data.uids) == (both, [account.uid])
        calls = {line.name: dict(zip(data.x, line.data, strict=True)) for line in data.y}
        hits = {line.name: dict(zip(data.x, line.data, strict=True)) for line in data.z}
        for row in own["usage"]:
            assert calls[row["service"]][row["date"]] == row["calls"]
            assert hits[row["service"]][row["date"]] == row["hits"]
        assert sum(sum(line.data) for line in data.y) == own["total"]["calls"] == 4
        assert data.total_stat["comment_detection"] == {"Total": 3, "Share": "75.00%"}

        levels = {line.name: sum(line.data) for line in ask(type="risk_level").y}
        assert levels == {
            level: own["total"].get(level, own["total"]["calls"] - own["total"]["hits"])
            for level in ("high", "medium", "low", "none")
        }

    def test_draws_the_labels_of_each_service(self, sdk, served, key, now):
        def charts(**asked):
            body = sdk.get_cip_stats(models.GetCipStatsRequest(**days(now) | asked)).body
            return {chart.service_code: chart for chart in body.data.label_stat_chart}

        found = charts()
        texts, pictures = found["comment_detection"], found["albums"]
        assert texts.total_count == 3
        assert [(one.name, one.value) for one in texts.tree_chart] == [
            ("pt_to_contact", "66.67"),
            ("customized", "33.33"),
        ]
        assert [one.name for one in texts.text_tree_chart] == ["pt_to_contact", "customized"]
        assert [(line.name, line.data) for line in texts.y] == [
            ("pt_to_contact", [1, 1]),
            ("customized", [0, 1]),
        ]
        assert [one.name for one in pictures.image_tree_char] == [PORN]
        assert [one.name for one in pictures.text_tree_chart] == ["contraband_drug_tii"]
        own = {one["label"]: one["hits"] for one in rest(served, key, now)["labels"]}
        assert own == {line.name: sum(line.data) for chart in found.values() for line in chart.y}
        assert list(charts(service_code="albums")) == ["albums"]
        only = charts(label="customized")["comment_detection"]
        assert [(one.name, one.value) for one in only.tree_chart] == [("customized", "100.00")]

    def test_is_by_month_too(self, sdk, account, now):
        body = sdk.get_cip_stats(models.GetCipStatsRequest(by_month=True, resource_type="image")).body
        assert len(body.data.x) == 6
        assert [line.data[-1] for line in body.data.y] == [1]
        assert body.data.x[-1] == f"{now:%Y-%m}"
        store_result(service_of(account, "audio_media_detection"), "high", "pt_to_contact", at=now)
        body = sdk.get_cip_stats(models.GetCipStatsRequest(by_month=True, resource_type="voice")).body
        (chart,) = body.data.label_stat_chart
        assert [(one.name, one.value) for one in chart.voice_tree_chart] == [("pt_to_contact", "100.00")]

    def test_says_what_is_wrong(self, sdk, served, account, now):
        for asked in (
            {"type": "prompt_attack"},
            {"resource_type": "smell"},
            {"sub_uid": "4711"},
            {"query": '{"colour": "red"}'},
            {"query": "{"},
        ):
            with pytest.raises(DaraException) as refused:
                sdk.get_cip_stats(models.GetCipStatsRequest(**asked))
            assert refused.value.code == "InvalidParameter"
        for asked in (
            {"service_code": "nobody"},
            {"start_date": "2026-13-01 00:00:00"},
            {"start_date": "2020-01-01 00:00:00"},
        ):
            body = sdk.get_cip_stats(models.GetCipStatsRequest(**asked)).body
            assert (body.code, body.success) == (400, False)
        poor = client(console, served, make_key(account, scopes=["results:read"]))
        with pytest.raises(DaraException) as refused:
            poor.get_cip_stats(models.GetCipStatsRequest())
        assert refused.value.code == "Forbidden"


class TestUsageOfTheOlderVersion:
    def test_counts_by_what_is_suggested(self, served, key, now):
        sdk = client(classic_console, served, key)
        own = rest(served, key, now)["usage"]

        usage = sdk.describe_open_api_usage(classic_models.DescribeOpenApiUsageRequest(**days(now))).body

        assert usage.total_count == len(own)
        assert {
            (one.scene, one.date): (one.total_count, one.block_count, one.review_count, one.pass_count)
            for one in usage.open_api_usage_list
        } == {
            (row["service"], row["date"]): (
                row["calls"],
                row["high"],
                row["medium"] + row["low"],
                row["calls"] - row["hits"],
            )
            for row in own
        }
        asked = classic_models.DescribeOpenApiRcpStatsRequest(resource_type="image", **days(now))
        stats = sdk.describe_open_api_rcp_stats(asked).body
        assert [(one.resource_type, one.total_count, one.review_count) for one in stats.stat_list] == [
            ("image", 1, 1)
        ]
        asked = classic_models.DescribeOpenApiRcpStatsRequest(biz_type="comment_detection", **days(now))
        assert sum(one.total_count for one in sdk.describe_open_api_rcp_stats(asked).body.stat_list) == 3
        asked = classic_models.DescribeOpenApiRcpStatsRequest(biz_type="unknown")
        with pytest.raises(Exception, match="unknown|service"):
            sdk.describe_open_api_rcp_stats(asked)
        asked = classic_models.ExportOpenApiRcpStatsRequest(**days(now))
        rows = rows_at(sdk.export_open_api_rcp_stats(asked).body.download_url)
        assert {(row[1], row[3]): row[2] for row in rows[1:]} == {
            (row["service"], row["date"]): row["calls"] for row in own
        }


class TestExports:
    def test_of_figures_are_files_for_whoever_has_the_address(self, sdk, served, key, now):
        own = rest(served, key, now)["usage"]

        body = sdk.export_cip_stats(
            models.ExportCipStatsRequest(export_type="level", type="risk_level", **days(now))
        ).body

        assert (body.code, body.success, body.http_status_code) == (200, True, 200)
        assert body.data.startswith(served.url) and body.data.endswith(".xlsx")
        headers, *rows = rows_at(body.data)
        assert headers[4:8] == ("Hits", "High risk", "Medium risk", "Low risk")
        assert [row[2:8] for row in rows] == [
            (row["calls"], row["date"], row["hits"], row["high"], row["medium"], row["low"])
            for row in sorted(own, key=lambda row: (row["date"], row["service"] != "comment_detection"))
        ]
        labels = rows_at(sdk.export_cip_stats(models.ExportCipStatsRequest(export_type="label")).body.data)
        assert labels[0][-1] == "Labels with hits"
        assert "pt_to_contact" in labels[1][-1]
        with pytest.raises(DaraException):
            sdk.export_cip_stats(models.ExportCipStatsRequest(export_type="smell"))

    def test_of_results_hold_the_same_rows_as_the_list(self, sdk, account):
        risky, other = make_result(account, RISKY, data_id="d-1"), make_result(account, CLEAN)
        make_result(make_account(), RISKY)

        def of(action, request):
            return rows_at(action(request).body.data)

        texts = of(sdk.export_text_scan_result, models.ExportTextScanResultRequest())
        assert {row[0] for row in texts[1:]} == {str(risky.request_id), str(other.request_id)}
        asked = models.ExportScanResultRequest(query={"Labels": "!=nonLabel"}, resource_type="text")
        (row,) = of(sdk.export_scan_result, asked)[1:]
        assert row[0] == str(risky.request_id)
        assert RISKY in row
        body = sdk.export_scan_result(models.ExportScanResultRequest(query={"DataId": "nothing"})).body
        assert len(rows_at(body.data)) == 1

    def test_of_long_lists_are_left_to_the_workers_and_waited_for(self, sdk, served, account):
        many(account, make_result(account, CLEAN), ROWS_AT_ONCE)
        with ThreadPoolExecutor(1) as waiting:
            answer = waiting.submit(sdk.export_scan_result, models.ExportScanResultRequest())
            export = wait_until(Export.objects.first, "the export was asked for")
            early = requests.get(address_on(served, export, timezone.now()), timeout=30)
            assert make_export(export_id=export.pk, now=timezone.now())
            response = answer.result(60)
        assert (early.status_code, early.headers["Retry-After"]) == (409, "5")
        assert response.headers["x-assay-export-state"] == "ready"
        assert len(rows_at(response.body.data)) == 1 + ROWS_AT_ONCE + 1

    def test_stop_to_be_there(self, sdk, served, account, key):
        make_result(account, RISKY)
        url = sdk.export_scan_result(models.ExportScanResultRequest()).body.data
        export = Export.objects.get()
        assert requests.get(url, timeout=30).ok
        record = AuditRecord.objects.filter(action="results.downloaded").get()
        assert (record.subject, record.actor_key_id) == (f"export:{export.pk}", key.key.pk)

        def code_at(address: str) -> tuple[int, str]:
            answer = requests.get(address, timeout=30)
            return answer.status_code, answer.json()["error"]["code"]

        place, token, name = url.rsplit("/", 2)
        assert code_at(f"{place}/{token[:-1]}x/{name}") == (403, "export_address_invalid")
        long_ago = address_on(served, export, timezone.now() - timedelta(hours=2))
        assert code_at(long_ago) == (403, "export_address_invalid")
        Export.objects.update(state="expired", file="")
        assert code_at(url) == (409, "export_not_ready")
        revoke_key(key=key.key, actor=None, now=timezone.now())
        assert code_at(url) == (403, "export_address_invalid")
