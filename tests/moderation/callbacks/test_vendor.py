import re
from pathlib import Path

from moderation.callbacks.vendor import FAULTS, translate
from tests.moderation.callbacks.conftest import PAYLOAD

DOCS = Path(__file__).resolve().parents[3] / "docs"


class TestTranslation:
    def test_of_a_decision_tells_both_what_machine_and_person_said(self):
        assert translate(PAYLOAD) == {
            "scanResult": {
                "code": 200,
                "msg": "OK",
                "taskId": PAYLOAD["request_id"],
                "dataId": "comment-81",
                "suggestion": "block",
                "results": [
                    {
                        "scene": "comment_detection",
                        "label": "pt_to_contact",
                        "suggestion": "block",
                        "rate": 92.5,
                    }
                ],
            },
            "humanAuditResult": {
                "taskId": PAYLOAD["request_id"],
                "dataId": "comment-81",
                "suggestion": "block",
                "labels": ["pt_to_contact"],
            },
        }

    def test_of_a_pass_names_no_label(self):
        passed = translate(PAYLOAD | {"review": {"outcome": "pass", "label": ""}})

        assert passed["humanAuditResult"]["suggestion"] == "pass"
        assert passed["humanAuditResult"]["labels"] == []

    def test_of_a_result_alone_has_no_human_part(self):
        alone = translate({name: part for name, part in PAYLOAD.items() if name != "review"})

        assert list(alone) == ["scanResult"]

    def test_of_feedback_fills_the_part_for_the_clients_own_people(self):
        told = translate(PAYLOAD | {"feedback": {"outcome": "pass", "label": ""}})

        assert told["auditResult"] == {"suggestion": "pass", "labels": []}

    def test_of_levels(self):
        suggestions = [
            translate({"machine": {"level": level}})["scanResult"]["suggestion"]
            for level in ("high", "medium", "low", "none")
        ]

        assert suggestions == ["block", "review", "review", "pass"]

    def test_of_a_label_without_confidence_has_no_rate(self):
        [result] = translate({"machine": {"labels": [{"label": "nonLabel"}]}})["scanResult"]["results"]

        assert "rate" not in result

    def test_exists_for_any_payload(self):
        assert translate({}) == {}
        assert translate({"machine": {}})["scanResult"]["results"] == []


class TestKinds:
    def judged(self, **review):
        return translate(PAYLOAD | {"review": {"outcome": "block", "label": "pt_to_contact"} | review})

    def test_an_audit_is_the_clients_own_word(self):
        told = self.judged(mode="audit")

        assert list(told) == ["scanResult", "auditResult"]
        assert told["auditResult"] == {"suggestion": "block", "labels": ["pt_to_contact"]}

    def test_a_review_teams_decision_stands_beside_the_machines(self):
        assert list(self.judged(mode="human_machine")) == ["scanResult", "humanAuditResult"]

    def test_where_only_people_decide_no_machine_is_quoted(self):
        told = translate(PAYLOAD | {"task_id": "t", "review": {"mode": "human_only", "outcome": "pass"}})

        assert list(told) == ["humanAuditResult"]
        assert told["humanAuditResult"]["taskId"] == "t"

    def test_a_recheck_is_the_teams_in_any_mode(self):
        for mode in ("audit", "human_machine"):
            assert "humanAuditResult" in self.judged(mode=mode, stage="recheck")

    def test_a_decision_taken_back_is_open_again(self):
        for outcome in ("", None):
            told = self.judged(mode="human_machine", outcome=outcome, label="")
            assert told["humanAuditResult"]["suggestion"] == "review"

    def test_a_task_that_failed_has_a_code_and_what_is_wrong(self):
        failed = {
            "request_id": "1",
            "data_id": "d",
            "url": "https://x.example/",
            "error": {"code": "image_unreachable", "message": "No."},
        }

        assert translate(failed) == {
            "scanResult": {
                "code": 404,
                "msg": "No.",
                "taskId": "1",
                "dataId": "d",
                "url": "https://x.example/",
                "results": [],
            }
        }
        assert translate({"error": {"code": "unheard_of"}})["scanResult"]["code"] == 500

    def test_names_only_codes_that_there_are(self):
        codes = set(re.findall(r"^\| `(\w+)`", (DOCS / "errors.md").read_text(), re.MULTILINE))

        assert set(FAULTS) <= codes
