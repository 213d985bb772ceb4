"""Invented texts in the languages that platforms moderate. `{n}` and `{w}` make each one different."""

import random

CLEAN = {
    "en": (
        "Thanks, the recipe worked on the first try, I used {n} ml of milk and a little {w}.",
        "Does anybody know when the library opens on Saturdays? Bus {n} goes there, I think.",
        "The new trail past the lake is lovely in autumn, bring good shoes and {w}.",
        "Order {n} arrived a day early, well packed, would buy again.",
        "Version 3.2.{n} fixed the crash for me. Now it starts within a second, {w} included.",
        "Hello everybody, first post here! I have been reading along for {n} weeks.",
        "lol same",
        "Page {n} of the manual says the opposite: turn the {w} off first, then wait a minute.",
    ),
    "zh": (
        "请问这本书还有库存吗？订单号是{n}，想送给朋友做生日礼物。",
        "今天的晚霞太美了，拍了{n}张照片，回家慢慢整理。",
        "谢谢分享，照着做了一遍，味道不错，就是{w}放多了一点。",
        "周末去爬山的同学请在楼下集合，{n}路车直达。",
        "第{n}期节目什么时候更新？一直在等。",
        "小区里的猫又胖了一圈，大家少喂一点。",
        "哈哈哈哈",
    ),
    "es": (
        "Gracias por la ayuda, el pedido {n} llegó ayer sin problemas.",
        "¿Alguien sabe si el concierto del día {n} sigue en pie? Tengo dos entradas de {w}.",
    ),
    "ar": ("شكرا جزيلا، وصل الطلب رقم {n} اليوم وكان كل شيء ممتازا.", "هل يعرف أحد موعد المباراة؟ {n}"),
    "ru": (
        "Спасибо, заказ {n} пришёл вовремя, упаковка отличная.",
        "Кто идёт в субботу на лыжах? Нас {n}.",
    ),
    "hi": ("धन्यवाद, ऑर्डर {n} समय पर मिल गया।",),
    "ja": ("ありがとうございます。注文{n}が届きました。", "{n}話の更新を楽しみにしています。"),
    "pt": ("Obrigado, o pedido {n} chegou ontem, tudo certo com o {w}.",),
    "id": ("Terima kasih, pesanan {n} sudah sampai, {w} bagus sekali.",),
}
RISKY = {
    "en": (
        "Add me on WeChat: load_{n}, free gifts for everybody who likes {w}",
        "DM me on telegram @seller_{n} for the price list",
        "Casino bonus 200%, sign up at http://casino-{n}.example.top and win {w}",
        "Work from home, earn ${n} per day, no experience, click bit.ly/load{n}",
        "you are a worthless {w} and everybody on floor {n} knows it",
        "Call me 1 3 8 - 0 0 - {n}0 about the tickets",
    ),
    "zh": (
        "加我微信 wx_load{n} 免费领取优惠券",
        "日赚{n}元，手机兼职刷单，日结，加V信 load{n}",
        "澳门娱乐城开户送彩金，下注就送，网址 www.load{n}.example.vip",
        "代开发票，办证，联系QQ 10{n}77",
    ),
    "es": ("Gana {n} euros al día desde casa, escribe al +34 600 {n}",),
    "ar": ("اربح {n} دولار يوميا من المنزل، تواصل واتساب {n}",),
    "ru": ("Заработок {n} рублей в день, пиши в телеграм @load_{n}",),
    "hi": ("घर बैठे {n} रुपये रोज कमाएं, व्हाट्सएप करें {n}",),
    "ja": ("副業で日給{n}円、LINE追加 load{n}",),
    "pt": ("Ganhe {n} reais por dia, chame no zap {n}",),
    "id": ("Slot gacor maxwin {n}, daftar di load{n}.example.top",),
}
# Of a hundred texts.
SHARES = {"en": 42, "zh": 33, "es": 7, "ar": 4, "ru": 4, "hi": 3, "ja": 3, "pt": 2, "id": 2}
WORDS = (
    "butter", "harbour", "lantern", "violin", "meadow", "copper", "saddle", "ribbon", "marble", "thunder",
    "pepper", "window", "garden", "silver", "orange", "blanket", "candle", "compass", "feather", "hammer",
    "island", "jacket", "kettle", "ladder", "mirror", "needle", "oyster", "pillow",
)  # fmt: skip


def language(dice: random.Random) -> str:
    return dice.choices(list(SHARES), list(SHARES.values()))[0]


def text(dice: random.Random, *, spoken: str, is_risky: bool) -> str:
    """Most texts are short; one in twelve goes on and on."""
    offered = (RISKY if is_risky else CLEAN)[spoken]
    sentences = 1 if dice.random() < 0.7 else dice.choice((2, 2, 3, 3, 8))
    return " ".join(
        dice.choice(offered).format(n=dice.randint(10, 99_999), w=dice.choice(WORDS))
        for _sentence in range(sentences)
    )


def title(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(2, 4))).capitalize() + f" {dice.randint(1, 9999)}"
