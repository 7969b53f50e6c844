"""What is injected into a gateway from Home Assistant's side."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.kinds import open_serial


@pytest.mark.usefixtures("usb")
async def test_a_serial_proxy_that_is_not_there_yet(hass: HomeAssistant) -> None:
    """Home Assistant's own error comes out of the serial library; the gateway knows its own."""
    assert await async_setup_component(hass, "usb", {})
    with pytest.raises(GatewayConnectionError) as raised:
        await open_serial(
            "esphome-hass://esphome/01M7Y88TDKVEC7JK0CJPRYX4PC?port_name=uart", 115200
        )
    assert raised.value.reason is Reason.PROXY_NOT_READY
