from review.admin import categories, desk, feedback, on_results

__all__ = ["categories", "desk", "feedback", "on_results"]
