"""Names that the whole integration shares, and its clocks with the reason for each."""

from datetime import timedelta
from enum import StrEnum
import logging
from typing import Final

DOMAIN: Final = "cellular_gateway"
LOGGER: Final = logging.getLogger(__package__)

ATTR_PORT: Final = "port"

CONF_BAUDRATE: Final = "baudrate"
CONF_CONSENT: Final = "consent"
CONF_COUNTRY: Final = "country"
CONF_DELETE_AFTER_RECEIPT: Final = "delete_after_receipt"
CONF_DELIVERY_REPORTS: Final = "delivery_reports"
CONF_DEVICE: Final = "device"
CONF_HANG_UP_CALLS: Final = "hang_up_calls"
CONF_JOURNAL_COUNT: Final = "journal_count"
CONF_JOURNAL_DAYS: Final = "journal_days"
CONF_JOURNAL_TEXTS: Final = "journal_texts"
CONF_KIND: Final = "kind"
CONF_NATIONAL_LANGUAGES: Final = "national_languages"
CONF_NUMBER: Final = "number"
CONF_PIN: Final = "pin"
CONF_PIN_GIVEN: Final = "pin_given"
CONF_PIN_SIM: Final = "pin_sim"
CONF_PORT: Final = "port"
CONF_SHOW_TEXTS: Final = "show_texts"
CONF_SMSC: Final = "smsc"
CONF_USB_INTERFACE: Final = "usb_interface"
CONF_USB_PID: Final = "usb_pid"
CONF_USB_SERIAL: Final = "usb_serial"
CONF_USB_VID: Final = "usb_vid"

SECTION_ADVANCED: Final = "advanced"
SECTION_JOURNAL: Final = "journal"
SECTION_SENDING: Final = "sending"

SUBENTRY_RECIPIENT: Final = "recipient"

# The registration and the signal are pushed by most modems; asking once a minute costs a few
# hundred octets and bounds how old a value can be where they are not.
POLL_INTERVAL: Final = timedelta(seconds=60)

# A modem that restarts needs 5 to 20 s, a hub that lost power longer; a minute at the most keeps
# the wait after a repair short.
RECONNECT_DELAYS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)

# What was finished is kept so long, and so many, for whoever looks for a fault; a repetition by
# the network comes within days.
JOURNAL_DAYS: Final = 90
JOURNAL_COUNT: Final = 10_000
PRUNE_INTERVAL: Final = timedelta(hours=24)


class JournalTexts(StrEnum):
    """What the journal does with a text once it was announced."""

    KEEP = "keep"
    MASK = "mask"
    DROP = "drop"


def signal_call(entry_id: str) -> str:
    """Name the signal that carries each `IncomingCall` of an entry, and each change of one."""
    return f"{DOMAIN}_call_{entry_id}"


def signal_delivery(entry_id: str) -> str:
    """Name the signal that carries each `Delivery` of an entry."""
    return f"{DOMAIN}_delivery_{entry_id}"


def signal_ussd(entry_id: str) -> str:
    """Name the signal that carries a port and each `UssdAnswer` that nobody had asked for."""
    return f"{DOMAIN}_ussd_{entry_id}"


def signal_sms(entry_id: str) -> str:
    """Name the dispatcher signal that fires for each `Announcement` of an entry."""
    return f"{DOMAIN}_sms_{entry_id}"


def signal_send_interrupted(entry_id: str) -> str:
    """Name the signal that carries each `Interruption` of an entry."""
    return f"{DOMAIN}_send_interrupted_{entry_id}"


def signal_sms_shown(entry_id: str) -> str:
    """Name the signal, sent before `signal_sms`, for what shows the same `Announcement`."""
    return f"{DOMAIN}_sms_shown_{entry_id}"
