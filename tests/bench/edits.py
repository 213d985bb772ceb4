"""What people do to a picture before they send it again."""

import io
from collections.abc import Callable

import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Edit = Callable[[Image.Image, numpy.random.Generator], Image.Image]


def saved(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def resized(picture: Image.Image, across: float, down: float) -> Image.Image:
    width, height = picture.size
    return picture.resize(
        (max(8, round(width * across)), max(8, round(height * down))), Image.Resampling.LANCZOS
    )


def thumbnail(picture: Image.Image, rng) -> Image.Image:
    small = picture.copy()
    small.thumbnail((128, 128))
    return small


def noisy(picture: Image.Image, rng) -> Image.Image:
    pixels = numpy.asarray(picture, float)
    return Image.fromarray(numpy.clip(pixels + rng.normal(0, 18, pixels.shape), 0, 255).astype(numpy.uint8))


def turned(degrees: float) -> Edit:
    return lambda picture, rng: picture.rotate(degrees, Image.Resampling.BICUBIC, expand=False)


def framed(share: float, colour) -> Edit:
    def edit(picture, rng):
        return ImageOps.expand(picture, round(share * min(picture.size)), colour)

    return edit


def cropped(share: float, place: str) -> Edit:
    """Keep 1 - share of the width and of the height."""

    def edit(picture, rng):
        width, height = picture.size
        if place == "centre":
            x = y = 0.5
        elif place == "corner":
            x, y = rng.integers(0, 2, 2)
        else:
            x, y = rng.random(2)
        left, top = x * share * width, y * share * height
        return picture.crop(
            (round(left), round(top), round(left + (1 - share) * width), round(top + (1 - share) * height))
        )

    return edit


def cropped_freely(picture: Image.Image, rng) -> Image.Image:
    width, height = picture.size
    left, right = rng.uniform(0, 0.1, 2) * width
    top, bottom = rng.uniform(0, 0.1, 2) * height
    return picture.crop((round(left), round(top), round(width - right), round(height - bottom)))


def one_side_cut(picture: Image.Image, rng) -> Image.Image:
    width, height = picture.size
    box = [0, 0, width, height]
    side = int(rng.integers(4))
    box[side] += round(float(rng.uniform(0.05, 0.2)) * (width, height)[side % 2]) * (1 if side < 2 else -1)
    return picture.crop(box)


def written(draw, box, text: str, size: float, fill, stroke: int = 0) -> None:
    font = ImageFont.load_default(size=max(size, 6))
    left, top, right, bottom = box
    middle = (left + right) / 2, (top + bottom) / 2
    draw.text(middle, text, fill=fill, font=font, anchor="mm", stroke_width=stroke, stroke_fill="black")


def meme(picture: Image.Image, rng) -> Image.Image:
    marked = picture.copy()
    width, height = marked.size
    draw = ImageDraw.Draw(marked)
    stroke = max(1, height // 150)
    written(draw, (0, 0, width, height * 0.18), "WHEN YOU SEE IT", height * 0.1, "white", stroke)
    written(draw, (0, height * 0.82, width, height), "AND IT IS MONDAY", height * 0.1, "white", stroke)
    return marked


def caption_above(picture: Image.Image, rng) -> Image.Image:
    width, height = picture.size
    bar = round(height * 0.2)
    page = Image.new("RGB", (width, height + bar), "white")
    page.paste(picture, (0, bar))
    written(ImageDraw.Draw(page), (0, 0, width, bar), "nobody told me about this", bar * 0.35, "black")
    return page


def screenshot(picture: Image.Image, rng) -> Image.Image:
    """A post on a telephone: status bar, name, picture in full width, buttons and remarks."""
    dark = bool(rng.integers(2))
    paper, ink = ((18, 18, 20), (230, 230, 230)) if dark else ((255, 255, 255), (30, 30, 30))
    width = 720
    inside = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    head, foot = 190, 330
    page = Image.new("RGB", (width, head + inside.height + foot), paper)
    page.paste(inside, (0, head))
    draw = ImageDraw.Draw(page)
    written(draw, (20, 8, 120, 40), "12:41", 24, ink)
    draw.rectangle((640, 14, 690, 34), outline=ink, width=3)
    draw.ellipse((24, 84, 104, 164), fill=(190, 90, 120))
    written(draw, (120, 90, 340, 125), "somebody_else", 26, ink)
    written(draw, (120, 130, 300, 160), "two hours ago", 20, (130, 130, 130))
    foot_top = head + inside.height
    for place in range(3):
        draw.ellipse((30 + 80 * place, foot_top + 24, 76 + 80 * place, foot_top + 70), outline=ink, width=4)
    for line, text in enumerate(("1,204 people like this", "look at what came today", "view all 88 remarks")):
        written(draw, (30, foot_top + 90 + 60 * line, 420, foot_top + 130 + 60 * line), text, 26, ink)
    return page


def watermarked(picture: Image.Image, rng) -> Image.Image:
    width, height = picture.size
    layer = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(layer)
    written(
        draw,
        (0, height * 0.4, width, height * 0.6),
        "SAMPLE  photos.example",
        width * 0.06,
        (255, 255, 255, 110),
    )
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


EDITS: dict[str, Edit] = {
    "JPEG, quality 30": lambda picture, rng: saved(picture, 30),
    "JPEG, quality 10": lambda picture, rng: saved(picture, 10),
    "half the size": lambda picture, rng: resized(picture, 0.5, 0.5),
    "thumbnail of 128": thumbnail,
    "blurred": lambda picture, rng: picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 250)),
    "sharpened": lambda picture, rng: picture.filter(ImageFilter.UnsharpMask(3, 180)),
    "grey": lambda picture, rng: picture.convert("L").convert("RGB"),
    "brighter": lambda picture, rng: ImageEnhance.Brightness(picture).enhance(1.35),
    "darker": lambda picture, rng: ImageEnhance.Brightness(picture).enhance(0.6),
    "more contrast": lambda picture, rng: ImageEnhance.Contrast(picture).enhance(1.5),
    "more colour": lambda picture, rng: ImageEnhance.Color(picture).enhance(2),
    "noise": noisy,
    "watermark": watermarked,
    "wider by a third": lambda picture, rng: resized(picture, 1.33, 1),
    "mirrored": lambda picture, rng: ImageOps.mirror(picture),
    "turned by 90": lambda picture, rng: picture.transpose(Image.Transpose.ROTATE_90),
    "turned by 180": lambda picture, rng: picture.transpose(Image.Transpose.ROTATE_180),
    "turned by 270": lambda picture, rng: picture.transpose(Image.Transpose.ROTATE_270),
    "turned by 2": turned(2),
    "turned by 5": turned(5),
    "white border of 5 %": framed(0.05, "white"),
    "black border of 15 %": framed(0.15, "black"),
    "red border of 10 %, JPEG": lambda picture, rng: saved(framed(0.1, (200, 30, 40))(picture, rng), 60),
    "crop 5 %, centre": cropped(0.05, "centre"),
    "crop 10 %, centre": cropped(0.10, "centre"),
    "crop 15 %, centre": cropped(0.15, "centre"),
    "crop 20 %, centre": cropped(0.20, "centre"),
    "crop 10 %, a corner": cropped(0.10, "corner"),
    "crop 20 %, a corner": cropped(0.20, "corner"),
    "crop 5 %, anywhere": cropped(0.05, "anywhere"),
    "crop 10 %, anywhere": cropped(0.10, "anywhere"),
    "crop 15 %, anywhere": cropped(0.15, "anywhere"),
    "crop 20 %, anywhere": cropped(0.20, "anywhere"),
    "0 to 10 % off each side": cropped_freely,
    "5 to 20 % off one side": one_side_cut,
    "meme, words over it": meme,
    "words in a bar above": caption_above,
    "screenshot of a post": screenshot,
}
