"""Speed of the text message codec: PDUs decoded and encoded per second, on one core.

Run it as `python -m benchmarks.sms_codec`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from time import perf_counter

# Home Assistant must be imported first by whatever imports the integration.
from custom_components.cellular_gateway.sms.segments import segment, submits
from custom_components.cellular_gateway.sms.tpdu import (
    Address,
    Deliver,
    EncodedPdu,
    decode_incoming,
)

SECONDS = 1.0
SENT_AT = datetime(2026, 10, 4, 12, 34, 56, tzinfo=timezone(timedelta(hours=2)))
TEXTS = {
    "gsm7, 20 characters": "Boiler: 21.5 C, fine",
    "gsm7, 160 characters": "The quick brown fox jumps over the lazy dog. " * 3
    + "0123456789abcdefghijklmno",
    "gsm7, escapes": "[zone]={1|2} €5 " * 8,
    "ucs2, 70 characters": "Температура 21 °C. " * 3 + "Котёл в норме",
    "concatenated, 2 parts": "A long report about every room of the house. " * 6,
}


def pdus_of(text: str) -> list[str]:
    """Return the PDUs of a text as they are received, from a hundred senders."""
    return [
        Deliver(
            Address.from_number(f"+49170{sender:07}"),
            part.coding,
            SENT_AT + timedelta(seconds=sender),
            part.data,
            part.text,
            part.header,
            "+491710760000",
        )
        .encode()
        .pdu
        for sender in range(100)
        for part in segment(text, reference=sender).parts
    ]


def rate[T](work: Callable[[T], object], items: Sequence[T]) -> float:
    """Return how often per second some work is done."""
    done = 0
    start = perf_counter()
    while (elapsed := perf_counter() - start) < SECONDS:
        for item in items:
            work(item)
        done += len(items)
    return done / elapsed


def encode(text: str) -> list[EncodedPdu]:
    """Return the PDUs of a text to be sent."""
    return [message.encode() for message in submits("+491701234567", text)]


def main() -> None:
    """Print a line for each kind of message."""
    print(f"{'message':<24}{'decode/s':>10}{'encode/s':>10}")
    for name, text in TEXTS.items():
        decoded = rate(decode_incoming, pdus_of(text))
        encoded = rate(encode, [text])
        print(f"{name:<24}{decoded:>10,.0f}{encoded:>10,.0f}")


if __name__ == "__main__":
    main()
