"""How a recording is gone through: in which windows of time, and how many frames of each. Pure."""

from dataclasses import dataclass

from moderation.values import Rules

# So many frames are judged between two commits: what a killed process has to do again.
WINDOW_FRAMES = 16
SHORTEST_WINDOW_MS, LONGEST_WINDOW_MS = 10_000, 60_000
SOUND_WINDOW_MS = 120_000
# Of the frames of a long video so many are taken by time; the others are left for scene cuts.
SHARE_BY_TIME = 0.75


@dataclass(frozen=True, slots=True)
class FramePlan:
    """Of a long video frames are taken more rarely, so that the last scene is looked at like the first."""

    duration_ms: int
    every_ms: int
    most: int

    @classmethod
    def of(cls, rules: Rules, duration_ms: int) -> "FramePlan":
        by_time = max(1, int(rules.most_frames * SHARE_BY_TIME) if rules.sees_cuts else rules.most_frames)
        return cls(duration_ms, max(rules.every_ms, -(-duration_ms // by_time)), rules.most_frames)

    def window(self, start_ms: int) -> range:
        length = min(max(WINDOW_FRAMES * self.every_ms, SHORTEST_WINDOW_MS), LONGEST_WINDOW_MS)
        return range(start_ms, min(start_ms + length, self.duration_ms))

    def most_in(self, window: range, *, found: int) -> int:
        """A share of all by its length; what earlier windows did not need is there for later ones."""
        due = -(-self.most * window.stop // self.duration_ms)
        return max(0, min(due, self.most) - found)


def sound_window(start_ms: int, duration_ms: int) -> range:
    return range(start_ms, min(start_ms + SOUND_WINDOW_MS, duration_ms))


def share_done(at_ms: int, duration_ms: int) -> float:
    return min(1.0, at_ms / duration_ms) if duration_ms else 1.0
