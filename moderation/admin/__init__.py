from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from moderation.admin import (
    callbacks,
    endpoint_form,
    engine_files,
    labels,
    learning,
    online_test,
    pictures,
    providers,
    recordings,
    result,
    results,
    rules,
    rules_history,
    services,
    today,
)

__all__ = [
    "callbacks",
    "endpoint_form",
    "engine_files",
    "labels",
    "learning",
    "online_test",
    "pictures",
    "providers",
    "result",
    "recordings",
    "results",
    "rules",
    "rules_history",
    "services",
    "today",
]

register(
    NavItem(
        "machine",
        _("Learning"),
        "moderation_learning",
        "school",
        "policy.view",
        order=40,
        covers=("moderation_head",),
    ),
    NavItem(
        "machine",
        _("Services and rules"),
        "moderation_services",
        "tune",
        "policy.view",
        order=10,
        covers=(
            "moderation_rules",
            "moderation_rules_save",
            "moderation_history",
            "moderation_compare",
            "moderation_roll_back",
            "moderation_copy",
            "moderation_info",
        ),
    ),
    NavItem(
        "machine",
        _("Detection results"),
        "moderation_moderationresult_changelist",
        "search",
        "results.view",
        order=20,
    ),
    NavItem("machine", _("Online test"), "moderation_online_test", "science", "content.view", order=15),
    NavItem("machine", _("Labels"), "moderation_label_changelist", "label", "policy.view", order=30),
    NavItem(
        "integration",
        _("Callback endpoints"),
        "moderation_callbackendpoint_changelist",
        "webhook",
        "callbacks.view",
        order=20,
        covers=("moderation_endpoint", "moderation_endpoint_add", "moderation_endpoint_rotate"),
    ),
    NavItem(
        "integration", _("Deliveries"), "moderation_callback_changelist", "outbox", "callbacks.view", order=30
    ),
)
