"""Audio and video, known by their first bytes and never opened here. Pure."""

from dataclasses import dataclass

from moderation.models.content import ContentType

LOOKED_AT = 4096
AUDIO, VIDEO = ContentType.AUDIO.value, ContentType.VIDEO.value


@dataclass(frozen=True, slots=True)
class Format:
    """Under which type it is played as audio or as video; blank where it cannot be that.

    `is_played`: browsers play it, so that people can judge it where no machine shows them its frames.
    """

    name: str
    audio: str = ""
    video: str = ""
    is_played: bool = True

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
        Format("aac", audio="audio/aac"),
        Format("mkv", audio="audio/x-matroska", video="video/x-matroska", is_played=False),
        Format("avi", video="video/x-msvideo", is_played=False),
        Format("flv", video="video/x-flv", is_played=False),
        Format("mpegts", audio="video/mp2t", video="video/mp2t", is_played=False),
        Format("mpeg", video="video/mpeg", is_played=False),
        Format("asf", audio="audio/x-ms-wma", video="video/x-ms-wmv", is_played=False),
        Format("amr", audio="audio/amr", is_played=False),
    )
}
FILMS = {b"isom", b"mp41", b"mp42", b"mp71", b"avc1", b"M4V ", b"MSNV", b"dash", b"cmfc", b"f4v "}
FILM_FAMILIES = (b"iso", b"3gp", b"3g2")
OLD_FILM_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip"}
MATROSKA = b"\x1aE\xdf\xa3"
WINDOWS_MEDIA = b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\0b\xcel"
PACKET, PACKETS = 188, 5


def formats(content_type: str, *, played: bool = False) -> list[Format]:
    """Those that are taken for this kind of content; `played`, those that browsers play."""
    return [one for one in FORMATS.values() if one.mime(content_type) and (one.is_played or not played)]


def format_of(head: bytes, content_type: str, *, played: bool = False) -> Format | None:
    """The format, if it is one of those that are taken for this kind of content."""
    found = FORMATS.get(name_of(bytes(head[:LOOKED_AT])))
    return found if found in formats(content_type, played=played) else None


def name_of(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return film(head)
    if head[4:8] in OLD_FILM_BOXES:
        return "mov"
    if head[:4] == MATROSKA:
        return "webm" if b"webm" in head[:64] else "mkv" if b"matroska" in head[:64] else ""
    if head[:4] == b"RIFF":
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12], "")
    if head[:4] == b"FLV\1" and head[4:5] and not head[4] & ~5:
        return "flv"
    if head[:16] == WINDOWS_MEDIA:
        return "asf"
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "amr"
    if head[:4] == b"\0\0\1\xba":
        return "mpeg"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:3] == b"ID3" or is_mpeg_frame(head):
        return "mp3"
    if is_adts_frame(head):
        return "aac"
    if is_transport(head):
        return "mpegts"
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


def is_adts_frame(head: bytes) -> bool:
    """The head of a frame of AAC, and where it ends that of the next, since so few bits tell little."""
    place = 0
    for _twice in range(2):
        found = head[place : place + 7]
        if len(found) < 7 or found[0] != 0xFF or found[1] & 0xF6 != 0xF0 or found[2] >> 2 & 15 > 12:
            return False
        length = (found[3] & 3) << 11 | found[4] << 3 | found[5] >> 5
        if length < 7:
            return False
        place += length
    return True


def is_transport(head: bytes) -> bool:
    """Packets of a transport stream follow each other from the first byte on."""
    return len(head) >= PACKET * PACKETS and all(head[PACKET * number] == 0x47 for number in range(PACKETS))
