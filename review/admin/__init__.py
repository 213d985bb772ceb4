from review.admin import audit, desk, feedback, item_actions, item_details, on_results, recheck

__all__ = ["audit", "desk", "feedback", "item_actions", "item_details", "on_results", "recheck"]
