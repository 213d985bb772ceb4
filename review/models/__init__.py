from review.models.categories import BlockCategory
from review.models.decisions import Decision, ItemNote, Skip
from review.models.feedback import Feedback
from review.models.items import ReviewItem
from review.models.people import CarePolicy, Exposure, Reviewer, Waiver
from review.models.queues import ReviewQueue, RoutingRule

__all__ = [
    "BlockCategory",
    "CarePolicy",
    "Decision",
    "Exposure",
    "Feedback",
    "ItemNote",
    "ReviewItem",
    "ReviewQueue",
    "Reviewer",
    "RoutingRule",
    "Skip",
    "Waiver",
]
