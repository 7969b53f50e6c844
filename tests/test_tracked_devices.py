"""Tracked devices are told something by SMS: exactly that, in order, and without secrets shown."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import template
import pytest
import voluptuous as vol

from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from simulator.at_modem import AtModem
from simulator.network import Network

from .actions import act
from .far_end import CAR, VAN, Install, UnhurriedClock, far, id_of, tracked, until
from .house import MODEM_NUMBER
from .waiting import until_state


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A radio network that takes its time."""
    network = Network(clock=UnhurriedClock())
    yield network
    await network.close()


OWN = MODEM_NUMBER.removeprefix("+")

# Family, ours, the far end's, the parameters of the set-up, texts, and what the far end is then.
type Row = tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], list[str], dict[str, Any]]

SETUPS: list[Row] = [
    ("teltonika_tracker", {}, {}, {"apn": "em"}, ["  setparam 2001:em"], {"apn": "em"}),
    (
        "teltonika_tracker",
        {"credentials": {"login": "adm", "password": "s3cret"}},
        {"login": "adm", "password": "s3cret"},
        {"apn": "em"},
        ["adm s3cret setparam 2001:em"],
        {"apn": "em"},
    ),
    (
        "teltonika_tracker",
        {"variant": "ft"},
        {"variant": "ft"},
        {"apn": "em"},
        [" setparam 2001:em"],
        {"apn": "em"},
    ),
    ("ruptela", {}, {}, {"apn": "em"}, ["setconnection em"], {"apn": "em"}),
    (
        "ruptela",
        {"options": {"leading_blank": True}},
        {"variant": "blank"},
        {"apn": "em"},
        [" setconnection em"],
        {"apn": "em"},
    ),
    ("concox", {}, {}, {"apn": "em"}, ["APN em#"], {"apn": "em"}),
    (
        "concox",
        {"variant": "password"},
        {"variant": "password"},
        {"apn": "em"},
        ["APN,666666,em#"],
        {"apn": "em"},
    ),
    (
        "concox",
        {"variant": "comma"},
        {"variant": "comma"},
        {"apn": "em"},
        ["APN,em#"],
        {"apn": "em"},
    ),
    (
        "coban",
        {},
        {},
        {"apn": "em"},
        ["gprs123456", "APN123456 em"],
        {"apn": "em", "data_on": True},
    ),
    ("meitrack", {}, {}, {"apn": "em"}, ["0000,A81,em,,"], {"apn": "em"}),
    (
        "meitrack",
        {"variant": "a21"},
        {},
        {"apn": "em"},
        ["666888,A21,1,server.meigps.com,8800,em,,"],
        {"apn": "em", "server": "server.meigps.com", "server_port": 8800},
    ),
    ("elinz", {}, {"variant": "hash"}, {"apn": "em"}, ["APN,em#"], {"apn": "em"}),
    (
        "elinz",
        {"variant": "password"},
        {"variant": "password"},
        {"apn": "em"},
        ["apn123456 em"],
        {"apn": "em"},
    ),
    (
        "reachfar",
        {},
        {"variant": "group_1"},
        {"apn": "em"},
        [f"123456,sos1,{OWN}#", "apn,em,plmn,90143#"],
        {"owner": OWN, "next_apn": "em", "network_code": "90143", "apn": ""},
    ),
    (
        "reachfar",
        {"variant": "center"},
        {"variant": "group_2"},
        {"apn": "em"},
        [f"pw,123456,center,{OWN}#", "apn,em#"],
        {"owner": OWN, "apn": "em"},
    ),
    (
        "queclink",
        {"model": "GL200"},
        {"variant": "gl200"},
        {"apn": "em"},
        ["AT+GTBSI=gl200,em,,,,,,,0002$"],
        {"apn": "em"},
    ),
    (
        "bitrek",
        {},
        {},
        {"apn": "em", "roaming": True, "networks": 26201},
        ["setparam 0242 em; setparam 0917 1; setparam 0020 26201"],
        {"apn": "em", "roaming_allowed": True, "networks": {"0020": "26201"}},
    ),
    ("teltonika_router", {}, {}, {"apn": "em"}, ["cellular apn=em"], {"apn": "em"}),
]


