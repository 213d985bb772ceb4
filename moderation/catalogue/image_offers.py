"""Labels of pictures: advertising, leads to elsewhere, logos."""

from moderation.catalogue.info import LabelInfo, image

LABELS: tuple[LabelInfo, ...] = (
    image(
        "pt_qrCode",
        "advertising",
        "QR codes",
        "疑似含有二维码",
        "QR codes of any content; links and contacts in them are judged as text.",
        "任意二维码；其中的链接和联系方式按文本检测。",
    ),
    image(
        "pt_programCode",
        "advertising",
        "Codes of mini programs, other matrix codes",
        "疑似含有小程序码等",
        "Data Matrix, Aztec, PDF417 and the codes of mini programs.",
        "小程序码、Data Matrix、Aztec、PDF417 等。",
    ),
    image("pt_logotoSocialNetwork", "advertising", "Watermarks of other platforms", "疑似含有站外平台水印"),
    image(
        "pt_toDirectContact_tii",
        "advertising",
        "Contact details in text",
        "图中文字疑似含联系方式引流",
        "Phone numbers, messenger ids and e-mail addresses in the picture.",
        "图中文字含电话、微信、QQ、邮箱等联系方式。",
    ),
    image(
        "pt_toSocialNetwork_tii",
        "advertising",
        "Leads to other sites in text",
        "图中文字疑似含站外平台引流",
        "Links and addresses in the picture or in its QR codes.",
        "图中文字或二维码含引导前往站外的链接。",
    ),
    image(
        "pt_toShortVideos_tii", "advertising", "Leads to video platforms in text", "图中文字疑似含短视频引流"
    ),
    image(
        "pt_investment_tii",
        "advertising",
        "Sure profits and loans in text",
        "图中文字疑似含投资理财引流",
        "Text in the picture that promises profits or offers loans.",
        "图中文字含稳赚不赔、贷款等内容。",
    ),
    image(
        "pt_recruitment_tii",
        "advertising",
        "Dubious jobs in text",
        "图中文字疑似含招聘兼职引流",
        "Text in the picture that offers side jobs and quick money.",
        "图中文字含刷单兼职、快速赚钱等内容。",
    ),
    image(
        "pt_certificate_tii",
        "advertising",
        "Forged papers advertised in text",
        "图中文字疑似含办证引流",
        "Text in the picture that leads to sellers of certificates.",
        "图中文字含办证引流。",
    ),
    image(
        "ad_compliance_shampaign_tii",
        "advertising",
        "Dubious offers in text",
        "图中文字疑似含虚假营销活动",
        "Gifts, prizes and offers in the picture.",
        "图中文字含赠送、中奖、优惠等营销活动。",
    ),
    image(
        "ad_compliance_healthCare_tii", "advertising", "Health claims in text", "图中文字疑似含医疗保健宣传"
    ),
    image(
        "ad_compliance_prohibit_tii", "advertising", "Forbidden advertising in text", "图中文字疑似含禁止广告"
    ),
    image("ad_compliance_wordLimit_tii", "advertising", "Superlatives in text", "图中文字疑似含广告极限词"),
    image("logo_brand", "logo", "Brands", "疑似含有品牌标识"),
    image("logo_sns", "logo", "Logos of social networks", "疑似含有社交平台标识"),
)
