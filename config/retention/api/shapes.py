from rest_framework import serializers

from config.retention.models import LegalHold, PurgeReceipt
from config.retention.periods import Period
from config.retention.preview import Preview


class PeriodShape(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    days = serializers.IntegerField(help_text="For which it is kept; 0: for ever.")
    default_days = serializers.IntegerField(help_text="The installation's.")
    is_own = serializers.BooleanField(help_text="The account has set its own.")
    changed_by = serializers.CharField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)


class PeriodsShape(serializers.Serializer):
    classes = PeriodShape(many=True)


class PeriodChangeShape(serializers.Serializer):
    days = serializers.IntegerField(
        allow_null=True, min_value=0, max_value=3650, help_text="0: for ever; null: the installation's."
    )


class DuePreviewShape(serializers.Serializer):
    name = serializers.CharField()
    older_than = serializers.DateTimeField(allow_null=True, help_text="Null: it is kept for ever.")
    rows = serializers.IntegerField(help_text="Would go.")
    held = serializers.IntegerField(help_text="Stay because of a legal hold.")
    needed = serializers.IntegerField(help_text="Stay because somebody still works on them.")
    first_at = serializers.DateTimeField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)
    is_cut = serializers.BooleanField(help_text="There are more: counting stops at 100,000.")


class NewHoldShape(serializers.Serializer):
    scope = serializers.ChoiceField(LegalHold.Scope.choices)
    value = serializers.CharField(required=False, max_length=128, help_text="Blank for the whole account.")
    reason = serializers.CharField(max_length=500)
    until = serializers.DateTimeField(required=False, allow_null=True)


class HoldShape(serializers.Serializer):
    id = serializers.IntegerField()
    scope = serializers.ChoiceField(LegalHold.Scope.choices)
    value = serializers.CharField()
    reason = serializers.CharField()
    placed_by = serializers.CharField()
    placed_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    released_by = serializers.CharField()
    released_at = serializers.DateTimeField(allow_null=True)
    stands = serializers.BooleanField()


class HoldsShape(serializers.Serializer):
    holds = HoldShape(many=True)
    next = serializers.CharField(allow_null=True)


class ReceiptShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="Of the class.")
    older_than = serializers.DateTimeField()
    first_at = serializers.DateTimeField(help_text="Of the oldest row that went.")
    last_at = serializers.DateTimeField()
    rows = serializers.IntegerField()
    files = serializers.IntegerField()
    files_left = serializers.IntegerField(help_text="Still to be removed from the storage.")
    ids_sha256 = serializers.CharField(help_text="Of the ids, oldest row first, each with a line feed.")
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    was_killed = serializers.BooleanField()


class ReceiptsShape(serializers.Serializer):
    receipts = ReceiptShape(many=True)
    next = serializers.CharField(allow_null=True)


def moment(at) -> str | None:
    return at.isoformat() if at else None


def period_body(period: Period) -> dict:
    return {
        "name": period.kept.name,
        "title": str(period.kept.title),
        "days": period.days,
        "default_days": period.default,
        "is_own": period.own is not None,
        "changed_by": period.own.changed_by if period.own else None,
        "changed_at": moment(period.own.changed_at) if period.own else None,
    }


def preview_body(found: Preview) -> dict:
    return {
        "name": found.kept.name,
        "older_than": moment(found.older_than),
        "rows": found.rows,
        "held": found.held,
        "needed": found.needed,
        "first_at": moment(found.first_at),
        "last_at": moment(found.last_at),
        "is_cut": found.is_cut,
    }


def hold_body(hold: LegalHold, now) -> dict:
    return {
        "id": hold.pk,
        "scope": hold.scope,
        "value": hold.value,
        "reason": hold.reason,
        "placed_by": hold.placed_by,
        "placed_at": moment(hold.placed_at),
        "until": moment(hold.until),
        "released_by": hold.released_by,
        "released_at": moment(hold.released_at),
        "stands": hold.stands(now),
    }


def receipt_body(receipt: PurgeReceipt) -> dict:
    return {
        "id": receipt.pk,
        "name": receipt.name,
        "older_than": moment(receipt.older_than),
        "first_at": moment(receipt.first_at),
        "last_at": moment(receipt.last_at),
        "rows": receipt.rows,
        "files": receipt.files,
        "files_left": receipt.files_left,
        "ids_sha256": receipt.ids_sha256,
        "began_at": moment(receipt.began_at),
        "ended_at": moment(receipt.ended_at),
        "was_killed": receipt.was_killed,
    }