@pytest.mark.parametrize(("family", "ours", "theirs", "setup", "texts", "state"), SETUPS)
async def test_setup(
    hass: HomeAssistant,
    network: Network,
    install: Install,
    family: str,
    ours: dict[str, Any],
    theirs: dict[str, Any],
    setup: dict[str, Any],
    texts: list[str],
    state: dict[str, Any],
) -> None:
    """The whole sequence reaches the device octet by octet, and it obeys."""
    device = far(network, family, **theirs)
    entry = await install(tracked("Car", family, **ours))
    answers = family != "teltonika_router"
    call = {"device_id": id_of(hass, entry, "Car"), "setup": setup, "wait_for_reply": answers}
    call["timeout"] = 15
    (result,) = (await act(hass, "send_config_sms", call))["devices"]
    assert device.texts == texts
    assert {name: getattr(device.state, name) for name in state} == state
    assert (result["error"], bool(result["reply"])) == (None, answers)
    assert [receipt["status"] for receipt in result["receipts"]] == ["sent"] * len(texts)
    assert [len(text) for text in result["messages"]] == [len(text) for text in texts]
    assert result["restart_needed"] is bool(state.get("next_apn"))


async def test_sequence_ends_with_what_failed(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """In order, each after the one before was sent; the response says which were."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    call = {"device_id": id_of(hass, entry, "Car"), "setup": {"apn": "em"}}
    network.refuse(1)
    (result,) = (await act(hass, "send_config_sms", call))["devices"]
    assert [receipt["status"] for receipt in result["receipts"]] == ["failed"]
    assert (len(result["messages"]), device.texts) == (2, [])
    assert result["error"] is not None
    assert not result["restart_needed"]
    network.refuse(1)
    with pytest.raises(HomeAssistantError):
        await act(hass, "send_config_sms", call, response=False)
    await act(hass, "send_config_sms", call, response=False)
    assert device.texts == ["gprs123456", "APN123456 em"]


async def test_dry_run(hass: HomeAssistant, network: Network, install: Install) -> None:
    """What would be sent is shown, and nothing is."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    call = {"device_id": id_of(hass, entry, "Car"), "setup": {"apn": "em"}, "dry_run": True}
    (result,) = (await act(hass, "send_config_sms", call))["devices"]
    assert result["messages"] == ["gprs••••••", "APN•••••• em"]
    assert (result["receipts"], result["reply"], result["error"]) == ([], None, None)
    assert device.texts == []


async def test_several_devices(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Each has its own language and its own outcome; one that is silent keeps no other back."""
    car, van = far(network, "concox"), far(network, "coban", VAN)
    entry = await install(tracked("Car", "concox"), tracked("Van", "coban", VAN))
    ids = [id_of(hass, entry, "Car"), id_of(hass, entry, "Van")]
    call = {"device_id": [*ids, ids[0]], "command": "set_apn", "parameters": {"apn": "em"}}
    van.hold()
    wait = {"wait_for_reply": True, "timeout": 5}
    results = (await act(hass, "send_config_sms", call | wait))["devices"]
    assert [result["device_id"] for result in results] == ids
    assert [result["error"] for result in results] == [None, "no_reply"]
    assert (car.texts, van.texts) == (["APN em#"], ["gprs123456", "APN123456 em"])
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "send_config_sms", call | wait, response=False)
    assert caught.value.translation_key == "not_sent"


async def test_reply_has_its_values(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """What the device answers comes back, as it is and understood."""
    device = far(network, "coban")
    device.change(battery=55, ignition=True, signal=17)
    entry = await install(tracked("Car", "coban"))
    call = {
        "device_id": id_of(hass, entry, "Car"),
        "command": "request_status",
        "wait_for_reply": True,
    }
    (result,) = (await act(hass, "send_config_sms", call))["devices"]
    assert result["reply"]["raw"].startswith("Power: ON\nBattery: 55%")
    values = result["reply"]["values"]
    assert (values["battery"], values["ignition"]) == (55, True)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"command": "arm"}, "command_unknown"),
        ({"command": "set_apn"}, "parameter_missing"),
        ({"command": "set_apn", "parameters": {"apn": "a b"}}, "parameter_invalid"),
        ({"command": "set_apn", "parameters": {"apn": "em", "pin": 1}}, "parameter_unknown"),
        ({"command": "set_apn", "parameters": {"apn": "em\nreset123456"}}, "parameter_forbidden"),
        ({"command": "custom", "parameters": {"text": "x" * 1001}}, "parameter_invalid"),
        ({"command": "set_apn", "setup": {"apn": "em"}}, "command_or_setup"),
        ({"setup": {"apn": "em"}, "parameters": {"apn": "em"}}, "command_or_setup"),
        ({}, "command_or_setup"),
    ],
)
async def test_refused_before_anything_is_sent(
    hass: HomeAssistant, network: Network, install: Install, call: dict[str, Any], error: str
) -> None:
    """Nothing leaves for a device that a command cannot be said to, whether a response is wanted.

    Another device, to which it can be said, gets it all the same.
    """
    device, other = far(network, "coban"), far(network, "tell", VAN, variant="pager")
    entry = await install(tracked("Car", "coban"), tracked("Van", "tell", VAN, variant="pager"))
    # The other one could be armed.
    both = {"device_id": [id_of(hass, entry, "Van"), id_of(hass, entry, "Car")]}
    alone = {"device_id": id_of(hass, entry, "Car")}
    for response in (True, False):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "send_config_sms", alone | call, response=response)
        assert caught.value.translation_key == error
    assert (device.texts, other.texts, network.sent) == ([], [], [])
    if call.get("command") == "arm":
        results = (await act(hass, "send_config_sms", both | call))["devices"]
        assert [result["error"] for result in results] == [None, error]
        assert (device.texts, len(other.texts)) == ([], 1)


async def test_no_command_at_all(hass: HomeAssistant, network: Network, install: Install) -> None:
    """What no device knows is not even a command; what is no tracked device gets none."""
    entry = await install(tracked("Car", "coban"))
    device_id = id_of(hass, entry, "Car")
    with pytest.raises(vol.Invalid):
        await act(hass, "send_config_sms", {"device_id": device_id, "command": "fly"})
    for other in ("no-such-device", entry.entry_id):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "send_config_sms", {"device_id": other, "command": "reboot"})
        assert caught.value.translation_key == "not_a_tracked_device"
    assert network.sent == []


async def test_nothing_to_wait_for(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A command that is not answered cannot be waited for; the wait is refused, not cut short."""
    entry = await install(tracked("Car", "teltonika_router"))
    call = {"device_id": id_of(hass, entry, "Car"), "command": "reboot", "wait_for_reply": True}
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", call)
    assert caught.value.translation_key == "no_reply_expected"
    assert network.sent == []


async def test_a_sender_that_cannot_be_answered(
    hass: HomeAssistant, network: Network, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody could answer, waiting is refused with the reason; sending is not."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    # A modem always has a number; what sends under a name says so of each message.
    monkeypatch.setattr(entry.runtime_data.gateway, "can_reply", lambda message: False)
    call = {"device_id": id_of(hass, entry, "Car"), "command": "request_status"}
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", call | {"wait_for_reply": True})
    assert caught.value.translation_key == "no_reply_possible"
    assert device.texts == []
    await act(hass, "send_config_sms", call, response=False)
    assert device.texts == ["check123456"]


async def test_templates(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A template turns digits into numbers and yes into a boolean; blanks can be asked for."""
    device = far(network, "tell", variant="pager", authorised=[MODEM_NUMBER])
    entry = await install(tracked("Car", "tell", variant="pager"))
    device_id = id_of(hass, entry, "Car")
    rendered = template.Template(
        "{{ {'relay': 4 / 2, 'on': 1 == 1, 'seconds': 54} }}", hass
    ).async_render()
    call = {"device_id": device_id, "command": "switch_relay", "parameters": rendered}
    device.change(star=True)
    await act(hass, "send_config_sms", call, response=False)
    assert device.texts == ["*R2=ON54,CRQ#"]
    blanks = {"text": "setparam 2001:em", "leading_blanks": 2}
    call = {"device_id": device_id, "command": "custom", "parameters": blanks}
    await act(hass, "send_config_sms", call, response=False)
    assert device.texts[1:] == ["  setparam 2001:em"]


async def test_secrets_show_nowhere(
    hass: HomeAssistant,
    network: Network,
    install: Install,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in a response, a state, an event, a log or the diagnostics, also when it is echoed."""
    secret = "84265173"
    device = far(network, "reachfar", variant="group_2", password=secret)
    caplog.set_level("DEBUG")
    seen: list[str] = []
    hass.bus.async_listen("*", lambda event: seen.append(repr(event.data)))
    entry = await install(
        tracked("Car", "reachfar", variant="center", credentials={"password": secret})
    )
    device_id = id_of(hass, entry, "Car")
    status = {"device_id": device_id, "command": "request_status", "wait_for_reply": True}
    response = await act(hass, "send_config_sms", status)
    assert device.texts == [f"pw,{secret},ts#"]
    assert f"pw:{secret}" in device.sent[0].text
    await until(hass, "sensor.car_contact", "answered")
    for last_sms in ("sensor.car_last_sms", "sensor.boat_last_sms", "event.boat_sms"):
        masked = await until_state(
            hass, last_sms, lambda state: "pw:••••••••" in state.attributes.get("text", "")
        )
        assert secret not in repr(masked)
    free = {"text": f"pw,{secret},url#"}
    custom = {"device_id": device_id, "command": "custom", "parameters": free}
    second = await act(hass, "send_config_sms", custom | {"wait_for_reply": True})
    await hass.async_block_till_done()
    assert device.texts[1:] == [f"pw,{secret},url#"]
    states = [repr(state.as_dict()) for state in hass.states.async_all()]
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    # What a person types into the action is in the event of the call; Home Assistant fires that.
    ours = [text for text in seen if "'text': " not in text or "service_data" not in text]
    for shown in (repr(response), repr(second), *states, *ours, repr(diagnostics), caplog.text):
        assert secret not in shown


async def test_own_number_from_the_options(
    hass: HomeAssistant, network: Network, modem: AtModem, install: Install
) -> None:
    """Where the SIM does not tell its number, a person does; else what needs it is refused."""
    assert modem.sim is not None
    modem.sim.number = ""
    device = far(network, "reachfar", variant="group_2")
    entry = await install(tracked("Car", "reachfar", variant="center"))
    call = {"device_id": id_of(hass, entry, "Car"), "command": "bind_number"}
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", call)
    assert caught.value.translation_key == "own_number_unknown"
    options = {**entry.options, "own_number": MODEM_NUMBER}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.async_block_till_done()
    # The network knows the number all the same.
    modem.sim.number = MODEM_NUMBER
    await act(hass, "send_config_sms", call, response=False)
    assert device.texts == [f"pw,123456,center,{OWN}#"]


async def test_bad_number_is_told(hass: HomeAssistant, install: Install) -> None:
    """A number that became none (another country) is an error, not a crash."""
    entry = await install(tracked("Car", "coban", "GARAGE"))
    call = {"device_id": id_of(hass, entry, "Car"), "command": "request_status"}
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", call, response=False)
    assert caught.value.translation_key == "invalid_number"


async def test_credit(hass: HomeAssistant, network: Network, install: Install) -> None:
    """The preset of an operator is written as its seed says; the forwarded text has no head."""
    device = far(network, "vimar_01913")
    device.change(balance="Il tuo credito residuo e' di 7,50 euro, scade il 31/12/2026.")
    entry = await install(tracked("Home", "vimar_01913"))
    device_id = id_of(hass, entry, "Home")
    for call in (
        {"preset": "tim"},
        {"preset": "vodafone"},
        {"preset": "wind"},
        {"type": "call", "number": 404},
        {"type": "sms", "number": "4916", "text": "PRE CRE SIN"},
    ):
        await act(hass, "set_credit_request", {"device_id": device_id} | call, response=False)
    assert device.texts == [
        "1234.SIMCREDITSET.S.4916.PRE CRE SIN",
        "1234.SIMCREDITSET.C.404",
        "1234.SIMCREDITSET.C.*123#",
        "1234.SIMCREDITSET.C.404",
        "1234.SIMCREDITSET.S.4916.PRE CRE SIN",
    ]
    for bad in ({"type": "sms", "number": "4916"}, {"preset": "vodafone", "text": "x"}, {}):
        with pytest.raises(ServiceValidationError):
            await act(hass, "set_credit_request", {"device_id": device_id} | bad)
    credit = await act(hass, "request_credit", {"device_id": device_id})
    assert device.texts[5:] == ["1234.SIMCREDIT"]
    assert (credit["amount"], credit["currency"], credit["expires"]) == (7.5, "EUR", "2026-12-31")
    assert "7,50 euro" in credit["raw"]
    balance = await until(hass, "sensor.home_balance", "7.50")
    assert balance.attributes["unit_of_measurement"] == "EUR"
    await until(hass, "sensor.home_balance_expiry", "2026-12-31")


async def test_credit_that_does_not_come(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Silence is an error, and so is what the device says is wrong."""
    far(network, "vimar_01913")
    entry = await install(tracked("Home", "vimar_01913"), tracked("Car", "coban", VAN))
    call = {"device_id": id_of(hass, entry, "Home"), "timeout": 10}
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "request_credit", call)
    assert caught.value.translation_key == "device_syntax"
    with pytest.raises(ServiceValidationError):
        await act(hass, "request_credit", {"device_id": id_of(hass, entry, "Car")})


async def test_the_number_stays_the_device(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """A command goes to the number of the device, wherever its answers come from."""
    device = far(network, "coban")
    device.shown_as = "CARS"
    entry = await install(tracked("Car", "coban", sender="CARS"))
    call = {"device_id": id_of(hass, entry, "Car"), "command": "request_status"}
    (result,) = (await act(hass, "send_config_sms", call | {"wait_for_reply": True}))["devices"]
    assert result["error"] is None
    assert [sent.recipient for sent in network.sent] == [CAR]
