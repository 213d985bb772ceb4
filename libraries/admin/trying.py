"""Type a text, see it as it is compared, and which keywords are found in it by what."""

from django.utils.translation import gettext_lazy as _

from config.accounts import revisions
from config.console.pages import ConsolePage, register
from libraries.matching.cache import keyword_index
from libraries.matching.explain import how, steps
from libraries.matching.keyword_index import KeywordHit
from libraries.matching.normalise import normalise
from libraries.models import Vocabulary

LONGEST = 10_000
SHOWN_HITS = 200
NAMES = {
    "invisible": _("invisible characters"),
    "width": _("width and form"),
    "case": _("capitals"),
    "accents": _("accents"),
    "confusables": _("look-alike letters"),
    "traditional": _("traditional characters"),
    "spaces": _("spaces"),
    "separators": _("signs between letters"),
    "leet": _("signs for letters"),
    "stretched": _("letters drawn out or starred out"),
    "pinyin": _("pinyin"),
    "initials": _("first letters of the pinyin"),
    "homophones": _("same sound"),
    "lookalikes": _("look-alike characters"),
    "split": _("split characters"),
    "emoji": _("emoji for a sound"),
}


@register("keyword-test/", name="libraries_try")
class TryKeywords(ConsolePage):
    title = _("Try keywords")
    ability = "libraries.view"
    template_name = "libraries/try.html"

    def get(self, request):
        return self.show("", chosen_of(request.GET))

    def post(self, request):
        return self.show(request.POST.get("text", "")[:LONGEST], chosen_of(request.POST))

    def show(self, text: str, chosen: set[int]):
        vocabularies = list(self.owned(Vocabulary).by_name())
        context = {"text": text, "vocabularies": vocabularies, "chosen": chosen, "longest": LONGEST}
        if text:
            account_id = self.request.account.pk
            index = keyword_index(account_id, revisions.read(account_id).vocabularies)
            hits = [hit for hit in index.find(text) if not chosen or hit.vocabulary_id in chosen]
            names = {vocabulary.pk: vocabulary.name for vocabulary in vocabularies}
            context |= {
                "pieces": pieces_of(text, hits),
                "compared": normalise(text).text,
                "steps": folding_of(text),
                "hits": [
                    (hit, names.get(hit.vocabulary_id, ""), [NAMES[name] for name in how(hit)])
                    for hit in hits[:SHOWN_HITS]
                ],
                "count": len(hits),
            }
        return self.render(**context)


def folding_of(text: str) -> list[tuple[str, str]]:
    """The text after each step that changed it; the last is what is compared."""
    shown = [(NAMES[step.name], step.text) for step in steps(text)]
    compared = normalise(text).text
    return [*shown[:-1], (shown[-1][0], compared)] if shown else []


def chosen_of(asked) -> set[int]:
    return {int(number) for number in asked.getlist("vocabulary") if number.isascii() and number.isdigit()}


def pieces_of(text: str, hits: list[KeywordHit]) -> list[tuple[str, bool]]:
    """The text in pieces, each in a hit or outside; hits that overlap are one piece."""
    pieces, last = [], 0
    for start, end in merged(hits):
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [(piece, is_hit) for piece, is_hit in [*pieces, (text[last:], False)] if piece]


def merged(hits: list[KeywordHit]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted((hit.start, hit.end) for hit in hits):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
