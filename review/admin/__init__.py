from review.admin import desk, feedback, media, on_results

__all__ = ["desk", "feedback", "media", "on_results"]
