from review.models.feedback import Feedback
from review.models.items import Decision, ReviewItem

__all__ = ["Decision", "Feedback", "ReviewItem"]
