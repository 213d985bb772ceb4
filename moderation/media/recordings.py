"""Audio and video, known by their first bytes and never decoded here. Pure."""

from dataclasses import dataclass

from moderation.models.content import ContentType

LOOKED_AT = 4096
AUDIO, VIDEO = ContentType.AUDIO.value, ContentType.VIDEO.value


@dataclass(frozen=True, slots=True)
class Format:
    """Under which type it is played as audio or as video; blank where it cannot be that."""

    name: str
    audio: str = ""
    video: str = ""

    def mime(self, content_type: str) -> str:
        return self.audio if content_type == AUDIO else self.video


FORMATS = {
    found.name: found
    for found in (
        Format("mp4", audio="audio/mp4", video="video/mp4"),
        Format("webm", audio="audio/webm", video="video/webm"),
        Format("mov", video="video/quicktime"),
        Format("ogg", audio="audio/ogg", video="video/ogg"),
        Format("mp3", audio="audio/mpeg"),
        Format("wav", audio="audio/wav"),
        Format("m4a", audio="audio/mp4"),
        Format("flac", audio="audio/flac"),
    )
}
FILMS = {b"isom", b"mp41", b"mp42", b"mp71", b"avc1", b"M4V ", b"MSNV", b"dash", b"cmfc", b"f4v "}
FILM_FAMILIES = (b"iso", b"3gp", b"3g2")
OLD_FILM_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip"}
MATROSKA = b"\x1aE\xdf\xa3"


def format_of(head: bytes, content_type: str) -> Format | None:
    """The format, if it is one of those that are taken for this kind of content."""
    found = FORMATS.get(name_of(bytes(head[:LOOKED_AT])))
    return found if found and found.mime(content_type) else None


def name_of(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return film(head)
    if head[4:8] in OLD_FILM_BOXES:
        return "mov"
    if head[:4] == MATROSKA:
        return "webm" if b"webm" in head[:64] else ""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:3] == b"ID3" or is_mpeg_frame(head):
        return "mp3"
    return ""


def film(head: bytes) -> str:
    """ISO boxes hold pictures and documents as well: only brands that are known for films count."""
    length = int.from_bytes(head[:4], "big")
    major = head[8:12]
    brands = {major, *(head[place : place + 4] for place in range(16, min(length, len(head)) - 3, 4))}
    if major in (b"M4A ", b"M4B "):
        return "m4a"
    if major == b"qt  ":
        return "mov"
    is_film = any(brand in FILMS or brand.startswith(FILM_FAMILIES) for brand in brands)
    is_picture = any(brand[:3] in (b"avi", b"hei", b"hev", b"mif", b"msf") for brand in brands)
    return "mp4" if is_film and not is_picture else ""


def is_mpeg_frame(head: bytes) -> bool:
    """The head of a frame of layer III, with no value in it that is reserved."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and 0 < bitrate < 15 and rate != 3
