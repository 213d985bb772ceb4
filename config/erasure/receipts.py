"""Proof that a subject was erased, for who asked and for who will ask."""

import hashlib
import json
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder

from config.erasure.models import ErasureReceipt, SubjectRequest
from config.erasure.operations import note


def write_receipt(request: SubjectRequest, *, now: datetime) -> ErasureReceipt:
    """In the transaction that ends the erasure, with a record in the audit trail that bears its sum."""
    receipt = ErasureReceipt(
        account=request.account,
        request=request,
        kind=request.kind,
        digest=request.digest,
        counts=request.counts,
        rows=sum(request.counts.values()),
        files=request.files,
        asked_name=request.asked_name,
        asked_at=request.created_at,
        began_at=request.began_at,
        ended_at=now,
    )
    receipt.sha256 = sum_of(receipt)
    receipt.save(force_insert=True)
    told = {
        "receipt": str(receipt.uid),
        "sha256": receipt.sha256,
        "rows": receipt.rows,
        "files": receipt.files,
    }
    note(request, actor=request.actor, action="subject.erased", now=now, after=told)
    return receipt


def said_by(receipt: ErasureReceipt) -> dict:
    return {
        "receipt_id": str(receipt.uid),
        "kind": receipt.kind,
        "subject": receipt.digest,
        "rows": receipt.rows,
        "files": receipt.files,
        "counts": receipt.counts,
        "asked_by": receipt.asked_name,
        "asked_at": receipt.asked_at,
        "began_at": receipt.began_at,
        "ended_at": receipt.ended_at,
    }


def sum_of(receipt: ErasureReceipt) -> str:
    text = json.dumps(said_by(receipt), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
