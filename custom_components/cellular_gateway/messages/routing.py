"""Whose message it is: to which recipient or tracked device a number or an endpoint belongs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_CREDENTIALS,
    CONF_ENDPOINT,
    CONF_FAMILY,
    CONF_GROUP,
    CONF_MODEL,
    CONF_NUMBER,
    CONF_OPTIONS,
    CONF_PORT,
    CONF_SENDER,
    CONF_SOURCE_ADDRESS,
    CONF_SOURCE_ADDRESS_TYPE,
    CONF_TIME_ZONE,
    CONF_VARIANT,
    SUBENTRY_RECIPIENT,
    SUBENTRY_TRACKED_DEVICE,
)
from ..devices import FAMILIES, generic
from ..devices.base import Family, Settings, mask
from ..gateways.models import OutgoingSms
from ..gateways.source_address import SourceAddressType
from ..sms.numbers import normalize_sender, sender_spellings


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A tracked device, as far as its messages are concerned."""

    subentry: ConfigSubentry
    family: Family
    settings: Settings

    def mask(self, text: str) -> str:
        """Hide in a message of the device what nobody shall read there."""
        return mask(self.family, self.settings, text)


@dataclass(frozen=True, slots=True)
class EndpointAddress:
    """An endpoint as an address; no number and no name is equal to it."""

    key: str


type Address = str | EndpointAddress


def addresses(subentry: ConfigSubentry, country: str | None) -> frozenset[Address]:
    """Return what the messages of a subentry come from: its endpoint, number and other sender."""
    number, sender = (subentry.data.get(key) for key in (CONF_NUMBER, CONF_SENDER))
    found: set[Address] = {normalize_sender(number, country)} if number else set()
    if sender:
        found |= sender_spellings(sender, country)
    if endpoint := subentry.data.get(CONF_ENDPOINT):
        found.add(EndpointAddress(endpoint))
    return frozenset(found)


def whose[T](owners: Mapping[Address, T], number: str, endpoint: str | None) -> T | None:
    """Return who has an endpoint, or else a normalised number."""
    if endpoint is not None and (owner := owners.get(EndpointAddress(endpoint))) is not None:
        return owner
    return owners.get(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How texts of one request shall be sent, where that is not to be as for all of them."""

    source_address: str | None = field(default=None, repr=False)
    source_address_type: SourceAddressType | None = None
    validity: timedelta | None = None


def sending_to(subentry: ConfigSubentry, sending: Sending) -> Sending:
    """Return how texts to a recipient or tracked device are sent: its sender, but for another.

    A type without a sender is that of the device's own sender.
    """
    if sending.source_address is not None:
        return sending
    source_type = sending.source_address_type or subentry.data.get(CONF_SOURCE_ADDRESS_TYPE)
    return replace(
        sending,
        source_address=subentry.data.get(CONF_SOURCE_ADDRESS),
        source_address_type=SourceAddressType(source_type) if source_type else None,
    )


def outgoing(subentry: ConfigSubentry, text: str, sending: Sending | None = None) -> OutgoingSms:
    """Address a text to a recipient or tracked device, as a person has set that."""
    data, wanted = subentry.data, sending_to(subentry, sending or Sending())
    return OutgoingSms(
        number=data.get(CONF_NUMBER, ""),
        endpoint=data.get(CONF_ENDPOINT),
        group=data.get(CONF_GROUP),
        text=text,
        port=data.get(CONF_PORT),
        validity=wanted.validity,
        source_address=wanted.source_address,
        source_address_type=wanted.source_address_type,
    )


def recipient_names(entry: ConfigEntry, country: str | None) -> Mapping[Address, str]:
    """Map what the messages of every recipient and tracked device come from to its name."""
    return {
        address: subentry.title
        for kind in (SUBENTRY_RECIPIENT, SUBENTRY_TRACKED_DEVICE)
        for subentry in entry.get_subentries_of_type(kind)
        for address in addresses(subentry, country)
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
) -> Mapping[Address, Correspondent]:
    """Map what the messages of tracked devices come from to these."""
    return {
        address: correspondent
        for correspondent in correspondents
        for address in addresses(correspondent.subentry, country)
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
