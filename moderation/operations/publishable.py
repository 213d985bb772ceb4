"""Whether rules can be in force: known labels, scores in order, lists that exist and fit their labels."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from libraries.models import ImageLibrary, Vocabulary
from moderation.catalogue.info import is_text_in_picture
from moderation.models import Label, Service
from moderation.models.content import ContentType
from moderation.values import MEDIA_SETTINGS, Rules

MOST_JUDGES = 10


class RulesInvalid(Invalid):
    code = "rules_invalid"
    default_message = _("These rules cannot be published.")


def takes_vocabularies(content_type: str, label: str) -> bool:
    """Words are looked for in texts, and in the text of pictures."""
    return content_type != ContentType.IMAGE or is_text_in_picture(label)


def takes_image_libraries(content_type: str, label: str) -> bool:
    return content_type == ContentType.IMAGE and not is_text_in_picture(label)


def require_publishable(*, service: Service, rules: Rules) -> None:
    require_known_labels(service, rules)
    for code, rule in rules.labels.items():
        if not 0 <= rule.medium <= rule.high <= 100:
            message = _("%(label)s: the medium score may not lie above the high score, both from 0 to 100.")
            raise RulesInvalid(message % {"label": code}, field=f"labels.{code}")
    require_fitting_lists(service, rules)
    require_fitting_recordings(service, rules)
    require_held(
        rules.vocabularies(),
        among=Vocabulary.objects.owned_by(service.account),
        message=_("A vocabulary that these rules use does not exist."),
        field="vocabularies",
    )
    require_held(
        rules.image_libraries(),
        among=ImageLibrary.objects.owned_by(service.account).custom(),
        message=_("An image library that these rules use does not exist."),
        field="image_libraries",
    )


def require_known_labels(service: Service, rules: Rules) -> None:
    """Labels that were retired may stay in rules that have them; nobody can add them."""
    known = set(Label.objects.current().for_content(service.content_type).values_list("code", flat=True))
    unknown = set(rules.labels) - known
    if unknown and service.current_version:
        unknown -= set(service.current_version.rules.labels)
    if unknown:
        raise RulesInvalid(_("The catalogue has no such label."), field="labels", unknown=sorted(unknown))


def require_fitting_lists(service: Service, rules: Rules) -> None:
    kind = service.content_type
    for code, rule in rules.labels.items():
        if rule.vocabularies and not takes_vocabularies(kind, code):
            message = _("%(label)s stands for what a picture shows: choose image libraries for it.")
            raise RulesInvalid(message % {"label": code}, field=f"labels.{code}.vocabularies")
        if rule.image_libraries and not takes_image_libraries(kind, code):
            message = _("%(label)s stands for text: choose vocabularies for it.")
            raise RulesInvalid(message % {"label": code}, field=f"labels.{code}.image_libraries")
    if rules.exempt_image_libraries and kind != ContentType.IMAGE:
        raise RulesInvalid(_("Only pictures can be exempt by a library."), field="exempt_image_libraries")


def settings_of_recordings(service: Service) -> tuple[str, ...]:
    """Which of these settings rules of this service may have."""
    if service.is_human_only:
        return ()
    match service.content_type:
        case ContentType.VIDEO:
            return ("image_services", *MEDIA_SETTINGS)
        case ContentType.AUDIO:
            return ("unheard_to_people",)
    return ()


def require_fitting_recordings(service: Service, rules: Rules) -> None:
    own = settings_of_recordings(service)
    for name in ("image_services", *MEDIA_SETTINGS):
        if name not in own and not rules.is_plain(name):
            raise RulesInvalid(_("The rules of this service have no such setting."), field=name)
    if "image_services" in own:
        require_judges(service, rules)


def require_judges(service: Service, rules: Rules) -> None:
    """A video is judged by other services: their rules stay theirs, and change for it as they change."""
    if rules.labels or rules.ignored_vocabularies:
        message = _("Videos are judged by other services: set labels and vocabularies there.")
        raise RulesInvalid(message, field="labels" if rules.labels else "ignored_vocabularies")
    if not rules.image_services and not rules.audio_service:
        message = _("Choose a service for the frames or for the speech: else nothing looks at these videos.")
        raise RulesInvalid(message, field="image_services")
    if len(rules.image_services) > MOST_JUDGES:
        message = _("At most ten services judge the frames of a video.")
        raise RulesInvalid(message, field="image_services", most=MOST_JUDGES)
    audio = (rules.audio_service,) if rules.audio_service else ()
    require_services(service, rules.image_services, ContentType.IMAGE, "image_services")
    require_services(service, audio, ContentType.AUDIO, "audio_service")


def judges_for(service: Service, kind: str):
    """The services that may judge a part of a video."""
    return Service.objects.owned_by(service.account).of_content(kind).for_machine()


def require_services(service: Service, codes: Iterable[str], kind: str, field: str) -> None:
    held = judges_for(service, kind).values_list("code", flat=True)
    if missing := sorted(set(codes) - set(held)):
        message = _("There is no such service to judge a part of these videos.")
        raise RulesInvalid(message, field=field, missing=missing)


def require_held(wanted: Iterable[int], *, among, message, field: str) -> None:
    if not wanted:
        return
    held = among.filter(pk__in=wanted).values_list("pk", flat=True)
    if missing := sorted(set(wanted) - set(held)):
        raise RulesInvalid(message, field=field, missing=missing)
