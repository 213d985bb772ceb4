"""The files behind the pages of recordings: what is played, frames and covers."""

from config.console.pages import register
from moderation.admin.pictures import SafeCopy
from moderation.admin.recordings import RecordingPage
from moderation.models import MediaAsset, MediaShot


@register("media-recording/<str:media_id>/", name="media_recording")
class AssetRecording(RecordingPage):
    """In the console every recording plays, whatever state it is in."""

    def get(self, request, media_id):
        asset = self.one(MediaAsset, media_id=media_id, removed_at=None)
        return self.play_file(
            content_type=asset.content_type, key=asset.key, format=asset.format, sha256=asset.sha256
        )

    head = get


@register("media-frame/<int:shot_id>/", name="media_frame")
class FramePicture(SafeCopy):
    def get(self, request, shot_id):
        return self.show(self.one(MediaShot, pk=shot_id).key)


@register("media-cover/<str:media_id>/", name="media_cover")
class CoverPicture(SafeCopy):
    def get(self, request, media_id):
        return self.show(self.one(MediaAsset, media_id=media_id, removed_at=None).cover_key)
