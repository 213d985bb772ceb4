"""Invented texts for `manage.py demo`. `{n}` and `{word}` make each one different."""

CLEAN = (
    "Thanks, the recipe worked on the first try. I used {n} ml of milk.",
    "Does anybody know when the library opens on Saturdays?",
    "The new trail past the lake is lovely in autumn, bring good shoes.",
    "My cat has learned to open door {word}. Send help.",
    "Order {n} arrived a day early, well packed, would buy again.",
    "请问这本书还有库存吗？订单号是{n}。",
    "今天的晚霞太美了，拍了好几张照片。",
    "谢谢分享，照着做了一遍，味道不错。",
    "周末去爬山的同学请在楼下{word}口集合。",
    "第{n}期节目什么时候更新？一直在等。",
    "Version 3.2.{n} fixed the crash for me.",
    "小区里的猫又胖了一圈，大家少喂一点。",
)
RISKY = (
    "加我微信 wx_demo{n} 免费领取优惠券",
    "Add me on WeChat: demo_{n}, free gifts for everybody",
    "日赚{n}元，手机兼职刷单，日结，加V信 demo{n}",
    "DM me on telegram @demo_seller_{n} for the price list",
    "Casino bonus 200%, sign up at http://demo-casino-{n}.example.top",
    "澳门娱乐城开户送彩金，下注就送，网址 www.demo{n}.example.vip",
    "Work from home, earn ${n} per day, no experience, click bit.ly/demo{n}",
    "代开发票，办证，联系QQ 10{n}77",
    "Call me 1 3 8 - 0 0 - {n}0 about the tickets",
    "Blue lotus {word} in stock, ask for a sample",
)
VOCABULARIES = (
    ("House rules", "Words that our community does not want", "customized", ["blue lotus", "free gifts"]),
    ("Gambling terms", "Kept by the policy team", "contraband_gambling", ["彩金", "casino bonus"]),
    ("Recipe words", "Ignored: they look like codes", "", ["ml", "tbsp"]),
)
