"""Whether an asset is played, from what machine and people said of it. Pure."""

from moderation.models import MediaAsset

State, Review, Automated, Final = (
    MediaAsset.State,
    MediaAsset.ReviewStatus,
    MediaAsset.Automated,
    MediaAsset.Final,
)
BY_MACHINE = {Automated.VIOLATION: State.FLAGGED, Automated.SUSPECTED: State.REVIEWING}


def state_of(asset: MediaAsset) -> str:
    """What people decided holds; without them, what the machine found last."""
    if asset.final:
        return State.NORMAL if asset.final == Final.PASS else State.FLAGGED
    if asset.review_status in (Review.REVIEWING, Review.FAILED):
        return State.REVIEWING
    return BY_MACHINE.get(asset.automated, State.NORMAL)
