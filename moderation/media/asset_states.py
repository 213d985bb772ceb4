"""Whether a recording is played, from what the machine and people said of it. Pure."""

from moderation.models import MediaAsset

State, ReviewStatus = MediaAsset.State, MediaAsset.ReviewStatus
Automated, Final = MediaAsset.Automated, MediaAsset.Final

BY_PEOPLE = {Final.PASS.value: State.NORMAL.value, Final.BLOCK.value: State.FLAGGED.value}
BY_MACHINE = {
    Automated.VIOLATION.value: State.FLAGGED.value,
    Automated.SUSPECTED.value: State.REVIEWING.value,
    Automated.NORMAL.value: State.NORMAL.value,
}
BY_LEVEL = {
    "high": Automated.VIOLATION.value,
    "medium": Automated.SUSPECTED.value,
    "low": Automated.SUSPECTED.value,
    "none": Automated.NORMAL.value,
}


def state_of(final: str, review_status: str, automated: str, publish_first: bool) -> str:
    """What people said overrides the machine always.

    What the machine said last stands while it looks again, and when it then fails: else whoever made a
    review fail would free what was found. What it never could look at waits for people; what it has not
    looked at yet is played or not as the installation wishes.
    """
    if final:
        return BY_PEOPLE[final]
    if automated:
        return BY_MACHINE[automated]
    if review_status == ReviewStatus.FAILED:
        return State.REVIEWING.value
    return State.NORMAL.value if publish_first else State.REVIEWING.value


def automated_of(level: str) -> str:
    return BY_LEVEL[level]


def status_when_begun(review_status: str) -> str:
    """The first review is one, any other a re-review."""
    first = review_status in (ReviewStatus.NOT_STARTED, ReviewStatus.REVIEWING)
    return (ReviewStatus.REVIEWING if first else ReviewStatus.RE_REVIEWING).value


def status_when_cancelled(review_status: str, automated: str) -> str:
    """As it was before the review that came to nothing."""
    if automated:
        return ReviewStatus.SUCCEEDED.value
    first = review_status == ReviewStatus.REVIEWING
    return (ReviewStatus.NOT_STARTED if first else ReviewStatus.FAILED).value


def shown_automated(review_status: str, automated: str) -> str:
    """Of a review that failed nothing is shown, also where an earlier one still decides."""
    return "" if review_status == ReviewStatus.FAILED else automated
