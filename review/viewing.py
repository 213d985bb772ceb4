"""How a reviewer would have content shown to them: what is stored in `Reviewer.view`. Pure."""

from dataclasses import asdict, dataclass, fields, replace

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid

LEAST_TILES, MOST_TILES = 12, 100
# Pixels of blur at 100 %: nothing of a picture can be told at that.
STRONGEST_BLUR = 48


class ViewInvalid(Invalid):
    code = "view_invalid"
    default_message = _("Blur is 0 to 100 percent, and the grid has 12 to 100 tiles.")


@dataclass(frozen=True, slots=True)
class View:
    """How the workbench begins. `blur` is for what the care policy hides, the rest for everything."""

    blur: int = 60
    greyscale: bool = False
    mute: bool = True
    tiles: int = 24

    @property
    def blur_px(self) -> int:
        return round(STRONGEST_BLUR * self.blur / 100)

    def as_dict(self) -> dict:
        return asdict(self)


def view_of(reviewer) -> View:
    """What was stored, with the defaults for what was not, or makes no sense any more."""
    stored = (reviewer.view if reviewer is not None else None) or {}
    view = View()
    for field in fields(View):
        if field.name in stored:
            try:
                view = require_view(replace(view, **{field.name: stored[field.name]}))
            except ViewInvalid:
                continue
    return view


def require_view(view: View) -> View:
    if not is_whole(view.blur) or not 0 <= view.blur <= 100:
        raise ViewInvalid(field="blur")
    if not is_whole(view.tiles) or not LEAST_TILES <= view.tiles <= MOST_TILES:
        raise ViewInvalid(field="tiles")
    for name in ("greyscale", "mute"):
        if not isinstance(getattr(view, name), bool):
            raise ViewInvalid(field=name)
    return view


def is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
