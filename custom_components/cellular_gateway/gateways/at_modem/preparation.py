"""Set a modem up for short messages, each in the variant that it accepts."""

from dataclasses import dataclass

from ..errors import GatewayTimeoutError, Reason, UnsupportedError
from .client import AtClient, Priority
from .codec.commands import query, setting
from .codec.fields import integer
from .codec.messages import (
    READABLE_STORAGES,
    Indication,
    indications,
    parse_indication,
    parse_storage_names,
)
from .codec.power_saving import parse_sleep
from .questions import ask

_INDICATION_TRIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How received messages reach us.

    `storages` are those to be read, empty where the modem does not let us choose one;
    `indication` is None where it will not tell of messages, so that they have to be looked for.
    `acknowledges` is whether directly delivered messages wait for `+CNMA`.
    """

    storages: tuple[str, ...] = ()
    indication: Indication | None = None
    acknowledges: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What a modem can do beside messages, as far as it told.

    `sleeps` is whether it was told to sleep (PSM), None where it did not say.
    """

    ussd: bool = False
    calls: bool = False
    access_point: bool = False
    power_saving: bool = False
    sleeps: bool | None = None


async def accepted(client: AtClient, text: str, *, patient: bool = False) -> bool:
    """Make a setting, which may be made twice; tell whether the modem accepted it."""
    return await ask(client, setting(text), patient=patient) is not None


async def prepare_line(client: AtClient) -> None:
    """Make answers uniform: no echo, results in words, errors as numbers."""
    await accepted(client, "ATE0")
    await accepted(client, "ATV1")
    await accepted(client, "AT+CMEE=1")


async def prepare_radio(client: AtClient) -> None:
    """Switch the radio on if somebody switched it off (`+CFUN` 0 and 4, TS 27.007 clause 8.2)."""
    answer = await ask(client, query("AT+CFUN?", "+CFUN:"))
    if answer is not None and answer.line[6:].strip().split(",")[0] in ("0", "4"):
        await ask(client, setting("AT+CFUN=1").within(client.limits.sim))


async def require_messages(client: AtClient) -> None:
    """Raise UnsupportedError when it is certain that the modem knows no short messages."""
    for text in ("AT+CMGF=?", "AT+CMGF?", "AT+CSMS?"):
        try:
            answer = await client.run(query(text, text[2:7] + ":", answers=False))
        except GatewayTimeoutError:
            return
        if answer.ok or not answer.result.unknown_command:
            return
    raise UnsupportedError(Reason.NOT_AN_SMS_MODEM)


async def _choose_pdu_mode(client: AtClient) -> None:
    """Choose PDU mode; raise GatewayRefusedError or UnsupportedError when that is refused."""
    if await accepted(client, "AT+CMGF=0", patient=True):
        return
    answer = await client.run(setting("AT+CMGF=0"))
    if answer.result.unknown_command:
        await require_messages(client)
    if not answer.ok:
        raise answer.result.error()


async def prepare_messages(client: AtClient) -> Delivery:
    """Set up the receiving and sending of messages, once the SIM can be used.

    Raises UnsupportedError or GatewayRefusedError where there is no PDU mode to be had.
    """
    await _choose_pdu_mode(client)
    # Names of operators in plain letters; UCS2 would turn every string into hexadecimal.
    if not await accepted(client, 'AT+CSCS="IRA"'):
        await accepted(client, 'AT+CSCS="GSM"')
    acknowledges = await accepted(client, "AT+CSMS=1", patient=True)
    await _prefer_both_domains(client)
    storages = await _storages(client)
    indication = await _indicate(client)
    for domain in ("+CREG", "+CEREG"):
        if not await accepted(client, f"AT{domain}=2"):
            await accepted(client, f"AT{domain}=1")
    # From now on the modem's own clock follows the network's, and it tells when that has set it.
    await accepted(client, "AT+CTZU=1")
    await accepted(client, "AT+CTZR=1")
    return Delivery(storages=storages, indication=indication, acknowledges=acknowledges)


async def prepare_services(client: AtClient) -> Services:
    """Have the modem tell of callers and of what the network says in USSD; see what it knows."""
    saving = await ask(client, query("AT+CPSMS?", "+CPSMS:"))
    return Services(
        ussd=await accepted(client, "AT+CUSD=1"),
        calls=await accepted(client, "AT+CLIP=1"),
        access_point=await ask(client, query("AT+CGDCONT?", "+CGDCONT:", answers=False))
        is not None,
        power_saving=saving is not None,
        sleeps=parse_sleep(saving.line) if saving else None,
    )


async def _prefer_both_domains(client: AtClient) -> None:
    """Let messages go by the other domain when the chosen one is missing.

    Of `+CGSMS` (TS 27.007 clause 10.1.21) 0 and 1 allow one domain only, 2 and 3 prefer the same.
    """
    answer = await ask(client, query("AT+CGSMS?", "+CGSMS:"))
    value = integer([answer.line[7:].strip()], 0) if answer else None
    if value in (0, 1):
        await accepted(client, f"AT+CGSMS={value + 2}")


async def _storages(client: AtClient) -> tuple[str, ...]:
    """Find the storages that can be read; where SM and ME are only to be had together, MT."""
    answer = await ask(client, query("AT+CPMS=?", "+CPMS:"), patient=True)
    if answer is None or not (names := parse_storage_names(answer.line)):
        return ()
    readable = tuple(name for name in READABLE_STORAGES if name in names[0])
    return readable or (("MT",) if "MT" in names[0] else ())


async def _indicate(client: AtClient) -> Indication | None:
    """Have the modem tell of new messages, stored ones if it can."""
    answer = await ask(client, query("AT+CNMI=?", "+CNMI:"))
    for indication in indications(answer.line if answer else None)[:_INDICATION_TRIES]:
        if await accepted(client, f"AT+CNMI={indication}", patient=True):
            return indication
    return None


async def still_indicates(client: AtClient, indication: Indication) -> bool:
    """Whether the modem still tells of messages as it was set up to.

    It forgets when it restarts, and when a directly delivered message was not acknowledged in
    time (TS 27.005 clause 3.4.1).
    """
    answer = await ask(client, query("AT+CNMI?", "+CNMI:"), Priority.MESSAGE)
    set_up = parse_indication(answer.line) if answer else None
    return set_up is None or (set_up.delivery, set_up.report) == (
        indication.delivery,
        indication.report,
    )
