"""Who counts the work of people: told of it in the transaction in which it happens. Others fill the list."""

from collections.abc import Collection
from typing import Protocol

from review.models import Feedback, ReviewItem


class Watcher(Protocol):
    def opened(self, item: ReviewItem) -> None:
        """The item waits for people from now on."""

    def said(self, item: ReviewItem, *, times: int) -> None:
        """What is stored of the item holds once more (1), or is about to hold no more (-1)."""

    def ended(self, item_ids: Collection[int]) -> None:
        """These items wait for nobody any more, and nobody decided them."""

    def told(self, feedback: Feedback, *, times: int) -> None:
        """Feedback was given (1) or withdrawn (-1)."""


watchers: list[Watcher] = []


def opened(item: ReviewItem) -> None:
    for watcher in watchers:
        watcher.opened(item)


def says(item: ReviewItem) -> None:
    """Call it once the item and its decisions are written."""
    for watcher in watchers:
        watcher.said(item, times=1)


def unsays(item: ReviewItem) -> None:
    """Call it under the item's lock, before anything that people said of it is changed."""
    for watcher in watchers:
        watcher.said(item, times=-1)


def ended(item_ids: Collection[int]) -> None:
    if item_ids:
        for watcher in watchers:
            watcher.ended(item_ids)


def told(feedback: Feedback, *, times: int = 1) -> None:
    for watcher in watchers:
        watcher.told(feedback, times=times)
