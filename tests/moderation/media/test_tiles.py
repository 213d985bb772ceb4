from hypothesis import given
from hypothesis import strategies as st

from moderation.media.counting import gif_frames, webp_size
from moderation.media.limits import Limits
from moderation.media.tiles import plan
from tests.moderation.media.pictures import drawn, saved

LIMITS = Limits()
sides = st.integers(1, LIMITS.side)


@given(width=sides, height=sides)
def test_the_boxes_cover_all_and_are_few_and_small(width, height):
    found = plan(width, height, LIMITS)

    assert 1 <= len(found.boxes) <= LIMITS.tiles + 1
    assert found.width <= width and found.height <= height
    reached = 0
    for left, top, right, bottom in found.boxes:
        assert 0 <= left < right <= found.width and 0 <= top < bottom <= found.height
        assert max(right - left, bottom - top) <= LIMITS.held_side
        along, end = (left, right) if found.width > found.height else (top, bottom)
        assert along <= reached
        reached = end
    assert reached == max(found.width, found.height)


@given(width=sides, height=sides)
def test_a_tile_overlaps_the_next(width, height):
    boxes = plan(width, height, LIMITS).boxes
    axis = 0 if width > height else 1
    for one, after in zip(boxes, boxes[1:], strict=False):
        length = one[axis + 2] - one[axis]
        assert one[axis + 2] - after[axis] >= length / 8 - 2


def test_what_is_small_is_held_as_it_is():
    found = plan(640, 480, LIMITS)

    assert (found.scale, found.boxes) == (1.0, [(0, 0, 640, 480)])


def test_what_is_large_is_shrunk():
    found = plan(4096, 3072, LIMITS)

    assert (found.scale, found.boxes) == (2.0, [(0, 0, 2048, 1536)])


def test_a_long_screenshot_keeps_its_width():
    found = plan(1000, 12_000, LIMITS)

    assert found.scale == 1.0
    assert all(right - left == 1000 for left, _top, right, _bottom in found.boxes)
    assert len(found.boxes) == 7


class TestCounting:
    def test_counts_frames_of_a_gif(self):
        frames = [drawn(40, 30, seed) for seed in range(7)]
        data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

        assert gif_frames(data, most=500) == 7
        assert gif_frames(data, most=3) == 4

    @given(st.binary(max_size=400))
    def test_comes_to_an_end_with_anything(self, tail):
        assert gif_frames(b"GIF89a" + tail, most=10) <= 11

    def test_reads_the_size_of_each_kind_of_webp(self):
        picture = drawn(123, 45)
        animated = saved(picture, "WEBP", save_all=True, append_images=[drawn(123, 45, 9)])

        assert webp_size(saved(picture, "WEBP")) == (123, 45)
        assert webp_size(saved(picture, "WEBP", lossless=True)) == (123, 45)
        assert webp_size(animated) == (123, 45)
        assert webp_size(b"RIFF....WEBPVP8X") is None
