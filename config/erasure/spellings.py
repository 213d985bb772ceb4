"""How ids stand inside texts of other kinds: JSON, filters in an address, subjects of audit records. Pure."""

import json
import re
from urllib.parse import unquote_plus
from uuid import UUID

# Requests, recordings, files, and what "sample:12" names: all of ours that a text may hold.
UUIDS = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])")
HEXES = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-fA-F])")
REFS = re.compile(r"\b(?:sample|image):\d+\b")
# Ids of clients may be as short as "7": they count only under their names.
IN_JSON = re.compile(r'\\?"(?:data_id|dataId|author_id|account_id)\\?"\s*:\s*("(?:[^"\\]|\\.)*")')
IN_QUERY = re.compile(r"(?:^|[?&\"\s])(?:data_id|author_id|request_id|media_id)=([^&\"\s\\]*)")
WORDS = re.compile(r"\w+")
MOST_WORDS = 16


def candidates_in(*texts: str) -> set[str]:
    """Whatever in these texts may be an id of a subject, spelled as marks are."""
    found: set[str] = set()
    for text in texts:
        found.update(str(UUID(one)) for one in UUIDS.findall(text))
        found.update(HEXES.findall(text))
        found.update(REFS.findall(text))
        found.update(unquote_plus(one) for one in IN_QUERY.findall(text))
        found.update(filter(None, map(read, IN_JSON.findall(text))))
    return found - {""}


def read(quoted: str) -> str:
    try:
        return json.loads(quoted)
    except ValueError:
        return ""


def parts_of(key: str) -> set[str]:
    """Of a name that a client made up, perhaps of ids: each stretch of its words."""
    words = list(WORDS.finditer(key))[:MOST_WORDS]
    stretches = {
        key[first.start() : last.end()] for place, first in enumerate(words) for last in words[place:]
    }
    return {key, *stretches}
