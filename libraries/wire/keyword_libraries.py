"""Keyword libraries, which this platform calls vocabularies."""

from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from libraries.links import link_to
from libraries.models import Vocabulary
from libraries.operations.vocabularies import change_vocabulary, delete_vocabulary
from libraries.usage import used_by, users_by_vocabulary
from libraries.wire.asked import vocabulary_of


def require_ours(call: Call) -> None:
    """Libraries of other tenants hold words to be masked in texts, which this platform does not do."""
    if "TenantCode" in call.parameters:
        raise invalid("TenantCode", "there are no libraries but those of words to flag and to ignore.")


def told(call: Call, vocabulary: Vocabulary) -> dict:
    return {
        "LibId": str(vocabulary.pk),
        "LibName": vocabulary.name,
        "KeywordCount": str(vocabulary.keyword_count),
        "GmtModified": shown(vocabulary.updated_at, call.account),
        "PreprocessList": vocabulary.variants,
        "Uid": call.account.uid,
    }


@operation(CONSOLE, "ListKeywordLibs", scope="libraries:read", envelope=Envelope.CONSOLE)
def list_keyword_libs(call: Call) -> dict:
    """Ways of writing belong to a library, so they are the same whichever service is named."""
    require_ours(call)
    users = users_by_vocabulary(call.account)
    return {
        "Data": [
            told(call, vocabulary) | {"ServiceCodes": ",".join(users.get(vocabulary.pk, []))}
            for vocabulary in Vocabulary.objects.owned_by(call.account).by_name()
        ]
    }


@operation(CONSOLE, "GetKeywordLib", scope="libraries:read", envelope=Envelope.CONSOLE)
def get_keyword_lib(call: Call) -> dict:
    require_ours(call)
    return {"Data": told(call, vocabulary_of(call))}


@operation(CONSOLE, "UpdateKeywordLib", scope="libraries:write", envelope=Envelope.CONSOLE)
def update_keyword_lib(call: Call) -> dict:
    require_ours(call)
    vocabulary = vocabulary_of(call)
    change_vocabulary(
        vocabulary=vocabulary,
        name=call.parameters.required("LibName"),
        description=vocabulary.description,
        actor=call.caller.key,
        now=call.now,
    )
    return {"Data": True}


@operation(CONSOLE, "DeleteKeywordLib", scope="libraries:write", envelope=Envelope.CONSOLE)
def delete_keyword_lib(call: Call) -> dict:
    require_ours(call)
    vocabulary = vocabulary_of(call)
    delete_vocabulary(vocabulary=vocabulary, used_by=used_by(vocabulary), actor=call.caller.key, now=call.now)
    return {"Data": True}


@operation(CONSOLE, "ExportKeyword", scope="libraries:read", envelope=Envelope.CONSOLE)
def export_keyword(call: Call) -> dict:
    """The address of a text file with a word a line, good for an hour."""
    require_ours(call)
    return {"Data": link_to("vocabulary", vocabulary_of(call).pk, key=call.caller.key, now=call.now)}
