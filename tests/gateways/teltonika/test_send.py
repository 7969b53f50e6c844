"""Texts that leave through a router, and what comes of them."""

import asyncio
from dataclasses import replace
import logging

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import OutgoingSms, SendStatus
from custom_components.cellular_gateway.sms.encodings import EncodingPolicy
from simulator.teltonika import RouterModem

from .lab import CLOCKS, LISTS, OWN, PEER, SECOND, Lab, to_peer

each_api = pytest.mark.parametrize("legacy", [True, False], ids=["post_get", "rest"])
# What is asked to send, by whether the firmware is a legacy one.
SENDS = {True: "/cgi-bin/sms_send", False: "/api/messages/actions/send"}


@each_api
@pytest.mark.parametrize(
    ("text", "parts", "encoding"),
    [
        ("Hello & goodbye = 100 % + 1\nsecond line", 1, "gsm7"),
        ("Grüße ✓ 😀", 1, "ucs2"),
        ("many words " * 200, 15, "gsm7"),
    ],
)
async def test_a_text_arrives(lab: Lab, legacy: bool, text: str, parts: int, encoding: str) -> None:
    """As it is, however long."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    receipt = await gateway.send_sms(to_peer(text, max_parts=20))
    assert (receipt.status, receipt.encoding) == (SendStatus.SENT, encoding)
    assert len(receipt.parts) == parts
    assert (await lab.network.phone(PEER).received()).text == text


async def test_a_text_without_what_gsm_lacks(lab: Lab) -> None:
    """The router gets what was made of it."""
    router = await lab.router(legacy=False)
    gateway = await lab.connected(router)
    receipt = await gateway.send_sms(to_peer("“x”", encoding=EncodingPolicy.TRANSLITERATE))
    assert receipt.encoding == "gsm7"
    assert (await lab.network.phone(PEER).received()).text == '"x"'


@each_api
async def test_an_encoding_that_cannot_be_asked_for(lab: Lab, legacy: bool) -> None:
    """The receipt tells how the router encodes the text by itself."""
    gateway = await lab.connected(await lab.router(legacy=legacy))
    receipt = await gateway.send_sms(to_peer("x" * 100, encoding=EncodingPolicy.UCS2))
    assert (receipt.encoding, len(receipt.parts)) == ("gsm7", 1)


async def test_a_group_is_one_recipient(lab: Lab) -> None:
    """With one receipt."""
    router = await lab.router(legacy=True)
    router.post_get.groups["family"] = [PEER, "00491701234568"]
    gateway = await lab.connected(router)
    assert gateway.capabilities.groups
    receipt = await gateway.send_sms(OutgoingSms(number="", group="family", text="hello"))
    assert receipt.status is SendStatus.SENT
    assert {sent.recipient for sent in await lab.network.wait_sent(2)} == {PEER, "+491701234568"}
    receipt = await gateway.send_sms(OutgoingSms(number="", group="nobody", text="hello"))
    assert (receipt.status, receipt.parts[0].code) == (SendStatus.FAILED, "WRONG_NUMBER")


async def test_what_a_router_cannot_do(lab: Lab) -> None:
    """Is said before anything leaves."""
    router = await lab.router(legacy=False)
    gateway = await lab.connected(router)
    for message in (to_peer("x", flash=True), OutgoingSms(number="", group="a", text="x")):
        with pytest.raises(UnsupportedError):
            await gateway.send_sms(message)
    assert not lab.network.sent


async def test_the_port_chooses_the_modem(lab: Lab) -> None:
    """The primary one unless another is named."""
    first = RouterModem(lab.network, numbers=(OWN,), id="3-1")
    second = RouterModem(lab.network, numbers=(SECOND,), id="1-1.2", primary=False)
    router = await lab.router(first, second, legacy=False)
    gateway = await lab.connected(router)
    for port in (None, "1-1.2"):
        assert (await gateway.send_sms(to_peer("x", port=port))).port == (port or "1")
    assert [sent.sender for sent in lab.network.sent] == [OWN, SECOND]


@each_api
async def test_a_refusal(lab: Lab, legacy: bool) -> None:
    """In the words of the router, as a receipt."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.trouble.refuse = 1
    (part,) = (await gateway.send_sms(to_peer("x"))).parts
    assert (part.status, part.reason) == (SendStatus.FAILED, Reason.REFUSED)
    assert part.code == ("ERROR" if legacy else "103")
    assert not lab.network.sent


async def test_a_busy_modem_may_have_sent(lab: Lab) -> None:
    """TIMEOUT says that it did not answer, not that it did nothing."""
    router = await lab.router(legacy=True, bare=True)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0))
    await router.wait_answered("/cgi-bin/sms_list")
    router.trouble.busy = 1
    receipt = await gateway.send_sms(to_peer("x"))
    assert receipt.status is SendStatus.UNKNOWN
    assert router.answered.count("/cgi-bin/sms_send") == 1


