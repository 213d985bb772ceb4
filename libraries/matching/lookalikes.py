"""Letters that look like other letters, chosen by hand. Data only.

NFKC already folds full-width, circled, mathematical and superscript letters; here stands what it leaves.
"""


def letters(shown: str, meant: str) -> dict[str, str]:
    return dict(zip(shown, meant, strict=True))


# Variants of Latin letters, and signs typed in place of plain ones: folded wherever they stand.
VARIANTS = str.maketrans(
    {
        **letters("ıɪłøđħŧɑɡɩʟɴʀʏʙɢʜⱥƀƃɓƈɗɛƒɠɦɨ", "iilodhtagilnrybghabbbcdefghi"),
        **letters("ɉƙƚɱɲƞɵƥɍʂƭʈʉʋⱳƴȥʐᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰ", "jklmnnoprsttuvwyzzacdejkmoptuvwzsf"),
        "ё": "е",
        "æ": "ae",
        "œ": "oe",
        **dict.fromkeys("‘’‚‛ʼʹ´＇", "'"),
        **dict.fromkeys("“”„‟", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **{chr(0x1F1E6 + place): chr(0x61 + place) for place in range(26)},
        **{chr(0x1F150 + place): chr(0x61 + place) for place in range(26)},
        **{chr(0x1F170 + place): chr(0x61 + place) for place in range(26)},
    }
)

# Letters of other alphabets that look like Latin ones: folded only in words that mix alphabets, so that a
# Russian or Greek word stays what it is.
TO_LATIN = str.maketrans(
    "авсԁеғһіјкӏмнорԛгѕтцѵѡхуԝз" + "αβεγηικνορστυωχ",
    "abcdefhijklmhopqrstuvwxywz" + "abeynikvopotuwx",
)
TO_CYRILLIC = str.maketrans("abcehkmoptxy", "авсенкмортху")

# What is typed for a letter in words such as s3x and b@d.
LEET = str.maketrans("0134578@$!", "oieastbasi")
