"""Names that the whole integration shares, and its clocks with the reason for each."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
import logging
import re
from typing import Any, Final

DOMAIN: Final = "cellular_gateway"
LOGGER: Final = logging.getLogger(__package__)

ATTR_PORT: Final = "port"

CONF_ADDRESS_NPI: Final = "address_npi"
CONF_ADDRESS_RANGE: Final = "address_range"
CONF_ADDRESS_TON: Final = "address_ton"
CONF_API: Final = "api"
CONF_BALANCE: Final = "balance"
CONF_BASE64: Final = "base64"
CONF_BAUDRATE: Final = "baudrate"
CONF_CALLS: Final = "calls"
CONF_CONFIGURE: Final = "configure"
CONF_CONSENT: Final = "consent"
CONF_COUNTRY: Final = "country"
CONF_CREDENTIALS: Final = "credentials"
CONF_CURRENCY: Final = "currency"
CONF_DEFAULT_ALPHABET: Final = "default_alphabet"
CONF_DELETE_AFTER_RECEIPT: Final = "delete_after_receipt"
CONF_DELIVERY_REPORTS: Final = "delivery_reports"
CONF_DESTINATION_NPI: Final = "destination_npi"
CONF_DESTINATION_TON: Final = "destination_ton"
CONF_DEVICE: Final = "device"
CONF_ENDPOINT: Final = "endpoint"
CONF_EXTRA: Final = "extra"
CONF_FAMILY: Final = "family"
CONF_FORWARD: Final = "forward"
CONF_GROUP: Final = "group"
CONF_HANG_UP_CALLS: Final = "hang_up_calls"
CONF_INTERVAL: Final = "interval"
CONF_JOURNAL_COUNT: Final = "journal_count"
CONF_JOURNAL_DAYS: Final = "journal_days"
CONF_JOURNAL_TEXTS: Final = "journal_texts"
CONF_KIND: Final = "kind"
CONF_LOCAL_ONLY: Final = "local_only"
CONF_LONG_TEXT: Final = "long_text"
CONF_METHOD: Final = "method"
CONF_MODE: Final = "mode"
CONF_MODEL: Final = "model"
CONF_NATIONAL_LANGUAGES: Final = "national_languages"
CONF_NUMBER: Final = "number"
CONF_NUMBER_NAME: Final = "number_name"
CONF_OPTIONS: Final = "options"
CONF_OWN_NUMBER: Final = "own_number"
CONF_PATTERN: Final = "pattern"
CONF_PERIOD: Final = "period"
CONF_PIN: Final = "pin"
CONF_PIN_GIVEN: Final = "pin_given"
CONF_PIN_SIM: Final = "pin_sim"
CONF_PORT: Final = "port"
CONF_PUK: Final = "puk"
CONF_PUSH: Final = "push"
CONF_RECEIPT_IDS: Final = "receipt_ids"
CONF_ROUTER_PASSWORD: Final = "router_password"
CONF_ROUTER_USERNAME: Final = "router_username"
CONF_SCHEDULE: Final = "schedule"
CONF_SCHEDULE_COMMAND: Final = "schedule_command"
CONF_SCHEDULE_HOURS: Final = "schedule_hours"
CONF_SEARCH: Final = "search"
CONF_SECRET: Final = "secret"
CONF_SENDER: Final = "sender"
CONF_SERVICE_TYPE: Final = "service_type"
CONF_SHOW_TEXTS: Final = "show_texts"
CONF_SMSC: Final = "smsc"
CONF_SOURCE_ADDRESS: Final = "source_address"
CONF_SOURCE_ADDRESS_TYPE: Final = "source_address_type"
CONF_SOURCE_NPI: Final = "source_npi"
CONF_SOURCE_TON: Final = "source_ton"
CONF_SYSTEM_TYPE: Final = "system_type"
CONF_TAGS: Final = "tags"
CONF_TEXT: Final = "text"
CONF_TEXT_NAME: Final = "text_name"
CONF_TIME_ZONE: Final = "time_zone"
CONF_TLS: Final = "tls"
CONF_USB_INTERFACE: Final = "usb_interface"
CONF_USB_PID: Final = "usb_pid"
CONF_USB_SERIAL: Final = "usb_serial"
CONF_USB_VID: Final = "usb_vid"
CONF_VARIANT: Final = "variant"
CONF_WINDOW: Final = "window"

SECTION_ADVANCED: Final = "advanced"
SECTION_JOURNAL: Final = "journal"
SECTION_SENDING: Final = "sending"

SUBENTRY_RECIPIENT: Final = "recipient"
SUBENTRY_TRACKED_DEVICE: Final = "tracked_device"

# 3GPP TS 31.101, clause 9.5.1.
PIN_DIGITS: Final = re.compile(r"[0-9]{4,8}")

# The registration and the signal are pushed by most modems; asking once a minute costs a few
# hundred octets and bounds how old a value can be where they are not.
POLL_INTERVAL: Final = timedelta(seconds=60)

# A modem that restarts needs 5 to 20 s, a hub that lost power longer; a minute at the most keeps
# the wait after a repair short.
RECONNECT_DELAYS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
# A login that was refused is refused again until somebody changes it, and many accounts are locked
# after a few wrong ones (s).
REFUSED_LOGIN_DELAY: Final = 900.0
# A link that lasts less (s) heals nothing: who lets us in and hangs up at once must not be asked
# every second for ever.
STEADY_LINK: Final = 60.0

# What was finished is kept so long, and so many, for whoever looks for a fault; a repetition by
# the network comes within days.
JOURNAL_DAYS: Final = 90
JOURNAL_COUNT: Final = 10_000
PRUNE_INTERVAL: Final = timedelta(hours=24)

# In Home Assistant's data while a backup runs, so that a reload leaves the files alone too.
DATA_COPIED: Final = f"{DOMAIN}_copied"


class JournalTexts(StrEnum):
    """What the journal does with a text once it was announced."""

    KEEP = "keep"
    MASK = "mask"
    DROP = "drop"


def address_id(data: Mapping[str, Any]) -> str:
    """Return the unique id of a subentry with this data: its number, endpoint or group."""
    for kind in (CONF_ENDPOINT, CONF_GROUP):
        if name := data.get(kind):
            return f"{kind} {name}"
    return str(data[CONF_NUMBER])


def signal_balance(entry_id: str) -> str:
    """Name the signal that carries the port whose balance is known anew."""
    return f"{DOMAIN}_balance_{entry_id}"


def signal_call(entry_id: str) -> str:
    """Name the signal that carries each `IncomingCall` of an entry, and each change of one."""
    return f"{DOMAIN}_call_{entry_id}"


def signal_delivery(entry_id: str) -> str:
    """Name the signal that carries each `Delivery` of an entry."""
    return f"{DOMAIN}_delivery_{entry_id}"


def signal_ussd(entry_id: str) -> str:
    """Name the signal that carries a port and each `UssdAnswer` that nobody had asked for."""
    return f"{DOMAIN}_ussd_{entry_id}"


def signal_counted(entry_id: str) -> str:
    """Name the signal that is sent when the counts of an entry's texts differ."""
    return f"{DOMAIN}_counted_{entry_id}"


