"""Addresses under which recordings of the media library are played."""

from datetime import timedelta

import msgspec
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.api import answers, read_body
from moderation.api.asset_shapes import PlaybackAskedShape, PlaybackShape
from moderation.api.assets import AssetView
from moderation.operations.playback import USUAL, playback_address, review_address


class PlaybackAsked(msgspec.Struct):
    seconds: int = USUAL
    address: str = ""
    review: bool = False


class Playback(AssetView):
    scopes = {"POST": "media:read"}

    @extend_schema(
        operation_id="playback_address",
        summary="Get an address under which a recording is played",
        description="Of what is flagged or being reviewed there is none, but with `review`: that is played"
        " from the account's security addresses alone. An address stops to work the moment the recording is"
        " not playable any more.",
        request=PlaybackAskedShape,
        responses=answers({201: PlaybackShape}, 400, 401, 403, 404, 429),
    )
    def post(self, request, media_id):
        asked, now = read_body(request, PlaybackAsked), timezone.now()
        asset = self.asset(media_id)
        give = review_address if asked.review else playback_address
        url = give(asset=asset, seconds=asked.seconds, address=asked.address, now=now)
        body = {
            "media_id": asset.media_id,
            "url": url,
            "expires_at": (now + timedelta(seconds=asked.seconds)).isoformat(),
            "state": asset.state,
        }
        return Response(body, status=201)
