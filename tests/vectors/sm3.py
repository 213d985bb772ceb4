"""SM3 (GB/T 32905-2016) written from the standard, to check ours by something else than OpenSSL."""

FIRST = [
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
]  # fmt: skip
MASK = 0xFFFFFFFF


def turned(word: int, places: int) -> int:
    places %= 32
    return (word << places | word >> (32 - places)) & MASK


def p0(word: int) -> int:
    return word ^ turned(word, 9) ^ turned(word, 17)


def p1(word: int) -> int:
    return word ^ turned(word, 15) ^ turned(word, 23)


def compressed(state: list[int], block: bytes) -> list[int]:
    w = [int.from_bytes(block[at : at + 4]) for at in range(0, 64, 4)]
    for j in range(16, 68):
        w.append(p1(w[j - 16] ^ w[j - 9] ^ turned(w[j - 3], 15)) ^ turned(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = turned((turned(a, 12) + e + turned(constant, j)) & MASK, 7)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & MASK & g)
        tt1 = (ff + d + (ss1 ^ turned(a, 12)) + (w[j] ^ w[j + 4])) & MASK
        tt2 = (gg + h + ss1 + w[j]) & MASK
        a, b, c, d, e, f, g, h = tt1, a, turned(b, 9), c, p0(tt2), e, turned(f, 19), g
    return [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


def sm3(message: bytes) -> str:
    padded = message + b"\x80" + b"\0" * ((55 - len(message)) % 64) + (8 * len(message)).to_bytes(8)
    state = FIRST
    for at in range(0, len(padded), 64):
        state = compressed(state, padded[at : at + 64])
    return "".join(f"{word:08x}" for word in state)
