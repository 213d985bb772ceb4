"""Labels of pictures: conduct, abuse, things that are shown, quality."""

from moderation.catalogue.info import LabelInfo, image

LABELS: tuple[LabelInfo, ...] = (
    image(
        "inappropriate_smoking",
        "undesirable",
        "Smoking",
        "疑似含有吸烟内容",
        "People who smoke, cigarettes.",
        "吸烟行为、香烟。",
    ),
    image("inappropriate_drinking", "undesirable", "Drinking alcohol", "疑似含有喝酒内容"),
    image("inappropriate_tattoo", "undesirable", "Tattoos", "疑似含有纹身内容"),
    image("inappropriate_middleFinger", "undesirable", "Middle fingers", "疑似含有竖中指内容"),
    image("inappropriate_foodWasting", "undesirable", "Wasted food", "疑似含有浪费粮食内容"),
    image("meme_vulgar", "undesirable", "Vulgar memes", "疑似含有低俗表情包"),
    image("meme_metaphor", "undesirable", "Memes with a second meaning", "疑似含有隐喻表情包"),
    image(
        "profanity_offensive_tii",
        "abusive",
        "Abuse in text",
        "图中文字疑似含严重辱骂内容",
        "Text in the picture that insults people.",
        "图中文字含辱骂、攻击他人的内容。",
    ),
    image("profanity_oral_tii", "abusive", "Vulgar language in text", "图中文字疑似含口头语内容"),
    image(
        "racism_tii",
        "abusive",
        "Discrimination in text",
        "图中文字疑似含歧视内容",
        "Text in the picture that demeans people for what they are.",
        "图中文字含种族、地域等歧视内容。",
    ),
    image("object_landmark", "object", "Landmarks", "疑似含有地标建筑"),
    image("object_rmb", "object", "Renminbi notes and coins", "疑似含有人民币"),
    image("object_foreignCurrency", "object", "Foreign money", "疑似含有外币"),
    image("object_wn", "object", "Winnie the Pooh", "疑似含有维尼熊形象"),
    image("object_carcrash", "object", "Road accidents", "疑似含有车祸内容"),
    image("object_candle", "object", "Candles", "疑似含有蜡烛"),
    image("object_flood", "object", "Floods", "疑似含有洪水内容"),
    image(
        "quality_meaningless",
        "quality",
        "Meaningless pictures",
        "疑似无意义图片",
        "One colour, noise, nothing to see.",
        "纯色、花屏等无意义画面。",
    ),
)
