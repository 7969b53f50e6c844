"""The tables of actions and forms; all words are those that Home Assistant shows.

Only the defaults of forms are written here, as a person sees them.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
import json
from pathlib import Path
from typing import Any, Final

import homeassistant.core  # noqa: F401
import yaml

from custom_components.cellular_gateway.const import JOURNAL_COUNT, JOURNAL_DAYS
from custom_components.cellular_gateway.devices import FAMILIES
from custom_components.cellular_gateway.gateways.ejoin.settings import LEAST_PERIOD
from custom_components.cellular_gateway.gateways.emnify.settings import (
    BASE_URL,
    CALLS,
    SOURCE_ADDRESS,
)
from custom_components.cellular_gateway.gateways.smpp.settings import DEFAULT_PORT, WINDOW
from custom_components.cellular_gateway.kinds.teltonika import (
    DEFAULT_FORWARDING,
    DEFAULT_POST_GET_LOGIN,
    DEFAULT_UBUS_USERNAME,
    DEFAULT_USERNAME,
)

_INTEGRATION: Final = Path(__file__).parents[2] / "custom_components" / "cellular_gateway"
_WORDS: Final = json.loads((_INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
_ACTIONS: Final = yaml.safe_load((_INTEGRATION / "services.yaml").read_text(encoding="utf-8"))

# What the forms fill in.
_PLACEHOLDERS: Final = {
    "example": "`192.168.1.1`",
    "rfc2217_url": "`rfc2217://host:port`",
    "socket_url": "`socket://host:port`",
    "time_zone": "such as Europe/Brussels",
}
# More choices than these are told elsewhere.
_FEW: Final = 6
_PREFERENCES: Final = {
    "show_texts": "on",
    "country": "Home Assistant's",
    "delete_after_receipt": "on for an AT modem, off for an Ejoin gateway and a RUT",
}
# By step and field, of the first set-up; a field that is not here is empty.
_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "teltonika": {"verify_ssl": "on"},
    "teltonika_rest": {"username": f"`{DEFAULT_USERNAME}`"},
    "teltonika_post_get": {
        "username": f"`{DEFAULT_POST_GET_LOGIN.username}`",
        "password": f"`{DEFAULT_POST_GET_LOGIN.password}`",
        "router_username": f"`{DEFAULT_UBUS_USERNAME}`",
    },
    "forwarding": {
        "forward": "off",
        "number_name": f"`{DEFAULT_FORWARDING.number_name}`",
        "text_name": f"`{DEFAULT_FORWARDING.text_name}`",
        "base64": "on" if DEFAULT_FORWARDING.base64 else "off",
        "local_only": "on",
    },
    "ejoin_login": {"username": "`root`", "verify_ssl": "on"},
    "ejoin_push": {"local_only": "on"},
    "notification": {"configure": "on", "period": f"{LEAST_PERIOD} s", "local_only": "on"},
    "emnify": {"url": f"`{BASE_URL}`"},
    "endpoints": {"calls": f"{CALLS:,}"},
    "portal": {"local_only": "off"},
    "sender": {"source_address": f"`{SOURCE_ADDRESS}`"},
    "smpp_account": {
        "port": f"{DEFAULT_PORT}",
        "tls": "off",
        "verify_ssl": "on",
        "mode": "Transceiver",
    },
    "smpp_settings": {
        "default_alphabet": "GSM 7-bit, one character per octet",
        "long_text": "Parts with a header (UDH)",
        "receipt_ids": "As in the response",
        "window": f"{WINDOW}",
    },
    "preferences": _PREFERENCES,
    "settings": {
        **_PREFERENCES,
        "hang_up_calls": "off",
        "delivery_reports": "off",
        "journal_texts": "Keep them",
        "journal_days": f"{JOURNAL_DAYS}",
        "journal_count": f"{JOURNAL_COUNT:,}",
    },
    "details": {
        **{
            option.key: f"`{option.default}`" if isinstance(option.default, str) else "off"
            for family in FAMILIES.values()
            for option in family.options
        },
        "schedule_hours": "24",
    },
    "balance_carrier": {"carrier": "Another operator"},
    "balance_request": {"method": "the first that the gateway has"},
    "pin_consent": {"consent": "off"},
}


def action(name: str) -> Iterator[str]:
    """Write a row for each field of an action."""
    yield "| field | what | default |"
    yield "|---|---|---|"
    for key, field in _ACTIONS[name]["fields"].items():
        words = _WORDS["services"][name]["fields"][key]
        what = " ".join((words["description"], *_allowed(field["selector"])))
        yield f"| `{key}` | {what} | {_default(field)} |"


def _allowed(selector: Mapping[str, Any]) -> Iterator[str]:
    """Write what a field can be, where that is little."""
    choice = selector.get("select") or {}
    if (options := choice.get("options")) and len(options) <= _FEW:
        words = _WORDS["selector"][choice["translation_key"]]["options"]
        yield "; ".join(f"`{option}`: {words[option]}" for option in options) + "."
    if number := selector.get("number"):
        unit = number.get("unit_of_measurement", "")
        yield f"{number['min']} to {number['max']} {unit}".strip() + "."


def _default(field: Mapping[str, Any]) -> str:
    """Write what counts where a field is left out."""
    if field.get("required"):
        return "needed"
    if "default" not in field:
        return "–"
    default, selector = field["default"], field["selector"]
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    unit = (selector.get("number") or {}).get("unit_of_measurement", "")
    return f"`{default}` {unit}".strip()


def form(words: Mapping[str, Any], defaults: Mapping[str, str]) -> Iterator[str]:
    """Write a row for each field of a form, those of its sections too."""
    yield "| label | what | default |"
    yield "|---|---|---|"
    for part in (words, *words.get("sections", {}).values()):
        for key, label in part.get("data", {}).items():
            what = part.get("data_description", {}).get(key, "–")
            for name, shown in _PLACEHOLDERS.items():
                what = what.replace(f"{{{name}}}", shown)
            default = defaults.get(key, "–")
            what = what.replace("{usual}", default)
            title = f"{part['name']}: {label}" if part is not words else label
            yield f"| {title} | {what} | {default} |"


def word_tables() -> Mapping[str, Callable[[], Iterator[str]]]:
    """Return the makers of all these tables by the names that documents have for them."""
    flows = {key: _WORDS[key] for key in ("config", "options")} | _WORDS["config_subentries"]
    forms = {
        f"{name}_{step}": partial(form, words, _DEFAULTS.get(step, {}))
        for name, flow in flows.items()
        for step, words in flow["step"].items()
    }
    return forms | {f"action_{name}": partial(action, name) for name in _ACTIONS}
