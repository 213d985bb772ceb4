import threading

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries.matching.fingerprints import CLEAR, Fingerprint
from libraries.matching.image_index import IDENTICAL, TAIL, ImageIndex

LIBRARY = 7

# From which hash, by how many bits, which ones.
MOVES = st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(0, 999))


def hashes(count: int, seed: int = 0) -> list[bytes]:
    return [
        row.tobytes() for row in numpy.random.default_rng(seed).integers(0, 256, (count, 32), numpy.uint8)
    ]


def near(value: bytes, bits: int, seed: int = 0) -> bytes:
    flipped = numpy.unpackbits(numpy.frombuffer(value, numpy.uint8))
    flipped[numpy.random.default_rng(seed).choice(256, bits, replace=False)] ^= 1
    return numpy.packbits(flipped).tobytes()


def apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def rows(values: list[bytes], first: int = 0):
    return [(value, first + place, LIBRARY, 90, "plain") for place, value in enumerate(values)]


def index_of(values: list[bytes]) -> ImageIndex:
    index = ImageIndex()
    index.build(rows(values), revision=1)
    return index


def asked(*values: bytes) -> list[Fingerprint]:
    return [Fingerprint(value, 90, "plain") for value in values]


def found(index: ImageIndex, *values: bytes, within: int = 31) -> dict[int, int]:
    return {match.image_id: match.distance for match in index.find(asked(*values), within)}


def compared_with_all(known: list[bytes], *values: bytes, within: int = 31) -> dict[int, int]:
    nearest = ((place, min(apart(value, one) for value in values)) for place, one in enumerate(known))
    return {place: distance for place, distance in nearest if distance <= within}


