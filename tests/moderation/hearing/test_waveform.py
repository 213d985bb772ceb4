import pytest

from moderation.hearing.waveform import joined, peaks
from tests.speech import silence, tone


class TestPeaks:
    def test_tell_where_it_is_loud(self):
        drawn = peaks(silence(1) + tone(1, loud=1.0) + tone(1, loud=0.5) + silence(1), 40)

        assert drawn[:10] == drawn[30:] == bytes(10)
        assert set(drawn[10:20]) == {255}
        assert all(126 <= one <= 130 for one in drawn[20:30])

    @pytest.mark.parametrize("count", [0, 1, 7, 5000])
    def test_are_as_many_as_are_asked_for(self, count):
        assert len(peaks(tone(0.1), count)) == len(peaks(b"", count)) == count

    def test_show_the_quietest_sound(self):
        assert peaks(b"\1\0", 1) == b"\1"

    def test_are_not_upset_by_the_loudest(self):
        assert peaks(b"\0\x80", 1) == b"\xff"


class TestJoining:
    def test_puts_windows_together_by_their_length(self):
        assert joined([(b"\1\2", 1000), (b"\7\x09", 3000)], 4) == b"\2\7\7\x09"

    def test_is_the_same_as_drawing_the_whole(self):
        parts = [silence(2), tone(2), silence(3), tone(1, loud=0.2)]
        windows = [(peaks(part, 50), len(part) // 32) for part in parts]

        assert joined(windows, 8) == peaks(b"".join(parts), 8)

    def test_keeps_every_peak(self):
        drawn = bytearray(1000)
        drawn[777] = 200

        assert max(joined([(bytes(drawn), 60_000)], 10)) == 200

    @pytest.mark.parametrize("parts", [[], [(b"", 0)], [(b"", 500)]])
    def test_of_nothing_is_flat(self, parts):
        assert joined(parts, 5) == bytes(5)
