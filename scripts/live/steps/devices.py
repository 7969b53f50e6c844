"""Tracked devices: added, told their APN, connected, asked for credit, and found on the map."""

from typing import Any, Final

from scripts.live.home_assistant import DOMAIN
from scripts.live.house import House

from .registry import require, step

# Nobody told the gate which numbers may command it.
_ANSWERS: Final = {"password_needed": True}
# What is added, by its name in Home Assistant: the families that the further steps speak to.
_DEVICES: Final = {"Car": "coban", "Gate": "tell", "Thermostat": "vimar_01913"}


@step
async def device_added(house: House) -> None:
    """Check that tracked devices are added through the real subentry flow."""
    for name, family in _DEVICES.items():
        await house.add_device(name, family, **_ANSWERS)
    for name in _DEVICES:
        await house.await_state(f"sensor.{name.lower()}_contact", "never_heard")


@step
async def apn_sent(house: House) -> None:
    """Check that the set-up of the APN arrives at the device to the letter."""
    data = {
        "device_id": await house.device("Car"),
        "setup": {"apn": "em"},
        "wait_for_reply": True,
    }
    response = await house.client.call(DOMAIN, "send_config_sms", data, response=True)
    (result,) = response["devices"]
    require(result["error"] is None, f"error: {result['message']}")
    require("123456" not in str(response), "the response shows the password")
    device = await _far_end(house, "coban")
    heard = [message["text"] for message in device["received"]]
    require(heard == ["gprs123456", "APN123456 em"], f"the device heard {heard}")


@step
async def connect_answered(house: House) -> None:
    """Check that CONNECT is answered, and the device shown as connected."""
    await house.modem.work(f"devices/{house.modem.devices['tell']}/state", apn="em")
    data = {"device_id": await house.device("Gate")}
    response = await house.client.call(DOMAIN, "connect", data, response=True)
    require(response["status"] == "connected", f"status {response['status']}")
    require(bool(response["address"] and response["identifier"]), f"the answer is {response}")
    await house.await_state("binary_sensor.gate_connected", "on")


@step
async def credit_amount(house: House) -> None:
    """Check that the credit of a device's SIM, forwarded by the device, is in a sensor."""
    device_id = await house.device("Thermostat")
    data = {"device_id": device_id, "preset": "tim"}
    await house.client.call(DOMAIN, "set_credit_request", data)
    credit = await house.client.call(
        DOMAIN, "request_credit", {"device_id": device_id}, response=True
    )
    require(credit["amount"] > 0, f"the answer is {credit}")
    states = await house.client.states()
    shown = states["sensor.thermostat_balance"]
    require(float(shown["state"]) == credit["amount"], f"the sensor shows {shown['state']}")
    require(shown["attributes"]["unit_of_measurement"] == credit["currency"], "in what?")


@step
async def position_on_map(house: House) -> None:
    """Check that a device that is asked where it is shows on the map."""
    place = {"latitude": 50.8503, "longitude": 4.3517}
    await house.modem.work(f"devices/{house.modem.devices['coban']}/move", **place)
    button = {"entity_id": "button.car_request_position"}
    await house.client.call("button", "press", button)
    state = await house.await_attribute("device_tracker.car", "latitude", place["latitude"])
    require(state["attributes"]["longitude"] == place["longitude"], "at another place")


async def _far_end(house: House, family: str) -> dict[str, Any]:
    """Return what the simulator knows of a device."""
    found: dict[str, Any] = await house.modem.look(f"devices/{house.modem.devices[family]}")
    return found
