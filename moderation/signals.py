"""The one message that goes upward: see docs/signals.md for its receivers."""

from django.dispatch import Signal

# Sent inside the transaction that stores a result, with `result` and the `rules` that judged it.
verdict_reached = Signal()
