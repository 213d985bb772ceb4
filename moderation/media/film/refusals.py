"""What may be wrong with a recording that was opened. Each says what to do."""

from django.utils.translation import gettext_lazy as _

from config.errors import PlatformError


class MediaRefused(PlatformError):
    code = "media_decode_failed"
    status = 422
    default_message = _("The recording is damaged or of a kind that is not read: save it as MP4 or MP3.")


class MediaTruncated(MediaRefused):
    code = "media_truncated"
    default_message = _("The recording ends before its end: send the whole file.")


class MediaTooLong(MediaRefused):
    code = "media_too_long"
    default_message = _("The recording lasts longer than is allowed: send it in parts.")


class MediaTooManyPixels(MediaRefused):
    code = "media_too_many_pixels"
    default_message = _("The film has more pixels than are allowed: send it in a smaller size.")


class MediaTooManyStreams(MediaRefused):
    code = "media_too_many_streams"
    default_message = _(
        "The recording has more tracks than are allowed: send one of pictures and one of sound."
    )


class MediaDecodeTimeout(MediaRefused):
    code = "media_decode_timeout"
    default_message = _(
        "Opening the recording takes more time or memory than is allowed: send it smaller, or save it anew."
    )


class MediaWithoutPictures(MediaRefused):
    code = "media_without_pictures"
    default_message = _("There are no pictures in this file: send a film, or have it moderated as audio.")


class MediaWithoutSound(MediaRefused):
    code = "media_without_sound"
    default_message = _("There is no sound in this file: send a recording with sound.")


class MediaEmpty(MediaRefused):
    code = "media_empty"
    default_message = _("The recording lasts no time at all: send one in which something happens.")


BY_CODE = {
    kind.code: kind
    for kind in (
        MediaRefused,
        MediaTruncated,
        MediaTooLong,
        MediaTooManyPixels,
        MediaTooManyStreams,
        MediaDecodeTimeout,
        MediaWithoutPictures,
        MediaWithoutSound,
        MediaEmpty,
    )
}
