from review.admin import categories, desk, feedback, media, on_results

__all__ = ["categories", "desk", "feedback", "media", "on_results"]
