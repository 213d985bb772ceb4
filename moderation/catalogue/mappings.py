"""Under which label of the catalogue the engines' own labels stand: (engine, raw label, label)."""

MAPPINGS: tuple[tuple[str, str, str], ...] = (
    ("patterns", "contact.phone", "pt_to_contact"),
    ("patterns", "contact.wechat", "pt_to_contact"),
    ("patterns", "contact.qq", "pt_to_contact"),
    ("patterns", "contact.telegram", "pt_to_contact"),
    ("patterns", "contact.whatsapp", "pt_to_contact"),
    ("patterns", "contact.line", "pt_to_contact"),
    ("patterns", "contact.email", "pt_to_contact"),
    ("patterns", "link.url", "pt_to_sites"),
    ("patterns", "link.shortener", "pt_to_sites"),
    ("patterns", "link.ip", "pt_to_sites"),
    ("patterns", "ad.recruitment", "pt_by_recruitment"),
    ("patterns", "ad.investment", "pt_by_recruitment"),
    ("patterns", "ad.promotion", "ad"),
    ("patterns", "ad.loan", "contraband_act"),
    ("patterns", "ad.certificate", "contraband_act"),
    ("patterns", "ad.gambling", "contraband_gambling"),
    ("profanity", "offensive", "inappropriate_profanity"),
)
