"""Whose message it is: which recipient or tracked device of the entry a number belongs to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_CREDENTIALS,
    CONF_FAMILY,
    CONF_MODEL,
    CONF_NUMBER,
    CONF_OPTIONS,
    CONF_SENDER,
    CONF_TIME_ZONE,
    CONF_VARIANT,
    SUBENTRY_RECIPIENT,
    SUBENTRY_TRACKED_DEVICE,
)
from ..devices import FAMILIES, generic
from ..devices.base import Family, Settings, mask
from ..sms.numbers import normalize_sender


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A tracked device, as far as its messages are concerned."""

    subentry: ConfigSubentry
    family: Family
    settings: Settings

    def mask(self, text: str) -> str:
        """Hide in a message of the device what nobody shall read there."""
        return mask(self.family, self.settings, text)


def sender_addresses(subentry: ConfigSubentry, country: str | None) -> frozenset[str]:
    """Return the normalised senders of a subentry's messages: its number, and its other sender."""
    given = (subentry.data.get(key) for key in (CONF_NUMBER, CONF_SENDER))
    return frozenset(normalize_sender(address, country) for address in given if address)


def recipient_names(entry: ConfigEntry, country: str | None) -> Mapping[str, str]:
    """Map the normalised senders of every recipient and tracked device to its name."""
    return {
        address: subentry.title
        for kind in (SUBENTRY_RECIPIENT, SUBENTRY_TRACKED_DEVICE)
        for subentry in entry.get_subentries_of_type(kind)
        for address in sender_addresses(subentry, country)
    }


async def async_correspondents(entry: ConfigEntry) -> Sequence[Correspondent]:
    """Return what the messages of every tracked device are read with.

    A device of a family that there is no more speaks no language that we know.
    """
    return [
        Correspondent(
            subentry,
            FAMILIES.get(subentry.data[CONF_FAMILY], generic.FAMILY),
            await _settings(subentry),
        )
        for subentry in entry.get_subentries_of_type(SUBENTRY_TRACKED_DEVICE)
    ]


def by_sender(
    correspondents: Iterable[Correspondent], country: str | None
) -> Mapping[str, Correspondent]:
    """Map the normalised senders of tracked devices to these."""
    return {
        address: correspondent
        for correspondent in correspondents
        for address in sender_addresses(correspondent.subentry, country)
    }


async def _settings(subentry: ConfigSubentry) -> Settings:
    """Read what a person has set for a device; a zone that there is no more is UTC."""
    data = subentry.data
    zone = await dt_util.async_get_time_zone(data.get(CONF_TIME_ZONE, "UTC"))
    return Settings(
        variant=data.get(CONF_VARIANT, ""),
        model=data.get(CONF_MODEL),
        credentials=data.get(CONF_CREDENTIALS, {}),
        options=data.get(CONF_OPTIONS, {}),
        zone=zone or UTC,
    )


def recognised_family(text: str) -> Family | None:
    """Return the family of whom only a device of that family would write so."""
    for family in FAMILIES.values():
        reading = family.decode(text, Settings(variant=family.variants[0].key), None)
        if reading is not None and reading.certain:
            return family
    return None
