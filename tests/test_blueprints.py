"""Every blueprint, by an automation made of it that runs over the simulated modem."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
import shutil
from typing import Any, override

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.components.notify import NotifyEntity
from homeassistant.components.notify.const import DATA_COMPONENT, NotifyEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)
import yaml

from simulator.at_modem import AtModem
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .sources import REPOSITORY
from .waiting import until_state

pytestmark = pytest.mark.usefixtures("loaded")

FOLDER = REPOSITORY / "blueprints" / "automation" / "cellular_gateway"
BOB = "+32470000002"
RULES = {"rules": ["Open"]}
MAIL = {
    "entry_id": "mailbox",
    "uid": "7",
    "initial": True,
    "sender": "bob@example.com",
    "text": "Hello\r\n",
}


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Set up an automation of a blueprint."""
    folder = Path(hass.config.path("blueprints", "automation", "cellular_gateway"))
    await hass.async_add_executor_job(lambda: shutil.copytree(FOLDER, folder, dirs_exist_ok=True))
    blueprint = {"path": f"cellular_gateway/{name}.yaml", "input": inputs}
    config = {"automation": {"id": name, "alias": name, "use_blueprint": blueprint}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    state = hass.states.get(f"automation.{name}")
    assert state is not None
    assert state.state == "on"


async def receive(hass: HomeAssistant, network: Network, text: str, sender: str = ANN) -> None:
    """Send a text to the modem, and wait until the event entity has it."""
    await network.send(sender, MODEM_NUMBER, text)
    await until_state(hass, "event.boat_sms", lambda state: state.attributes.get("text") == text)


async def sent(hass: HomeAssistant, network: Network, count: int) -> list[tuple[str, str | None]]:
    """Return to whom the modem sent what, once there is so much of it."""
    if count:
        await network.wait_sent(count)
    await hass.async_block_till_done()
    return [(sms.recipient, sms.text) for sms in network.sent]


async def stored(hass: HomeAssistant) -> list[Any]:
    """List what lies in the modem."""
    answer = await hass.services.async_call(
        "cellular_gateway", "list_messages", blocking=True, return_response=True
    )
    messages: Any = (answer or {})["messages"]
    return list(messages)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_inputs_have_words(path: Path) -> None:
    """Every input has a name and a selector, is used, and the page tells of the blueprint."""

    class Loader(yaml.SafeLoader):
        """Understands `!input`."""

    used: set[str] = set()
    Loader.add_constructor("!input", lambda _, node: used.add(node.value))
    blueprint = yaml.load(path.read_text(encoding="utf-8"), Loader)["blueprint"]
    assert used == set(blueprint["input"])
    for described in blueprint["input"].values():
        assert described["name"]
        assert described["selector"]
    assert blueprint["source_url"].endswith(f"{path.relative_to(REPOSITORY)}")
    assert path.name in (REPOSITORY / "docs/blueprints.md").read_text(encoding="utf-8")


async def test_auto_reply(hass: HomeAssistant, network: Network) -> None:
    """Who sends a text is answered; commands, names and the reply itself are not."""
    await use(hass, "auto_reply", text="[1, 2]", **RULES)
    for sender, text in ((ANN, "open door"), ("MyBank", "Hi"), (BOB, "[1, 2]")):
        await receive(hass, network, text, sender)
    for count, sender in enumerate((ANN, BOB), 1):
        await receive(hass, network, f"Hello {count}", sender)
        await network.wait_sent(count)
    await hass.async_block_till_done()
    assert [(sms.recipient, sms.text) for sms in network.sent] == [(ANN, "[1, 2]"), (BOB, "[1, 2]")]


async def test_auto_reply_to_a_machine(
    hass: HomeAssistant, network: Network, entry: MockConfigEntry
) -> None:
    """One that answers back comes to rest, over a restart too; somebody else is still answered."""
    phone = network.phone(ANN)
    phone.reply(lambda message: f"You said: {len(phone.inbox)} {message.text}")
    await use(hass, "auto_reply", text="I am away", limit=2)
    await phone.send(MODEM_NUMBER, "Hello")
    await until_state(
        hass,
        "event.boat_sms",
        lambda state: state.attributes.get("text") == "You said: 2 I am away",
    )
    await hass.async_block_till_done()
    assert [sms.recipient for sms in network.sent] == [ANN] * 2
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await receive(hass, network, "Hello again")
    await receive(hass, network, "Hello", BOB)
    assert await sent(hass, network, 3) == [(ANN, "I am away")] * 2 + [(BOB, "I am away")]


async def test_auto_reply_saves_nothing(
    hass: HomeAssistant, network: Network, modem: AtModem, entry: MockConfigEntry
) -> None:
    """All received texts are deleted where that is chosen; what was kept by then is not lost."""
    options = {**entry.options, "delete_after_receipt": False}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.async_block_till_done()
    await receive(hass, network, "One")
    assert len(await stored(hass)) == 1
    await use(hass, "auto_reply", text="Thanks", delete=True)
    await receive(hass, network, "Two", "MyBank")
    await hass.async_block_till_done()
    assert await stored(hass) == []
    await until_state(hass, "sensor.boat_sms_received_total", lambda state: state.state == "2")


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, [(BOB, "Open 1"), (BOB, "007")]),
        (RULES, [(BOB, "007")]),
        ({"rules": [" OPEN 1", "#"]}, [(BOB, "007")]),
        ({"rules": ["op", "0", "00"]}, [(BOB, "Open 1"), (BOB, "007")]),
        (
            RULES | {"include_rules": True, "add_sender": True},
            [(BOB, f"{ANN}: Open 1"), (BOB, f"{ANN}: 007")],
        ),
        ({"mode": "listed", "senders": ["0470 00 00 01"]}, [(BOB, "Open 1"), (BOB, "007")]),
        ({"mode": "listed", "senders": [BOB]}, []),
        ({"mode": "listed"}, []),
        ({"gateway": "another"}, []),
        ({"numbers": ["0470 00 00 01", "0470 00 00 02"]}, [(BOB, "Open 1"), (BOB, "007")]),
        ({"limit": 1}, [(BOB, "Open 1")]),
    ],
)
async def test_forward_to_sms(
    hass: HomeAssistant, network: Network, inputs: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Texts go on as they are, but not to who sent them."""
    await use(hass, "forward_to_sms", **{"numbers": [ANN, BOB]} | inputs)
    await receive(hass, network, "Open 1")
    await receive(hass, network, "007")
    assert await sent(hass, network, len(expected)) == expected


@pytest.mark.parametrize(
    ("sender", "number", "goes_on"),
    [
        ("+491701234567", "+491601234567", True),
        ("+491701234567", "0170 1234567", False),
        ("4567", "+491701234567", True),
        ("4567", "4567", False),
        ("Bank", "+491701234567", True),
    ],
)
async def test_who_sent_it(
    hass: HomeAssistant, network: Network, sender: str, number: str, goes_on: bool
) -> None:
    """He gets no copy, and nobody else is taken for him."""
    await use(hass, "forward_to_sms", numbers=[number, BOB])
    await receive(hass, network, "Hello", sender)
    recipients = [recipient for recipient, _ in await sent(hass, network, 1 + goes_on)]
    assert recipients[-1] == BOB
    assert len(recipients) == 1 + goes_on


async def test_forward_to_machines(hass: HomeAssistant, network: Network) -> None:
    """Two machines that answer what they are sent come to rest."""
    phones = [network.phone(number) for number in (ANN, BOB)]
    phones[0].reply(lambda message: f"I drive {len(phones[0].inbox)}")
    phones[1].reply(lambda message: f"I sleep {len(phones[1].inbox)}")
    await use(hass, "forward_to_sms", numbers=[ANN, BOB], limit=2)
    await phones[1].send(MODEM_NUMBER, "Hello")
    await until_state(
        hass, "event.boat_sms", lambda state: state.attributes.get("text") == "I sleep 2"
    )
    assert len(await sent(hass, network, 4)) == 4


class Mailbox(NotifyEntity):
    """A notify entity that has a subject, as those of SMTP have."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, name: str) -> None:
        """Have a name, and no mail yet."""
        self._attr_name = name
        self.mails: list[tuple[str | None, str]] = []

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Take a mail."""
        self.mails.append((title, message))


async def test_forward_to_email(hass: HomeAssistant, network: Network) -> None:
    """Several recipients get the text with the subject."""
    boxes = [Mailbox("First"), Mailbox("Second")]
    await hass.data[DATA_COMPONENT].async_add_entities(boxes)
    entities = ["notify.first", "notify.second"]
    await use(hass, "forward_to_email", recipients=entities, subject="SMS", add_sender=True)
    await receive(hass, network, "Hello!")
    await hass.async_block_till_done()
    assert [box.mails for box in boxes] == [[("SMS", f"{ANN}: Hello!")]] * 2


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[TestServer]:
    """A web server that keeps what it is given."""

    async def take(request: web.Request) -> web.Response:
        assert request.query["for"] == "http://a.b"
        app["taken"].append(await request.text() or request.raw_path.partition("&")[2])
        return web.Response()

    app = web.Application()
    app["taken"] = []
    app.router.add_route("*", "/sms", take)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.mark.parametrize("method", ["get", "post"])
async def test_forward_to_http(
    hass: HomeAssistant, network: Network, server: TestServer, method: str
) -> None:
    """The web server gets what a router would send."""
    extra = {
        "extra_1_name": "Name",
        "extra_1_value": "RUT240",
        "extra_2_name": "Code",
        "extra_2_value": "RUT240 06E000",
    }
    names = {"number_name": "Sender", "text_name": "Text", "method": method}
    address = f"http://{server.host}:{server.port}/sms?for=http://a.b"
    await use(hass, "forward_to_http", url=address, **names, **extra)
    await receive(hass, network, "Hello!")
    await hass.async_block_till_done()
    sender = ANN.replace("+", "%2B")
    expected = f"Sender={sender}&Text=Hello%21&Name=RUT240&Code=RUT240%2006E000"
    assert server.app["taken"] == [expected]


@pytest.mark.parametrize(
    ("scheme", "use_https", "answered"),
    [("http://", True, True), ("", False, True), ("https://", False, False), ("", True, False)],
)
async def test_forward_by_https(
    hass: HomeAssistant,
    network: Network,
    server: TestServer,
    scheme: str,
    use_https: bool,
    answered: bool,
) -> None:
    """A scheme that was typed is kept, so that no text goes over the wire in clear."""
    address = f"{scheme}{server.host}:{server.port}/sms?for=http://a.b"
    names = {"number_name": "Sender", "text_name": "Text"}
    await use(hass, "forward_to_http", url=address, use_https=use_https, **names)
    await receive(hass, network, "Hello!")
    await hass.async_block_till_done()
    assert bool(server.app["taken"]) is answered


@pytest.mark.parametrize(
    ("inputs", "due"),
    [
        ({"interval": "day"}, True),
        ({"interval": "week", "weekday": "3"}, True),
        ({"interval": "week", "weekday": "4"}, False),
        ({"interval": "month", "day": 31}, True),
        ({"interval": "month", "day": 27}, False),
        ({"interval": "year", "day": 29, "month": 2, "port": "1"}, True),
        ({"interval": "year", "day": 28, "month": 3}, False),
    ],
)
async def test_scheduled_sms(
    hass: HomeAssistant,
    network: Network,
    entry: MockConfigEntry,
    inputs: dict[str, Any],
    due: bool,
) -> None:
    """The text goes out at its time on its day: here Wednesday, the last of February."""
    moment = datetime(2029, 2, 28, 1, 1, tzinfo=dt_util.get_default_time_zone())
    await use(hass, "scheduled_sms", numbers=[BOB], text="1234", gateway=entry.entry_id, **inputs)
    async_fire_time_changed(hass, moment)
    assert await sent(hass, network, int(due)) == [(BOB, "1234")] * due
    # Or its next time is still awaited when the test is over.
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.mark.parametrize(
    ("mail", "inputs", "expected"),
    [
        ({}, {}, [(BOB, "Hello")]),
        ({"text": "x" * 160}, {"port": "1", "allowed": ["Bob@example.com"]}, [(BOB, "x" * 160)]),
        ({"text": "x" * 161}, {}, []),
        ({"text": "x" * 6}, {"limit": 5}, []),
        ({"text": " "}, {}, []),
        ({"subject": "Offer 0032470000002"}, {}, []),
        ({"subject": BOB}, {}, []),
        ({"initial": False}, {}, []),
        ({"entry_id": "another"}, {}, []),
        ({}, {"allowed": ["ann@example.com"]}, []),
    ],
)
async def test_email_to_sms(
    hass: HomeAssistant,
    network: Network,
    entry: MockConfigEntry,
    mail: dict[str, Any],
    inputs: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    """Only a short e-mail with a number in its subject is sent on, and is marked as read then."""
    marked = async_mock_service(hass, "imap", "seen")
    await use(hass, "email_to_sms", mailbox="mailbox", gateway=entry.entry_id, **inputs)
    hass.bus.async_fire("imap_content", MAIL | {"subject": "0032470000002"} | mail)
    assert await sent(hass, network, len(expected)) == expected
    seen = {"entry": "mailbox", "uid": "7"}
    assert [call.data for call in marked] == [seen] * len(expected)
