import pytest

from moderation.media.decoding import decode


@pytest.fixture
def look_into():
    """Decode, and close at the end of the test."""
    opened = []

    def look(data: bytes, **options):
        opened.append(decode(data, **options))
        return opened[-1]

    yield look
    for picture in opened:
        picture.close()
