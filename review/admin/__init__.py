from review.admin import desk, feedback, on_results, workbench

__all__ = ["desk", "feedback", "on_results", "workbench"]
