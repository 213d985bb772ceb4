from review.admin import care, desk, exposure, feedback, handling, my_settings, on_results

__all__ = ["care", "desk", "exposure", "feedback", "handling", "my_settings", "on_results"]
