"""The GSM 7 bit default alphabet and its extension (3GPP TS 23.038 clause 6.2.1)."""

DEFAULT_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION_TABLE = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
ESCAPE = 0x1B

_CODES: dict[str, bytes] = {
    character: bytes([code]) for code, character in enumerate(DEFAULT_TABLE) if code != ESCAPE
} | {character: bytes([ESCAPE, code]) for code, character in EXTENSION_TABLE.items()}


def is_gsm7(text: str) -> bool:
    """Tell whether the default alphabet and its extension can say this text."""
    return all(character in _CODES for character in text)


def septets(character: str) -> bytes:
    """Return the one or two septets of a character; KeyError when it has none."""
    return _CODES[character]


def encode(text: str) -> bytes:
    """Return the septets of a text, one per byte; KeyError when a character has none."""
    return b"".join(_CODES[character] for character in text)


def decode(codes: bytes) -> str:
    """Return the text of septets; an unknown extension reads as the default character."""
    characters: list[str] = []
    escaped = False
    for code in codes:
        if escaped:
            # TS 23.038 6.2.1.1: a code without an extension shows its default character.
            characters.append(EXTENSION_TABLE.get(code, DEFAULT_TABLE[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            characters.append(DEFAULT_TABLE[code])
    if escaped:
        characters.append(" ")
    return "".join(characters)


def pack(codes: bytes, fill_bits: int = 0) -> bytes:
    """Pack septets into octets, least significant bit first, after some fill bits."""
    value = 0
    for position, code in enumerate(codes):
        value |= code << (7 * position + fill_bits)
    return value.to_bytes((7 * len(codes) + fill_bits + 7) // 8, "little")


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> bytes:
    """Return `count` septets of packed octets, skipping the fill bits."""
    value = int.from_bytes(octets, "little") >> fill_bits
    return bytes(value >> (7 * position) & 0x7F for position in range(count))
