"""The tables of what each kind of gateway tells and can do; yes and no come from its capabilities.

Only the words are written here. A capability that has none, and a kind that tells something without
a word on where it comes from, end the making of the tables.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from custom_components.cellular_gateway.gateways.capabilities import Capabilities

from .gateways import COLUMNS, Column, capabilities


@dataclass(frozen=True, slots=True)
class Value:
    """Something that a gateway may tell: by which capability, and by kind where it comes from.

    `reported` names the kinds that tell it without that capability where their firmware does.
    """

    title: str
    capability: str
    sources: Mapping[str, str]
    reported: frozenset[str] = frozenset()

    def written(self, column: Column, can: Capabilities) -> str:
        """Write the cell of a column."""
        if getattr(can, self.capability):
            if column.kind not in self.sources:
                raise SystemExit(f"{self.title}: say where {column.title} has it from")
            return self.sources[column.kind]
        if column.kind in self.reported and can.reports_vary:
            return self.sources[column.kind]
        return "not available"


_REPORT: Final = dict.fromkeys(("ejoin", "ejoin_push"), "pushed `port-status`")
_CALLS: Final = dict.fromkeys(("ejoin", "ejoin_push"), "pushed `cdr`")
_MODEMS: Final = "REST `/modems/status`"
_RADIO: Final = {
    **_REPORT,
    "rest": _MODEMS,
    "post_get": "JSON-RPC `gsmctl`",
}

VALUES: Final = (
    Value("signal", "signal", {**_RADIO, "at_modem": "`AT+CSQ`"}),
    Value("RSRP, RSRQ", "extended_signal", {**_RADIO, "at_modem": "`AT+CESQ`"}),
    Value("SINR", "sinr", _RADIO),
    Value("registration", "registration", {**_RADIO, "at_modem": "`AT+CREG`, `AT+CEREG`"}),
    Value("operator", "operator", {**_RADIO, "at_modem": "`AT+COPS`"}),
    Value(
        "access technology",
        "access_technology",
        {**_RADIO, "at_modem": "`AT+CREG`, `AT+CEREG`, `AT+COPS`"},
    ),
    Value("cell", "cell", {**_RADIO, "at_modem": "`AT+CREG`, `AT+CEREG`"}),
    Value("SIM state", "sim_state", {**_RADIO, "at_modem": "`AT+CPIN`"}),
    Value(
        "own number",
        "own_number",
        {"at_modem": "`AT+CNUM`", **_REPORT},
    ),
    Value("service centre", "smsc", {"at_modem": "`AT+CSCA`"}),
    Value("network time", "network_time", {"at_modem": "`AT+CCLK`"}),
    Value("balance, told by itself", "balance", {**_REPORT}),
    Value(
        "last SMS",
        "receive_sms",
        {
            "at_modem": "`+CMTI`, `+CMT`, `AT+CMGL`",
            "ejoin": "pushed `recv-sms`, HTTP API",
            "ejoin_push": "pushed `recv-sms`",
            "rest": "forwarding to HTTP, REST `/messages/status`",
            "post_get": "forwarding to HTTP, `sms_list`",
            "emnify": "webhook, cloud API",
            "smpp": "`deliver_sm`",
        },
    ),
    Value(
        "time of sending, `age`",
        "receive_sms",
        {
            "at_modem": "service centre",
            "ejoin": "service centre, else the gateway's clock",
            "ejoin_push": "service centre, else the gateway's clock",
            "rest": "router's clock; forwarded: none",
            "post_get": "router's clock; forwarded: none",
            "emnify": "webhook, cloud API",
            "smpp": "not available",
        },
    ),
    Value(
        "delivery reports",
        "delivery_reports",
        {
            "at_modem": "`+CDSI`, `+CDS`",
            "ejoin": "pushed `recv-sms`, HTTP API",
            "emnify": "webhook, cloud API",
            "smpp": "`deliver_sm`",
        },
    ),
    Value("USSD", "ussd", {"at_modem": "`AT+CUSD`", "ejoin": "HTTP API"}),
    Value(
        "incoming calls",
        "incoming_calls",
        {**_CALLS, "at_modem": "`RING`, `+CLIP`"},
    ),
    Value(
        "storage",
        "storage",
        {
            "at_modem": "`AT+CPMS`",
            "rest": "REST `/messages/storage/status`",
            "post_get": "`sms_total`",
        },
    ),
    Value("data usage", "data_usage", _RADIO, reported=frozenset({"ejoin", "ejoin_push"})),
    Value("temperature", "temperature", _RADIO),
    Value("statistics", "statistics", {"ejoin": "HTTP API"}),
    Value("queue", "queue", {"smpp": "its own count"}),
    Value("endpoints", "endpoints", {"emnify": "cloud API, Data Streamer"}),
)

ABILITIES: Final = {
    "send_sms": "send SMS",
    "flash": "flash SMS",
    "validity": "validity period",
    "source_address": "choose the sender",
    "choose_smsc": "choose the service centre",
    "national_languages": "national language tables",
    "groups": "send to groups of the router",
    "cancel_sms": "take an SMS back",
    "stored_messages": "list and delete stored messages",
    "dial": "call a number",
    "unblock_sim": "unblock a SIM by its PUK",
    "select_slot": "choose the SIM slot",
    "lock_port": "lock a port",
    "restart_port": "restart the modem",
    "restart_connection": "restart the connection",
    "restart_gateway": "restart the gateway",
    "select_operator": "choose the operator",
    "apn": "set the APN",
    "power_saving": "power saving",
    "at_commands": "AT commands of your own",
    "push": "push to Home Assistant",
    "configure_push": "have the push set up",
    "endpoint_operators": "block operators of endpoints",
}

# How far the others hold is no ability.
_UNSHOWN: Final = frozenset({"reports_vary"})


def _asked_balance(can: Capabilities) -> str:
    """Write by which ways a gateway can ask for the balance of its SIM."""
    by = {
        "USSD": can.ussd,
        "SMS": can.send_sms and can.receive_sms and not can.endpoints,
        "call": can.dial,
    }
    return ", ".join(way for way, is_open in by.items() if is_open) or "not available"


def _check_words() -> None:
    """Make sure that every capability has its row, and every source a gateway."""
    shown = {value.capability for value in VALUES} | ABILITIES.keys() | _UNSHOWN
    known = {each.name for each in fields(Capabilities)}
    if shown != known:
        raise SystemExit(f"capabilities without a row, or rows without one: {shown ^ known}")


def _row(title: str, cells: Iterable[str]) -> str:
    """Write a row of a table."""
    return f"| {title} | {' | '.join(cells)} |"


def _head(title: str) -> Iterator[str]:
    """Write the head of a table."""
    yield _row(title, [column.title for column in COLUMNS])
    yield "|---" * (len(COLUMNS) + 1) + "|"


def values() -> Iterator[str]:
    """Write a row for each value, and where each kind of gateway has it from."""
    _check_words()
    can = capabilities()
    yield from _head("value")
    for value in VALUES:
        cells = [value.written(column, can[column.title]) for column in COLUMNS]
        yield _row(value.title, cells)
    yield _row("balance, asked for by", [_asked_balance(can[column.title]) for column in COLUMNS])


def abilities() -> Iterator[str]:
    """Write a row for each thing that a kind of gateway can be told to do."""
    _check_words()
    can = capabilities()
    yield from _head("can it")
    for capability, title in ABILITIES.items():
        cells = ["yes" if getattr(can[column.title], capability) else "–" for column in COLUMNS]
        yield _row(title, cells)
