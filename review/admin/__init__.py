from review.admin import desk, feedback, on_results

__all__ = ["desk", "feedback", "on_results"]
