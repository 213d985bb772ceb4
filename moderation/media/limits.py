"""How large a picture may be, and how much of it is looked at. Pure."""

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """`pixels` of one frame, `frame_pixels` of all frames of an animation together.

    `sampled` frames of an animation are looked at. What is held of a frame has sides of at most `held_side`
    pixels; one that is `long_ratio` times as long as wide is cut into tiles, at most `tiles` of them.
    """

    pixels: int = 40_000_000
    side: int = 16_384
    frames: int = 500
    frame_pixels: int = 200_000_000
    sampled: int = 8
    held_side: int = 2_048
    held_views: int = 32
    long_ratio: float = 3.0
    tile_width: int = 1_024
    tiles: int = 16

    def for_frames(self, count: int) -> "Limits":
        """Of several frames together no more is held than of four large pictures."""
        side = min(self.held_side, int((4 * self.held_side**2 / count) ** 0.5))
        return msgspec.structs.replace(self, held_side=side)

    @property
    def held_bytes(self) -> int:
        """The most that all pixels of one picture take."""
        return self.held_views * self.held_side**2 * 3
