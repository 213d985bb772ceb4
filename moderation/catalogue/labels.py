"""The label catalogue. A code is never used again for another meaning: what leaves goes to RETIRED_CODES."""

from dataclasses import dataclass

TEXT = ("text",)


@dataclass(frozen=True, slots=True)
class LabelInfo:
    code: str
    group: str
    name_en: str
    name_zh: str
    description_en: str = ""
    description_zh: str = ""
    content_types: tuple[str, ...] = TEXT


RETIRED_CODES: tuple[str, ...] = ()

LABELS: tuple[LabelInfo, ...] = (
    LabelInfo("nonLabel", "none", "No risk found", "未检测出风险"),
    LabelInfo(
        "pornographic_adult",
        "pornographic",
        "Adult content",
        "疑似色情内容",
        "Explicit sexual content or offers of it.",
        "露骨的色情描述或色情服务招揽。",
    ),
    LabelInfo("sexual_terms", "suggestive", "Sexual health terms", "疑似性健康内容"),
    LabelInfo("sexual_suggestive", "suggestive", "Vulgar or suggestive", "疑似低俗内容"),
    LabelInfo("sexual_prompts", "suggestive", "Sexual prompts", "疑似色情提示词"),
    LabelInfo("political_figure", "political", "Political figures", "疑似政治人物"),
    LabelInfo("political_entity", "political", "Political entities", "疑似政治实体"),
    LabelInfo("political_n", "political", "Sensitive political content", "疑似敏感政治内容"),
    LabelInfo("political_p", "political", "Banned political persons", "疑似涉政禁宣人物"),
    LabelInfo("political_a", "political", "Special political campaigns", "涉政专项升级保障"),
    LabelInfo("political_prompts", "political", "Political prompts", "疑似政治提示词"),
    LabelInfo(
        "violent_extremists",
        "terrorist",
        "Extremist organisations",
        "疑似极端组织",
        "Support of violent extremist groups.",
        "宣扬、支持暴力极端组织。",
    ),
    LabelInfo(
        "violent_incidents",
        "terrorist",
        "Extremist content",
        "疑似极端主义内容",
        "Threats of violence and glorified attacks.",
        "暴力威胁或美化袭击事件。",
    ),
    LabelInfo("violent_weapons", "terrorist", "Weapons and ammunition", "疑似武器弹药"),
    LabelInfo("violent_prompts", "terrorist", "Violent prompts", "疑似暴力提示词"),
    LabelInfo(
        "contraband_drug",
        "prohibited",
        "Drugs",
        "疑似毒品相关",
        "Trade in or praise of illegal drugs.",
        "毒品交易或宣扬吸毒。",
    ),
    LabelInfo(
        "contraband_gambling",
        "prohibited",
        "Gambling",
        "疑似赌博相关",
        "Casinos, bets and lotteries that are advertised.",
        "赌场、投注、博彩的招揽。",
    ),
    LabelInfo(
        "contraband_act",
        "prohibited",
        "Prohibited acts",
        "疑似违禁行为",
        "Forged documents, invoices, loans against the law.",
        "代开发票、办假证、非法放贷等。",
    ),
    LabelInfo("contraband_entity", "prohibited", "Prohibited tools", "疑似违禁工具"),
    LabelInfo("inappropriate_discrimination", "abusive", "Discrimination", "疑似偏见歧视内容"),
    LabelInfo("inappropriate_ethics", "undesirable", "Against common values", "疑似不良价值观内容"),
    LabelInfo(
        "inappropriate_profanity",
        "abusive",
        "Attacks and abuse",
        "疑似攻击辱骂内容",
        "Insults and abuse of people.",
        "对他人的攻击和辱骂。",
    ),
    LabelInfo("inappropriate_oral", "abusive", "Vulgar language", "疑似低俗口头语内容"),
    LabelInfo("inappropriate_superstition", "undesirable", "Superstition", "疑似封建迷信内容"),
    LabelInfo("inappropriate_nonsense", "quality", "Meaningless text", "疑似无意义灌水内容"),
    LabelInfo("inappropriate_minor", "undesirable", "Harm to minors", "疑似未成年人不良内容"),
    LabelInfo(
        "pt_to_sites",
        "advertising",
        "Leads to other sites",
        "疑似站外引流",
        "Links and addresses that draw people elsewhere.",
        "引导用户前往站外的链接或网址。",
    ),
    LabelInfo(
        "pt_by_recruitment",
        "advertising",
        "Dubious jobs and profits",
        "疑似网赚兼职广告",
        "Side jobs, quick money and sure profits.",
        "刷单兼职、快速赚钱、稳赚不赔等。",
    ),
    LabelInfo(
        "pt_to_contact",
        "advertising",
        "Contact details for advertising",
        "疑似引流广告号",
        "Phone numbers, messenger ids and e-mail addresses.",
        "电话、微信、QQ 等联系方式。",
    ),
    LabelInfo(
        "ad",
        "advertising",
        "Promotion",
        "广告",
        "Offers, coupons and calls to buy.",
        "优惠券、促销和购买招揽。",
    ),
    LabelInfo("ad_compliance", "advertising", "Against advertising law", "广告法合规"),
    LabelInfo("spam", "quality", "Spam", "垃圾内容"),
    LabelInfo("religion_b", "religion", "Buddhism", "疑似涉及佛教"),
    LabelInfo("religion_t", "religion", "Taoism", "疑似涉及道教"),
    LabelInfo("religion_c", "religion", "Christianity", "疑似涉及基督教"),
    LabelInfo("religion_i", "religion", "Islam", "疑似涉及伊斯兰教"),
    LabelInfo("religion_h", "religion", "Hinduism", "疑似涉及印度教"),
    LabelInfo("privacy_p", "privacy", "Personal data", "疑似个人敏感信息"),
    LabelInfo("privacy_b", "privacy", "Business secrets", "疑似企业敏感信息"),
    LabelInfo(
        "customized",
        "customized",
        "Own vocabularies",
        "命中自定义词库",
        "Words of vocabularies that stand for no other label.",
        "命中不属于其他标签的自定义词库。",
    ),
)
