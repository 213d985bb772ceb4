"""In what language a text is, told cheaply: by its script, and in Latin letters by its commonest words.

No model is loaded, because this runs where results are stored. What cannot be told stays untold.
"""

import re
from collections import Counter

from django.utils.translation import gettext_lazy as _

UNTOLD = "und"
LANGUAGES = {
    "zh": _("Chinese"),
    "en": _("English"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
    "fr": _("French"),
    "de": _("German"),
    "it": _("Italian"),
    "nl": _("Dutch"),
    "pl": _("Polish"),
    "tr": _("Turkish"),
    "vi": _("Vietnamese"),
    "id": _("Indonesian"),
    "ru": _("Russian"),
    "uk": _("Ukrainian"),
    "ar": _("Arabic"),
    "fa": _("Persian"),
    "he": _("Hebrew"),
    "hi": _("Hindi"),
    "bn": _("Bengali"),
    "ta": _("Tamil"),
    "th": _("Thai"),
    "el": _("Greek"),
    UNTOLD: _("Not told"),
}
LONGEST = 2_000
NOT_WORDS = re.compile(r"https?://\S+|[@#]\w+|&#?\w+;|[\w.]+@[\w.]+")
WORD = re.compile(r"[^\W\d_]+")
SCRIPTS = {
    "kana": re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]"),
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "bn": re.compile("[\u0980-\u09ff]"),
    "ta": re.compile("[\u0b80-\u0bff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
# One character of these says about as much as so many letters.
WEIGHTS = {"han": 3, "kana": 3, "ko": 3}
UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
PERSIAN = re.compile("[پچژگ]")
WORDS = {
    "en": "the and of to in is that it for you was with on are this be have not what your at my we can they"
    " he she if will so just like do all how who when free add up out no get from or an as by don one our"
    " there has had but buy here his her their would about know now want good them some him then",
    "es": "de la que el en y los se del las por un para con no una su al lo como más pero sus le ya o este sí"
    " porque esta entre cuando muy sin sobre también me hasta hay donde quien hola gracias es está yo tu",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à sua"
    " ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos é você",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec"
    " son je vous nous mais ou leur elle on cette sa ses aux très tout être c d l j bonjour merci",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden"
    " aus er hat dass sie nach wird bei einer um am sind noch wie einem über ich du wir aber kein hallo",
    "it": "di che è e la il un a per in una mi sono ho non ma lo ha le si ti i con cosa se io come da ci no"
    " questo qui hai sei del bene tu sì me più al mio c perché lei solo te era gli tutto della ciao",
    "nl": "de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan"
    " zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb",
    "pl": "w i z na do się nie to że jest o jak po za od a co ale tak czy ja ty go jego już być tylko przez"
    " przy może są ma ten tego jestem wszystko mnie mi cześć dziękuję",
    "tr": "ve bir bu da de için ile çok daha gibi ne o ben sen var yok mi mı değil ama ki kadar en sonra olan"
    " her şey nasıl merhaba teşekkür biz siz onu bana sana olarak",
    "vi": "và là của có không được cho một trong các với những người này đã đến khi để từ cũng tôi bạn anh em"
    " rất thì mà ở như nếu làm gì bán mua chào hàng",
    "id": "yang dan di ini itu untuk dengan tidak dari dalam akan pada juga saya ke karena ada bisa kamu"
    " kita aku anda sudah apa atau oleh seperti lebih banyak jangan terima kasih",
}
KNOWN: dict[str, tuple[str, ...]] = {}
for _language, _words in WORDS.items():
    for _word in _words.split():
        KNOWN[_word] = (*KNOWN.get(_word, ()), _language)
LETTERS = {
    "vi": re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]"),
    "de": re.compile("ß"),
    "es": re.compile("[ñ¿¡]"),
    "pt": re.compile("[ãõ]"),
    "pl": re.compile("[ąęłńśźż]"),
    "tr": re.compile("[ğışİ]"),
    "fr": re.compile("[œêèû]"),
}


def language_of(text: str) -> str:
    """The code of a language, or "" where there is too little to tell it by."""
    text = NOT_WORDS.sub(" ", text[:LONGEST])
    counts = {name: len(script.findall(text)) * WEIGHTS.get(name, 1) for name, script in SCRIPTS.items()}
    east = counts["han"] + counts["kana"]
    if counts["kana"] * 10 >= east > 0:
        counts["ja"], counts["han"], counts["kana"] = east, 0, 0
    script = max(counts, key=counts.__getitem__)
    if not counts[script]:
        return ""
    match script:
        case "han" | "kana":
            return "zh"
        case "cyrillic":
            return "uk" if UKRAINIAN.search(text) else "ru"
        case "arabic":
            return "fa" if PERSIAN.search(text) else "ar"
        case "latin":
            return language_in_latin(text)
    return script


def language_in_latin(text: str) -> str:
    """A word that several languages share counts for each, but less."""
    text = text.lower()
    votes: Counter = Counter()
    for word in WORD.findall(text):
        for language in (shared := KNOWN.get(word, ())):
            votes[language] += 1 / len(shared)
    for language, letters in LETTERS.items():
        votes[language] += len(letters.findall(text)) / 2
    if not votes:
        return ""
    language, most = votes.most_common(1)[0]
    return language if most >= 0.5 else ""
