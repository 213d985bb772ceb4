from review.admin import desk, feedback, health, on_results, queues, reviewers, routing

__all__ = ["desk", "feedback", "health", "on_results", "queues", "reviewers", "routing"]
