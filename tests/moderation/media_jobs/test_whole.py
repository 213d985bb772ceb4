"""From the verdicts of moments to that of a recording."""

from moderation.media_plan import FramePlan
from moderation.media_verdict import MOST_MOMENTS, Verdict, sum_up
from moderation.values import Rules


def label(code="porn", level="high", confidence=90.0, **evidence):
    told = [{"source": "engine", "detector": "one", "score": confidence or 0.0} | evidence]
    return {"label": code, "level": level, "confidence": confidence, "evidence": told}


CLEAN = {"label": "nonLabel", "level": "none", "confidence": None, "evidence": []}
EXEMPT = label("nonLabel_lib", "none", None, source="exemption", image=7)


def frame(at_ms, *labels, service="pictures", uncovered=()):
    return Verdict(service, {"at_ms": at_ms}, list(labels or [CLEAN]), uncovered)


def speech(start_ms, end_ms, *labels, uncovered=()):
    return Verdict("speech", {"start_ms": start_ms, "end_ms": end_ms}, list(labels or [CLEAN]), uncovered)


class TestTheWhole:
    def test_is_as_bad_as_its_worst_moment(self):
        whole = sum_up([frame(0), frame(1000, label(level="medium", confidence=70)), frame(2000)])

        assert whole.level == "medium"
        assert [one["label"] for one in whole.labels] == ["porn"]

    def test_has_one_entry_for_a_label_with_its_best_confidence_and_worst_level(self):
        whole = sum_up(
            [
                frame(0, label(level="medium", confidence=70)),
                frame(9000, label(level="high", confidence=95)),
                frame(9000, label(level="low", confidence=40), service="other"),
                speech(1000, 4000, label(level="low", confidence=30)),
            ]
        )
        [entry] = whole.labels

        assert (entry["level"], entry["confidence"]) == ("high", 95)
        assert (entry["frames"], entry["slices"]) == (2, 1)
        assert [one.get("at_ms", one.get("start_ms")) for one in entry["evidence"]] == [0, 1000, 9000, 9000]
        assert {one["service"] for one in entry["evidence"]} == {"pictures", "other", "speech"}

    def test_orders_labels_by_level_and_confidence(self):
        whole = sum_up(
            [frame(0, label("a", "low", 99.0), label("b", "high", 91.0), label("c", "high", 92.0))]
        )

        assert [one["label"] for one in whole.labels] == ["c", "b", "a"]

    def test_shows_a_moment_of_each_scene_before_more_of_one(self):
        long = [frame(at, label(confidence=95)) for at in range(0, 60_000, 1000)]
        late = frame(300_000, label(confidence=91))
        [entry] = sum_up([*long, late]).labels

        assert len(entry["evidence"]) == MOST_MOMENTS
        assert entry["evidence"][-1]["at_ms"] == 300_000
        assert entry["frames"] == 61

    def test_of_nothing_is_clean(self):
        assert sum_up([]).level == "none"
        assert [one["label"] for one in sum_up([frame(0)]).labels] == ["nonLabel"]


class TestWhatIsExempt:
    def test_clears_itself_and_nothing_else(self):
        whole = sum_up([frame(0, EXEMPT), frame(1000, label())])

        assert whole.level == "high"
        assert [one["label"] for one in whole.labels] == ["porn"]

    def test_is_told_of_the_whole_only_where_all_of_it_is(self):
        assert sum_up([frame(0, EXEMPT), frame(1000)]).labels[0]["label"] == "nonLabel"
        assert sum_up([frame(0, EXEMPT), frame(1000, EXEMPT)]).labels[0]["label"] == "nonLabel_lib"


class TestWhatNothingLookedFor:
    def test_anywhere_is_uncovered_in_the_whole(self):
        whole = sum_up([frame(0, uncovered=["b"]), speech(0, 9, uncovered=["a"])], uncovered=["c"])

        assert whole.uncovered == ["a", "b", "c"]


class TestEntriesOfLists:
    def test_are_gathered_from_all_moments(self):
        word = label("drugs_lib", source="vocabulary", keyword_id=3)
        picture = label("logo_lib", source="image_library", image=7)
        whole = sum_up([frame(at, word, picture) for at in range(0, 90_000, 1000)])

        assert (whole.keywords, whole.images) == ({3: "drugs_lib"}, {7: "logo_lib"})


class TestThePlanOfFrames:
    def test_takes_a_short_video_as_the_rules_say(self):
        plan = FramePlan.of(Rules(), 60_000)

        assert plan.every_ms == 1000
        assert plan.window(0) == range(0, 16_000)
        assert plan.window(48_000) == range(48_000, 60_000)

    def test_reaches_the_end_of_a_long_one_with_the_frames_it_has(self):
        plan, at, found, windows = FramePlan.of(Rules(most_frames=200), 7_200_000), 0, 0, 0
        while at < plan.duration_ms:
            window = plan.window(at)
            found += plan.most_in(window, found=found)
            at, windows = window.stop, windows + 1

        assert plan.every_ms == 48_000
        assert (found, windows) == (200, 120)

    def test_hands_on_what_quiet_windows_did_not_need(self):
        plan = FramePlan.of(Rules(most_frames=100), 600_000)
        window = plan.window(300_000)

        assert plan.most_in(window, found=10) > plan.most_in(window, found=50)
        assert plan.most_in(window, found=100) == 0
