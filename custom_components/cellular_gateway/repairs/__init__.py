"""Repairs: what a person confirms, the PUK of a SIM, a full storage, an unknown device."""

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant

from ..health import Ailment
from ..tracked_device import DEVICE_FOUND
from .device_found import DeviceFoundFlow
from .puk import PukFlow
from .storage import StorageFlow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Ask for what mends it, or let a person confirm what has been repaired already."""
    if issue_id.startswith(Ailment.PUK_REQUIRED):
        return PukFlow()
    if issue_id.startswith(Ailment.STORAGE_FULL):
        return StorageFlow()
    return DeviceFoundFlow() if issue_id.startswith(DEVICE_FOUND) else ConfirmRepairFlow()