@each_api
async def test_an_answer_that_says_nothing(lab: Lab, legacy: bool) -> None:
    """The text may have left all the same, and is not sent again."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.trouble.mumble = 1
    assert (await gateway.send_sms(to_peer("x"))).status is SendStatus.UNKNOWN
    assert len(lab.network.sent) == 1


@each_api
async def test_a_router_that_vanishes_while_sending(lab: Lab, legacy: bool) -> None:
    """Nobody knows whether it was sent, and it is not sent again."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.trouble.swallow = 1
    sending = asyncio.create_task(gateway.send_sms(to_peer("perhaps")))
    await lab.network.wait_sent()
    router.down()
    assert (await sending).status is SendStatus.UNKNOWN
    await router.serve()
    await gateway.connect()
    assert len(lab.network.sent) == 1


@each_api
async def test_a_router_that_is_gone_has_nothing(lab: Lab, legacy: bool) -> None:
    """That is an error, and not an outcome."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0))
    router.down()
    with pytest.raises(GatewayConnectionError) as raised:
        await gateway.send_sms(to_peer("x"))
    assert raised.value.reason is Reason.CONNECTION_REFUSED
    assert len(lab.watcher.losses) == 1


@each_api
async def test_sends_wait_for_each_other(lab: Lab, legacy: bool) -> None:
    """One modem, one text at a time; meanwhile messages come in."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.trouble.send_seconds = 0.2
    sends = asyncio.gather(*(gateway.send_sms(to_peer(str(number))) for number in range(3)))
    router.receive(PEER, "meanwhile")
    await lab.inbox.wait_new()
    assert len(lab.network.sent) < 3
    assert {receipt.status for receipt in await sends} == {SendStatus.SENT}
    assert [sent.text for sent in lab.network.sent] == ["0", "1", "2"]


@each_api
async def test_closing_leaves_a_send_its_time_and_no_more(lab: Lab, legacy: bool) -> None:
    """What is on the wire then is unknown; what waited was not sent."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, send=60.0, closing=0.1))
    router.trouble.swallow = 1
    first = asyncio.create_task(gateway.send_sms(to_peer("first")))
    await lab.network.wait_sent()
    second = asyncio.create_task(gateway.send_sms(to_peer("second")))
    await asyncio.sleep(0)
    await gateway.close()
    assert (await first).status is SendStatus.UNKNOWN
    with pytest.raises(GatewayConnectionError):
        await second
    assert len(lab.network.sent) == 1


@each_api
async def test_a_caller_that_leaves_does_not_stop_a_text(lab: Lab, legacy: bool) -> None:
    """It is on its way."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.trouble.send_seconds = 0.1
    sending = asyncio.create_task(gateway.send_sms(to_peer("x")))
    await router.wait_requested(SENDS[legacy])
    sending.cancel()
    await asyncio.wait([sending])
    assert (await lab.network.phone(PEER).received()).text == "x"


async def test_a_token_that_ends_between_two_texts(lab: Lab) -> None:
    """A new one is fetched, and each text is sent once."""
    router = await lab.router(legacy=False)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0, status=60.0))
    assert router.rest is not None
    for text in ("one", "two"):
        router.rest.expire_tokens()
        assert (await gateway.send_sms(to_peer(text))).status is SendStatus.SENT
    assert [sent.text for sent in lab.network.sent] == ["one", "two"]


async def test_a_password_that_was_changed_meanwhile(lab: Lab) -> None:
    """Nothing is sent, and a person has to say the new one."""
    router = await lab.router(legacy=False)
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0))
    assert router.rest is not None
    router.rest.password = "another"
    router.rest.expire_tokens()
    with pytest.raises(GatewayAuthenticationError):
        await gateway.send_sms(to_peer("x"))
    assert isinstance(lab.watcher.losses[0], GatewayAuthenticationError)
    assert not lab.network.sent


@each_api
async def test_nothing_of_it_is_logged(
    lab: Lab, legacy: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """No number, no text, no password, not even when everything fails."""
    with caplog.at_level(logging.DEBUG):
        router = await lab.router(legacy=legacy)
        gateway = await lab.connected(router)
        router.receive(PEER, "a secret text")
        await lab.inbox.wait_new()
        router.trouble.refuse = 1
        results = [await gateway.send_sms(to_peer("another secret")) for _ in range(2)]
        router.down()
        with pytest.raises(GatewayConnectionError) as raised:
            await gateway.send_sms(to_peer("another secret"))
    assert f"{LISTS[legacy]}: 200" in caplog.text
    settings = lab.settings(router)
    error = raised.value
    shown = f"{caplog.text} {results} {error} {error.__context__} {settings} {gateway}"
    for secret in (PEER[3:], "secret", settings.login.password, "admin01", "Bearer"):
        assert secret not in shown
