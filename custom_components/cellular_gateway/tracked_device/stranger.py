"""Unknown senders that write as only a device of one family does: offered, never added."""

from hashlib import sha256
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import CONF_ENDPOINT, CONF_FAMILY, CONF_NUMBER, DOMAIN, signal_device_found
from ..devices import FAMILIES
from ..messages.inbox import Stranger
from ..sms.numbers import NumberKind, number_kind

ATTR_GATEWAY: Final = "gateway"
DEVICE_FOUND: Final = "device_found"

# What anybody can make a gateway show: more senders than this are not offered at a time.
_MOST: Final = 5


@callback
def async_watch_strangers(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Offer unknown devices as repairs, as long as the entry is loaded."""
    prefix = f"{DEVICE_FOUND}_{entry.entry_id}_"
    known = {subentry.unique_id for subentry in entry.subentries.values()}

    def offered() -> list[str]:
        return [
            issue_id
            for domain, issue_id in ir.async_get(hass).issues
            if domain == DOMAIN and issue_id.startswith(prefix)
        ]

    @callback
    def found(stranger: Stranger) -> None:
        """Offer it, unless nothing could be sent to it."""
        if stranger.number in known or not _is_reachable(stranger):
            return
        address = stranger.endpoint or stranger.number
        issue_id = prefix + sha256(address.encode()).hexdigest()[:12]
        if issue_id not in (issues := offered()) and len(issues) >= _MOST:
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={
                ATTR_GATEWAY: entry.entry_id,
                CONF_NUMBER: stranger.number,
                CONF_ENDPOINT: stranger.endpoint,
                CONF_FAMILY: stranger.family,
            },
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=DEVICE_FOUND,
            translation_placeholders={
                "family": FAMILIES[stranger.family].name,
                "number": stranger.number,
                "title": entry.title,
            },
        )

    def forget() -> None:
        for issue_id in offered():
            ir.async_delete_issue(hass, DOMAIN, issue_id)

    entry.async_on_unload(forget)
    entry.async_on_unload(
        async_dispatcher_connect(hass, signal_device_found(entry.entry_id), found)
    )


def _is_reachable(stranger: Stranger) -> bool:
    """Tell whether something could be sent to it; a name has no number."""
    return (
        stranger.endpoint is not None or number_kind(stranger.number) is not NumberKind.ALPHANUMERIC
    )
