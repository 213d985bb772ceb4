from django.utils import timezone

from config.erasure import archive, work


def work_on(request_id: int) -> bool:
    return work.work_on(request_id=request_id, now=timezone.now())


def go_on() -> int:
    return work.go_on(now=timezone.now())


def forget_archives() -> int:
    return archive.forget_archives(now=timezone.now())
