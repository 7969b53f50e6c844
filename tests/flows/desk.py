"""A desk with simulated modems, and what a person does with the forms of the integration."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from homeassistant.components.usb import USBDevice
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    SOURCE_USB,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowContext,
    ConfigFlowResult,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResult, section
from homeassistant.helpers.service_info.usb import UsbServiceInfo
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.capabilities import Capabilities
from custom_components.cellular_gateway.gateways.models import GatewayState
from simulator.at_modem import AtModem, Sim
from simulator.link import PtyLink
from simulator.network import Network

IMEI = "490154203237518"
OTHER_IMEI = "356938035643809"
ICCID = "89490200001234567892"


class Desk:
    """Simulated modems and silent ports by the paths that they are plugged in at.

    These are links in a folder: the number of a terminal that is gone is another test's at once.
    """

    def __init__(self, network: Network, folder: Path) -> None:
        """Begin with an empty desk."""
        self._network = network
        self._folder = folder
        self._modems: list[AtModem] = []
        self._links: list[PtyLink] = []

    async def modem(
        self, profile: str = "sim7600", *, imei: str = IMEI, pin: str | None = None, **sim: Any
    ) -> tuple[AtModem, str]:
        """Plug a modem in; return it and its path."""
        number = f"+3247000020{len(self._modems)}"
        card = Sim(number, pin=pin, **sim)
        modem = AtModem(profile, self._network, sim=card, imei=imei)
        self._modems.append(modem)
        return modem, await modem.serve_pty(self._folder / f"ttyModem{len(self._modems)}")

    async def silent_port(self) -> str:
        """Plug something in that takes every octet and says nothing."""
        link = PtyLink(self._folder / f"ttySilent{len(self._links)}")
        self._links.append(link)
        await link.plug()
        return link.address

    async def close(self) -> None:
        """Unplug everything."""
        for link in self._links:
            link.unplug()
        for modem in self._modems:
            await modem.close()


def runtime_with(*ports: str) -> SimpleNamespace:
    """Make what a form looks at of a gateway that is set up and has these ports."""
    gateway = SimpleNamespace(state=GatewayState(), capabilities=Capabilities())
    return SimpleNamespace(ports=dict.fromkeys(ports), gateway=gateway)


def sim_of(modem: AtModem) -> Sim:
    """Return the SIM that a modem has."""
    assert modem.sim is not None
    return modem.sim


def offered(result: FlowResult[Any, Any]) -> dict[str, Any]:
    """Return the fields of a form, those of its sections too, with what they suggest."""
    found: dict[str, Any] = {}
    schema = result["data_schema"]
    assert schema is not None
    for key, value in schema.schema.items():
        fields = value.schema.schema if isinstance(value, section) else [key]
        found |= {str(field): (field.description or {}).get("suggested_value") for field in fields}
    return found


def placeholders(result: ConfigFlowResult) -> dict[str, str]:
    """Return what stands in the words of a form."""
    return dict(result.get("description_placeholders") or {})


def usb_port(device: str, interface: int | None = 2, **fields: Any) -> USBDevice:
    """Describe a port of a stick as the `usb` integration lists it."""
    known = {"vid": "1E0E", "pid": "9001", "serial_number": "0123456789ABCDEF"}
    return USBDevice(
        device=device,
        resolved_device=fields.pop("resolved_device", device),
        manufacturer="SimTech, Incorporated",
        description="SimTech, Incorporated - AT",
        interface_num=interface,
        **known | fields,
    )


def entry_for(
    hass: HomeAssistant, device: str, unique_id: str = IMEI, **data: Any
) -> MockConfigEntry:
    """Add an entry for a modem; it is not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        unique_id=unique_id,
        data={"kind": "at_modem", "device": device, "baudrate": 115200} | data,
        options={"show_texts": False, "delete_after_receipt": True},
    )
    entry.add_to_hass(hass)
    return entry


def state_of(entry: MockConfigEntry) -> ConfigEntryState:
    """Return the state that an entry is in by now."""
    state: ConfigEntryState = entry.state
    return state


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up, whatever comes of it."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def start_user(hass: HomeAssistant, kind: str = "at_modem") -> ConfigFlowResult:
    """Add a gateway of a kind by hand."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await answer(hass, menu, next_step_id=kind)


async def start_usb(hass: HomeAssistant, port: USBDevice) -> ConfigFlowResult:
    """Let the `usb` integration find a port."""
    found = UsbServiceInfo(
        device=port.device,
        vid=port.vid,
        pid=port.pid,
        serial_number=port.serial_number,
        manufacturer=port.manufacturer,
        description=port.description,
    )
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USB}, data=found
    )


async def start_change(
    hass: HomeAssistant, entry: MockConfigEntry, source: str = SOURCE_RECONFIGURE
) -> ConfigFlowResult:
    """Reconfigure an entry, or give it its PIN anew."""
    context = ConfigFlowContext(source=source, entry_id=entry.entry_id, unique_id=entry.unique_id)
    data = dict(entry.data) if source == SOURCE_REAUTH else None
    return await hass.config_entries.flow.async_init(DOMAIN, context=context, data=data)


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, /, **values: Any
) -> ConfigFlowResult:
    """Submit a form, and let what it starts come to its end."""
    result = await hass.config_entries.flow.async_configure(result["flow_id"], values)
    await hass.async_block_till_done()
    return result


async def start_subentry(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str = "tracked_device"
) -> SubentryFlowResult:
    """Open the form for a new device or recipient of an entry."""
    flows = hass.config_entries.subentries
    return await flows.async_init((entry.entry_id, kind), context={"source": SOURCE_USER})


async def go_on(
    hass: HomeAssistant, result: SubentryFlowResult, /, **values: Any
) -> SubentryFlowResult:
    """Submit a form of a subentry."""
    return await hass.config_entries.subentries.async_configure(result["flow_id"], values)


def outcome(result: ConfigFlowResult) -> str:
    """Say in one word where a flow stands: step, error of a step, reason of its end."""
    if errors := result.get("errors"):
        return f"{result['step_id']}:{','.join(errors.values())}"
    return str(result.get("step_id") or result.get("reason") or result["type"])
