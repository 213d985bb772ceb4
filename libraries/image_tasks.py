"""What is done for image libraries on schedule."""

from django.utils import timezone

from libraries import storage
from libraries.operations import image_hits
from libraries.operations.images import remove_expired_images


def sum_hits() -> int:
    return image_hits.sum_hits()


def remove_expired() -> int:
    return remove_expired_images(now=timezone.now())


def sweep_files() -> int:
    return storage.sweep(now=timezone.now())
