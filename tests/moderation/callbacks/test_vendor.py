from moderation.callbacks.vendor import translate
from tests.moderation.callbacks.conftest import PAYLOAD


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
