from moderation.media.sniff import DECODED, sniff
from tests.moderation.media.pictures import BROKEN, drawn, needs_data, saved

NAMES = {
    "jpeg.jpg": "jpeg", "gif.gif": "gif", "gif-transparent.gif": "gif", "png-transparent.png": "png",
    "png-truncated.png": "png", "bmp.bmp": "bmp", "tiff.tif": "tiff", "webp.webp": "webp", "ico.ico": "ico",
    "pdf.pdf": "pdf", "zip.zip": "zip", "svg.svg": "svg", "mp4-with-audio.mp4": "mp4", "Mpeg4.mp4": "mp4",
    "webm.webm": "matroska", "mp3.mp3": "mp3", "wav.wav": "wav", "html5.html": "html",
    "html-2.0.html": "html", "html-3.2.html": "html", "html-4.0-strict.html": "html",
    "html-4.01-frameset.html": "html", "html-4.01-strict.html": "html",
    "html-4.01-transitional.html": "html", "iso-html.html": "html", "xhtml-1.0-frameset.html": "html",
}  # fmt: skip


@needs_data
def test_names_the_smallest_file_of_each_kind():
    found = {path.name: sniff(path.read_bytes()) for path in BROKEN.iterdir()}

    assert found == NAMES


def test_names_all_that_are_decoded():
    assert {sniff(saved(drawn(), kind.upper())) for kind in DECODED} == DECODED


def test_tells_avif_from_heic_by_its_brands():
    box = b"\0\0\0\x1cftyp%s\0\0\0\0mif1%smiaf"

    assert sniff(box % (b"mif1", b"avif")) == "avif"
    assert sniff(box % (b"heic", b"heic")) == "heic"
    assert sniff(box % (b"mif1", b"heic")) == "heic"


def test_takes_no_text_that_begins_with_two_letters_for_a_bitmap():
    assert sniff(b"BMW is a maker of cars and motorcycles") == "unknown"


def test_finds_markup_behind_blanks_comments_and_declarations():
    assert sniff(b" \n<?xml version='1.0'?><!-- a --><svg xmlns='http://www.w3.org/2000/svg'/>") == "svg"
    assert sniff(b"\xef\xbb\xbf<!DOCTYPE html><p>") == "html"
    assert sniff(b"<?xml version='1.0'?><feed/>") == "xml"


def test_nothing_is_unknown():
    assert sniff(b"") == "unknown"
    assert sniff(b"\0" * 40) == "unknown"
