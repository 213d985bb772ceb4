"""Whom or what a request is about, and how it is named once nobody may know."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.secrets import decrypt, encrypt, keyed_hash
from config.erasure.models import SubjectRequest
from config.errors import Invalid

LONGEST = 128
Kind = SubjectRequest.Kind


class SubjectInvalid(Invalid):
    code = "subject_invalid"
    default_message = _(
        "Name one of author_id, data_id, request_id and media_id: what your application calls it."
    )


@dataclass(frozen=True, slots=True)
class Subject:
    kind: str
    value: str

    @classmethod
    def named(cls, kind: str, value: str) -> "Subject":
        if kind not in Kind.values:
            raise SubjectInvalid(field="kind")
        # Ids of clients are kept as they come, so a space at an end counts; ours have one way of writing.
        value = value if kind in (Kind.AUTHOR, Kind.DATA) else value.strip()
        if not value.strip() or len(value) > LONGEST or not value.isprintable():
            raise SubjectInvalid(field=kind)
        if kind == Kind.REQUEST:
            value = canonical(value)
        return cls(kind, value)

    @classmethod
    def of(cls, request: SubjectRequest) -> "Subject":
        """Only of one that has not ended: after that nobody knows."""
        return cls(request.kind, decrypt(request.sealed))

    def sealed(self) -> bytes:
        return encrypt(self.value)

    def digest(self, account: Account) -> str:
        """The same for the same subject of the account, and nothing to anybody without the pepper."""
        return keyed_hash(f"subject\n{account.pk}\n{self.kind}\n{self.value}").hex()


def canonical(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError as error:
        raise SubjectInvalid(field=Kind.REQUEST.value) from error
