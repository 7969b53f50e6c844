"""A device is asked by SMS to connect to its cloud, and how long it then is."""

from datetime import timedelta
from typing import Any

from freezegun import freeze_time
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator.network import Network

from .actions import act
from .far_end import CAR, Install, far, id_of, press, tracked, until
from .house import MODEM_NUMBER
from .waiting import shown

CONNECTED = "binary_sensor.gate_connected"
UNTIL = "sensor.gate_connected_until"
STAR = {"options": {"leading_star": True}}


@pytest.mark.parametrize(
    ("variant", "ours", "authorised", "text"),
    [
        ("pager", {}, [MODEM_NUMBER], "CONNECT#"),
        ("pager", {"options": {"password_needed": True}}, [CAR], "CONNECT,PWD=1234#"),
        (
            "pager",
            {"options": {"password_needed": True}, "credentials": {"password": "4711"}},
            [CAR],
            "CONNECT,PWD=4711#",
        ),
        ("gate_base", STAR, [MODEM_NUMBER], "*CONNECT#"),
        (
            "gate_base",
            {"options": {"leading_star": True, "password_needed": True}},
            [CAR],
            "*CONNECT,PWD=1234#",
        ),
    ],
)
async def test_connect(
    hass: HomeAssistant,
    network: Network,
    install: Install,
    variant: str,
    ours: dict[str, Any],
    authorised: list[str],
    text: str,
) -> None:
    """The password goes along only where it is needed; the answer is told and shown."""
    password = ours.get("credentials", {}).get("password", "1234")
    device = far(network, "tell", variant=variant, authorised=authorised, password=password)
    device.change(apn="em")
    entry = await install(tracked("Gate", "tell", variant=variant, **ours))
    assert (shown(hass, CONNECTED).state, shown(hass, UNTIL).state) == ("off", "unknown")
    cloud = await act(hass, "connect", {"device_id": id_of(hass, entry, "Gate")})
    assert device.texts == [text]
    assert cloud == {
        "status": "connected",
        "address": "192.0.2.1",
        "port": 2020,
        "identifier": "ABC123",
    }
    assert shown(hass, CONNECTED).state == "on"
    ends = dt_util.parse_datetime(shown(hass, UNTIL).state, raise_on_error=True)
    assert timedelta(minutes=9, seconds=30) < ends - dt_util.utcnow() <= timedelta(minutes=10)
    assert shown(hass, "sensor.gate_cloud_address").state == "192.0.2.1:2020"
    assert shown(hass, "sensor.gate_cloud_identifier").state == "ABC123"
    assert shown(hass, "sensor.gate_contact").state == "connected"


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({}, "device_missing_apn"),
        ({"apn": "em", "internet": False}, "device_network_connection"),
    ],
)
async def test_what_the_device_says_is_wrong(
    hass: HomeAssistant, network: Network, install: Install, state: dict[str, Any], error: str
) -> None:
    """Each has its own words."""
    device = far(network, "tell", variant="pager", authorised=[MODEM_NUMBER])
    device.change(**state)
    entry = await install(tracked("Gate", "tell", variant="pager"))
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "connect", {"device_id": id_of(hass, entry, "Gate")})
    assert caught.value.translation_key == error
    assert (shown(hass, CONNECTED).state, len(device.texts)) == ("off", 1)
    assert shown(hass, "sensor.gate_contact").state == "answered"


@pytest.mark.parametrize(
    "state", [{"apn": "em"}, {"apn": "em", "cloud_always_on": True}], ids=["stranger", "always on"]
)
async def test_silence(
    hass: HomeAssistant, network: Network, install: Install, state: dict[str, Any]
) -> None:
    """Nothing comes to a stranger without the password: the error lists what may be the cause."""
    device = far(network, "tell", variant="pager", authorised=[CAR])
    device.change(**state)
    entry = await install(tracked("Gate", "tell", variant="pager"))
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "connect", {"device_id": id_of(hass, entry, "Gate"), "timeout": 5})
    assert caught.value.translation_key == "connect_no_reply"
    causes = str(caught.value)
    for cause in ("number is wrong", "not authorised", "password", "cloud usage", "off"):
        assert cause in causes
    assert device.texts == ["CONNECT#"]
    assert shown(hass, "sensor.gate_contact").state == "silent"
    assert shown(hass, CONNECTED).state == "off"


async def test_cloud_always_on(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Nothing is sent to a device that needs no request, and nothing is claimed of it."""
    options = {"cloud_always_on": True}
    entry = await install(tracked("Gate", "tell", variant="pager", options=options))
    device_id = id_of(hass, entry, "Gate")
    cloud = await act(hass, "connect", {"device_id": device_id})
    assert cloud == {"status": "not_needed", "address": None, "port": None, "identifier": None}
    assert hass.states.get("button.gate_connect_to_cloud") is None
    assert shown(hass, CONNECTED).state == "unknown"
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", {"device_id": device_id, "command": "connect"})
    assert caught.value.translation_key == "connect_not_needed"
    assert network.sent == []


async def test_the_window_ends(hass: HomeAssistant, network: Network, install: Install) -> None:
    """It survives a restart with the rest of its time, and ends when it is over."""
    device = far(network, "tell", variant="pager", authorised=[MODEM_NUMBER])
    device.change(apn="em")
    entry = await install(tracked("Gate", "tell", variant="pager"))
    await press(hass, "button.gate_connect_to_cloud")
    await until(hass, CONNECTED, "on")
    assert device.texts == ["CONNECT#"]
    ends = shown(hass, UNTIL).state
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert (shown(hass, CONNECTED).state, shown(hass, UNTIL).state) == ("on", ends)
    moment = dt_util.parse_datetime(ends, raise_on_error=True)
    with freeze_time(moment - timedelta(seconds=5)) as clock:
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        assert shown(hass, CONNECTED).state == "on"
        clock.move_to(moment + timedelta(seconds=1))
        async_fire_time_changed(hass)
        await until(hass, CONNECTED, "off")
    assert shown(hass, UNTIL).state == "unknown"
    assert shown(hass, "sensor.gate_contact").state == "answered"
    # Where it was is still true.
    assert shown(hass, "sensor.gate_cloud_address").state == "192.0.2.1:2020"
