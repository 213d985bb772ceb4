from review.admin import (
    care,
    categories,
    desk,
    exposure,
    feedback,
    handling,
    media,
    my_settings,
    on_results,
)

__all__ = [
    "care",
    "categories",
    "desk",
    "exposure",
    "feedback",
    "handling",
    "media",
    "my_settings",
    "on_results",
]
