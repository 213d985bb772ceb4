"""What is done for image libraries on schedule."""

from django.utils import timezone

from libraries import storage
from libraries.hash_feed import forget_withdrawn_hashes
from libraries.operations import image_hits, image_samples, sample_guard
from libraries.operations.images import remove_expired_images


def sum_hits() -> int:
    return image_hits.sum_hits()


def remove_expired() -> int:
    return remove_expired_images(now=timezone.now())


def forget_withdrawn() -> int:
    return forget_withdrawn_hashes(now=timezone.now())


def sweep_files() -> int:
    return storage.sweep(now=timezone.now())


def bring_sample_files() -> int:
    return image_samples.bring_files()


def watch_samples() -> int:
    return sample_guard.watch_samples(now=timezone.now())
