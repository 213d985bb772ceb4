"""The jobs of learning: one that was asked for, and one that goes on with what a lost job left behind."""

from datetime import timedelta

from django.utils import timezone
from django_q.tasks import async_task

from moderation.learning.trainer import go_on
from moderation.models import Training

PATIENCE = timedelta(minutes=5)


def train(training_id: int) -> bool:
    """Do one step, and order the next: a job that took minutes would hold up all others."""
    is_over = go_on(training_id=training_id, now=timezone.now())
    if not is_over:
        async_task("moderation.learning.tasks.train", training_id)
    return is_over


def go_on_with_trainings() -> int:
    now = timezone.now()
    waiting = Training.objects.under_way().filter(requested_at__lt=now - PATIENCE)
    ids = list(waiting.exclude(lease_until__gte=now).values_list("pk", flat=True))
    for training_id in ids:
        async_task("moderation.learning.tasks.train", training_id)
    return len(ids)
