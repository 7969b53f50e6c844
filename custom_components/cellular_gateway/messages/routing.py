"""Whose message it is: which recipient of the entry a number belongs to."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry

from ..const import CONF_NUMBER, SUBENTRY_RECIPIENT
from ..sms.numbers import normalize_sender


def recipient_names(entry: ConfigEntry, country: str | None) -> Mapping[str, str]:
    """Map the normalised number of every recipient of the entry to its name."""
    return {
        normalize_sender(subentry.data[CONF_NUMBER], country): subentry.title
        for subentry in entry.get_subentries_of_type(SUBENTRY_RECIPIENT)
    }
