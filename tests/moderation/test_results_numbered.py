"""Lists by the number of a page hold what lists by a place hold, whatever they are narrowed by."""

from datetime import timedelta
from itertools import product

import pytest

from moderation.results_asked import read_asked
from moderation.results_numbered import TooManyToTurn, merged_ids, numbered
from moderation.results_query import newest_ids
from tests.factories import NOW, make_account
from tests.moderation.results_made import PORN, image_service, store

pytestmark = pytest.mark.django_db
FILTERS = {
    "content_type": ("", "text", "image", "text,image"),
    "level": ("", "none", "high,low"),
    "source": ("", "api", "test"),
    "human": ("", "none", "block"),
    "label": ("", "pt_to_contact", "nonLabel", "pt_to_contact,customized,nonLabel", "!=nonLabel"),
    "service": ("", "comment_detection,albums"),
}


@pytest.fixture
def account():
    """Two of each kind at the same moment, so that the order within a moment counts as well."""
    account = make_account()
    albums = image_service(account)
    kinds = product(
        ("comment_detection", albums),
        ((), ("pt_to_contact",), ("pt_to_contact", "customized"), (PORN,)),
        ("api", "test"),
        ("", "block"),
    )
    for number, (service, labels, source, human) in enumerate(kinds):
        for _twice in range(2):
            store(
                account,
                *labels,
                service=service,
                level=["high", "low"][number % 2] if labels else "none",
                source=source,
                human=human,
                at=NOW - timedelta(seconds=number // 3),
            )
    store(make_account(), "pt_to_contact")
    return account


def asked_of(account, **params):
    asked, faults = read_asked(params, account=account, now=NOW)
    assert faults == []
    return asked


class TestNumberedLists:
    def test_hold_the_same_in_the_same_order(self, account):
        compared = 0
        for values in product(*FILTERS.values()):
            asked = asked_of(account, **dict(zip(FILTERS, values, strict=True)))
            expected = [] if asked.nothing else newest_ids(asked, account=account, after=None, limit=10_000)
            assert merged_ids(asked, account=account, limit=10_000) == expected
            assert merged_ids(asked, account=account, limit=3) == expected[:3]
            compared += bool(expected)
        assert compared > 200

    def test_are_cut_into_pages_and_counted(self, account):
        asked = asked_of(account, level="high")
        every = merged_ids(asked, account=account, limit=100)

        def page(**wanted):
            return numbered(asked, account=account, **{"size": 5, "most": 100} | wanted)

        second = page(first=5)
        assert [one.pk for one in second.results] == every[5:10]
        assert (second.total, second.more) == (len(every), False)
        assert [one.pk for one in page(first=0, oldest_first=True).results] == every[::-1][:5]
        cut = page(first=5, most=8)
        assert ([one.pk for one in cut.results], cut.total, cut.more) == (every[5:8], 8, True)
        assert page(first=200).results == []
        with pytest.raises(TooManyToTurn):
            page(first=0, most=8, oldest_first=True)