class TestFinding:
    @pytest.mark.parametrize("count", [1, TAIL - 1, TAIL + 1, 5000])
    def test_reaches_31_bits_and_not_32(self, count):
        known = hashes(count)
        index = index_of(known)
        for place in range(0, count, max(1, count // 20)):
            assert found(index, near(known[place], 31, place)) == {place: 31}
            assert found(index, near(known[place], 32, place)) == {}

    def test_finds_whatever_way_the_31_bits_are_spread_over_the_bands(self):
        """One band with one bit and fifteen with two is what bands are most likely to miss."""
        known = hashes(3000)
        index = index_of(known)
        for lucky in range(16):
            bits = numpy.unpackbits(numpy.frombuffer(known[lucky], numpy.uint8)).reshape(16, 16)
            bits[:, 3] ^= 1
            bits[:, 11] ^= 1
            bits[lucky, 11] ^= 1
            assert found(index, numpy.packbits(bits).tobytes()) == {lucky: 31}

    def test_agrees_with_comparing_all_on_2000_queries(self):
        known = hashes(20_000, seed=5)
        index = index_of(known)
        words = numpy.frombuffer(b"".join(known), numpy.uint64).reshape(-1, 4).T.copy()
        hits = 0
        for turn in range(2000):
            value = near(known[turn * 7], turn % 45, seed=turn) if turn % 2 else hashes(1, seed=turn + 9)[0]
            pairs = zip(words, numpy.frombuffer(value, numpy.uint64), strict=True)
            distances = sum(numpy.bitwise_count(word ^ part).astype(numpy.uint16) for word, part in pairs)
            truth = {int(row): int(distances[row]) for row in numpy.flatnonzero(distances <= 31)}
            assert found(index, value) == truth
            hits += len(truth)
        assert hits > 600

    @settings(max_examples=60, deadline=None)
    @given(
        centres=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4),
        moves=st.lists(MOVES, max_size=60),
        queries=st.lists(MOVES, min_size=1, max_size=5),
        within=st.integers(0, 31),
    )
    def test_agrees_with_comparing_all_in_crowds(self, centres, moves, queries, within):
        def moved(pick, bits, seed):
            return near(centres[pick % len(centres)], bits, seed)

        known = centres + [moved(*one) for one in moves]
        values = [moved(*one) for one in queries]
        truth = compared_with_all(known, *values, within=within)
        waiting = index_of(known)
        assert found(waiting, *values, within=within) == truth
        waiting.shelves = waiting.shelves.sorted_out()
        assert found(waiting, *values, within=within) == truth

    def test_returns_each_image_once_with_its_nearest_pair(self):
        first, second = hashes(2)
        index = ImageIndex()
        index.build(
            [
                (near(first, 9), 5, LIBRARY, 90, "plain"),
                (second, 5, LIBRARY, 90, "crop:3"),
                (near(second, 2), 6, LIBRARY + 1, 90, "trim"),
            ],
            revision=1,
        )
        asked_for = [Fingerprint(first, 90, "plain"), Fingerprint(second, 90, "dihedral:5")]
        five, six = index.find(asked_for)
        assert (five.image_id, five.library_id, five.distance) == (5, LIBRARY, 0)
        assert (five.kind, five.library_kind) == ("dihedral:5", "crop:3")
        assert (six.image_id, six.library_id, six.distance, six.library_kind) == (6, LIBRARY + 1, 2, "trim")

    def test_finds_nothing_in_nothing_and_by_nothing(self):
        assert ImageIndex().find(asked(*hashes(3))) == []
        assert index_of(hashes(3)).find([]) == []

    @pytest.mark.parametrize("within", [-1, 32])
    def test_refuses_distances_for_which_it_would_not_be_exact(self, within):
        with pytest.raises(ValueError, match="31"):
            index_of(hashes(3)).find(asked(*hashes(1)), within)

    def test_refuses_rows_that_are_no_hashes(self):
        with pytest.raises(ValueError, match="32 bytes"):
            index_of([b"short"])


class TestFlatPictures:
    @pytest.mark.parametrize(("theirs", "mine"), [(CLEAR - 1, 90), (90, CLEAR - 1), (1, 1)])
    def test_match_only_what_is_identical(self, theirs, mine):
        (value,) = hashes(1)
        index = ImageIndex()
        index.build([(value, 1, LIBRARY, theirs, "plain")], revision=1)
        assert index.find([Fingerprint(near(value, IDENTICAL), mine, "plain")])
        assert index.find([Fingerprint(near(value, IDENTICAL + 1), mine, "plain")]) == []

    @pytest.mark.parametrize(("theirs", "mine"), [(0, 0), (0, 90), (90, 0)])
    def test_of_which_nothing_is_seen_match_nothing(self, theirs, mine):
        (value,) = hashes(1)
        index = ImageIndex()
        index.build([(value, 1, LIBRARY, theirs, "plain")], revision=1)
        assert index.find([Fingerprint(value, mine, "plain")]) == []


class TestFollowing:
    def test_takes_in_what_came_and_what_went(self):
        known = hashes(3000)
        index = index_of(known)
        new, newer = hashes(2, seed=1)
        index.follow([(9000, rows([new], 9000)), (17, None), (18, rows([newer], 18))], revision=4)
        assert (index.revision, index.size) == (4, 3000)
        assert found(index, new) == {9000: 0}
        assert found(index, known[17]) == {}
        assert found(index, known[18]) == {}
        assert found(index, newer) == {18: 0}
        assert found(index, known[19]) == {19: 0}

    def test_forgets_what_came_since_the_bands_were_built(self):
        index = index_of(hashes(2000))
        (new,) = hashes(1, seed=1)
        index.follow([(9000, rows([new], 9000))], revision=2)
        index.follow([(9000, None)], revision=3)
        assert (found(index, new), index.size) == ({}, 2000)

    def test_starts_from_nothing(self):
        index = ImageIndex()
        known = hashes(3)
        index.follow([(place, rows([value], place)) for place, value in enumerate(known)], revision=9)
        assert (index.revision, index.size, found(index, known[2])) == (9, 3, {2: 0})

    def test_never_goes_back_to_an_older_revision(self):
        index = ImageIndex()
        index.follow([], revision=9)
        index.follow([], revision=7)
        assert index.revision == 9

    def test_builds_new_bands_of_a_long_tail_and_keeps_what_came_meanwhile(self):
        index = index_of(hashes(2000))
        new = hashes(1600, seed=1)
        for place, value in enumerate(new):
            index.follow(
                [(9000 + place, rows([value], 9000 + place)), (place // 4, None)], revision=place + 2
            )
        index.settle()
        assert index.shelves.main.bands is not None
        assert len(index.shelves.tail.rows) <= TAIL + len(index.shelves.main.rows) // 100
        assert index.size == 2000 - 400 + 1600
        assert all(
            found(index, value) == {9000 + place: 0} for place, value in enumerate(new) if place % 50 == 0
        )

    def test_builds_new_bands_when_most_is_gone(self):
        index = index_of(hashes(4000))
        index.follow([(place, None) for place in range(3500)], revision=2)
        index.settle()
        assert (index.size, len(index.shelves.main.rows)) == (500, 500)

    def test_builds_again_after_a_builder_died(self):
        index = index_of(hashes(2000))
        index.builder = threading.Thread()
        index.follow(
            [(9000 + place, rows([value], 9000 + place)) for place, value in enumerate(hashes(1500))], 2
        )
        index.settle()
        assert (index.size, len(index.shelves.tail.rows)) == (3500, 0)

    def test_a_full_build_wins_over_bands_that_are_being_built(self):
        index = ImageIndex()
        index.follow([(place, rows([value], place)) for place, value in enumerate(hashes(5000))], revision=2)
        (only,) = hashes(1, seed=3)
        builder = index.builder
        index.build(rows([only], 77), revision=3)
        builder.join()
        assert (index.size, index.revision, found(index, only)) == (1, 3, {77: 0})

    def test_is_looked_up_by_many_while_it_changes(self):
        known = hashes(3000)
        index = index_of(known)
        wrong, over = [], threading.Event()

        def look():
            turn = 0
            while not over.is_set():
                turn = (turn + 1) % 3000
                if found(index, known[turn]) != {turn: 0}:
                    wrong.append(turn)

        lookers = [threading.Thread(target=look) for _ in range(3)]
        for looker in lookers:
            looker.start()
        for place, value in enumerate(hashes(1500, seed=1)):
            index.follow([(9000 + place, rows([value], 9000 + place)), (9000 + place - 500, None)], place + 2)
        over.set()
        for looker in lookers:
            looker.join()
        index.settle()
        assert (wrong, index.size, index.revision) == ([], 3500, 1501)
