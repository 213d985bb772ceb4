"""What is said between those who want something of a recording and the worker that opens it. Pure."""

import msgspec

from moderation.workers.child import Request

RATE = 16_000
LONGEST_SIDE = 1280
KEY, SECOND, CUT = "key", "second", "cut"

# Under the names of our formats the demuxers they are forced to, under all names that these go by. Those
# that open further files or addresses (concat, hls, dash, sdp) are not among them.
DEMUXERS = {
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "m4a": "mov,mp4,m4a,3gp,3g2,mj2",
    "mov": "mov,mp4,m4a,3gp,3g2,mj2",
    "webm": "matroska,webm",
    "mkv": "matroska,webm",
    "avi": "avi",
    "flv": "flv",
    "mpegts": "mpegts",
    "mpeg": "mpeg",
    "asf": "asf",
    "ogg": "ogg",
    "mp3": "mp3",
    "wav": "wav",
    "flac": "flac",
    "aac": "aac",
    "amr": "amr",
}
# Of these it is not known where a moment lies: they are read from the beginning, which is cheap.
WITHOUT_INDEX = frozenset({"mp3"})
PICTURES = (
    "h264 hevc vp8 vp9 libdav1d mpeg4 mpeg2video mpeg1video mpegvideo theora flv h263 vp6 vp6f vp6a mjpeg"
    " msmpeg4v1 msmpeg4v2 msmpeg4 wmv1 wmv2 wmv3 vc1 prores dvvideo"
)
SOUNDS = (
    "aac aac_latm mp3float mp3 mp2float mp2 mp1float mp1 opus libopus vorbis libvorbis flac alac ac3 eac3"
    " dca amrnb amrwb libopencore_amrnb libopencore_amrwb wmav1 wmav2 wmapro wmavoice speex libspeex"
    " nellymoser adpcm_ima_wav adpcm_ima_qt adpcm_ms adpcm_swf adpcm_yamaha g723_1 gsm gsm_ms"
    " pcm_alaw pcm_mulaw pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be pcm_f32le"
    " pcm_f32be pcm_f64le pcm_bluray pcm_dvd"
)
PICTURE_CODECS, SOUND_CODECS = frozenset(PICTURES.split()), frozenset(SOUNDS.split())


class Limits(msgspec.Struct, frozen=True):
    """`pixels` of one frame; `rate` and `channels` of the sound."""

    seconds: int = 4 * 3600
    pixels: int = 40_000_000
    side: int = 16_384
    streams: int = 32
    rate: int = 384_000
    channels: int = 64


class Wanted(Request, kw_only=True):
    """`task` is probe, shots, sound or cover; a window is in milliseconds of the recording."""

    task: str
    format: str
    limits: Limits
    content_type: str = ""
    start_ms: int = 0
    stop_ms: int = 0
    every_ms: int = 1000
    most: int = 1
    sees_cuts: bool = False
    only_keys: bool = False
    rotation: int = 0


class Facts(msgspec.Struct, kw_only=True):
    """`rotation` is clockwise; width and height are those of the upright picture as it is shown."""

    duration_ms: int
    width: int = 0
    height: int = 0
    video_codec: str = ""
    audio_codec: str = ""
    frame_rate: float = 0.0
    rotation: int = 0
    has_video: bool = False
    has_audio: bool = False


class Seen(msgspec.Struct, frozen=True):
    """A JPEG in the shared memory."""

    at_ms: int
    kind: str
    width: int
    height: int
    place: int
    length: int


class Answer(msgspec.Struct, kw_only=True):
    """`code` names what is wrong with the recording; then nothing else is said but details.

    `length` is that of sound, which stands at the beginning of the shared memory.
    """

    code: str = ""
    details: dict[str, str | int | float] = {}
    facts: Facts | None = None
    shots: list[Seen] = []
    is_coarse: bool = False
    length: int = 0
