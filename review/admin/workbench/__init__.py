from review.admin.workbench import beside, page, verdicts, work

__all__ = ["beside", "page", "verdicts", "work"]