def signal_device_found(entry_id: str) -> str:
    """Name the signal that carries each `Stranger` that wrote to an entry."""
    return f"{DOMAIN}_device_found_{entry_id}"


def signal_device_sms(subentry_id: str) -> str:
    """Name the signal that carries each `SmsMessage` of a tracked device, as it is."""
    return f"{DOMAIN}_device_sms_{subentry_id}"


def signal_device_heard(subentry_id: str) -> str:
    """Name the signal that carries each `DeviceReport` of a tracked device."""
    return f"{DOMAIN}_device_heard_{subentry_id}"


def signal_endpoint_event(entry_id: str) -> str:
    """Name the signal that carries each `EndpointEvent` of an entry."""
    return f"{DOMAIN}_endpoint_event_{entry_id}"


def signal_event_of_endpoint(entry_id: str, endpoint: str) -> str:
    """Name the signal that carries each `EndpointEvent` of one endpoint."""
    return f"{DOMAIN}_endpoint_event_{entry_id}_{endpoint}"


def signal_sms_of_endpoint(entry_id: str, endpoint: str) -> str:
    """Name the signal that carries each `Announcement` of a text from one endpoint, to show it."""
    return f"{DOMAIN}_endpoint_sms_{entry_id}_{endpoint}"


def signal_sms_sent(entry_id: str) -> str:
    """Name the signal that carries each `SentSms` of an entry."""
    return f"{DOMAIN}_sms_sent_{entry_id}"


def signal_sms(entry_id: str) -> str:
    """Name the dispatcher signal that fires for each `Announcement` of an entry."""
    return f"{DOMAIN}_sms_{entry_id}"


def signal_send_interrupted(entry_id: str) -> str:
    """Name the signal that carries each `Interruption` of an entry."""
    return f"{DOMAIN}_send_interrupted_{entry_id}"


def signal_sms_shown(entry_id: str) -> str:
    """Name the signal, sent before `signal_sms`, for what shows the same `Announcement`."""
    return f"{DOMAIN}_sms_shown_{entry_id}"
