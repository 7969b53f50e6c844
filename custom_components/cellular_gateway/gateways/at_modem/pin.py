"""Enter a PIN without ever costing a SIM its last try."""

import asyncio
import contextlib

from ..consumers import PinGuard
from ..errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
)
from ..models import SimState
from .client import AtClient
from .codec.commands import setting
from .codec.fields import quote
from .questions import Identity, ask_iccid, ask_sim_state, ask_tries, settled_sim_state

# After a right PIN it takes a modem some seconds until it says READY.
_UNLOCK_TRIES = 20
_UNLOCK_PAUSE = 0.5


async def enter_pin(client: AtClient, pin: str, *, puk: str | None = None) -> bool:
    """Enter a PIN once, with a PUK as the SIM's new one, and tell whether the SIM took it.

    Raises GatewayRefusedError when the SIM never saw it, GatewayTimeoutError when that is unknown.
    """
    keys = quote(pin) if puk is None else f"{quote(puk)},{quote(pin)}"
    command = setting(f"AT+CPIN={keys}").within(client.limits.sim)
    try:
        answer = await client.run(command)
    except GatewayTimeoutError:
        if await settled_sim_state(client) is SimState.READY:
            return True
        raise
    if answer.ok:
        return True
    if answer.result.busy:
        raise answer.result.error()
    # Some modems answer an error when no PIN is wanted any more.
    return await ask_sim_state(client) is SimState.READY


async def unlocked_sim_state(client: AtClient) -> SimState | None:
    """Wait until the SIM has taken in that its PIN was right."""
    for _ in range(_UNLOCK_TRIES):
        state = await ask_sim_state(client)
        if state not in (SimState.BUSY, SimState.PIN_REQUIRED, SimState.PUK_REQUIRED, None):
            return state
        await asyncio.sleep(_UNLOCK_PAUSE)
    return SimState.BUSY


async def unlock(
    client: AtClient, identity: Identity, pin: str | None, guard: PinGuard
) -> SimState | None:
    """Enter the PIN of the settings if the guard lets us, once; return the SIM's new state.

    Raises GatewayAuthenticationError when a person has to do something about it.
    """
    if pin is None:
        raise GatewayAuthenticationError(Reason.PIN_REQUIRED)
    sim = await _sim_name(client, identity)
    if await ask_tries(client, identity.quirks.counters) in (0, 1):
        raise GatewayAuthenticationError(Reason.PIN_LAST_TRY)
    try:
        allowed = await guard.may_enter(sim, pin)
    except NotKeptError as error:
        # An attempt that is not committed could be made again and again.
        raise GatewayConnectionError(Reason.SIM_LOCKED, str(error)) from error
    if not allowed:
        raise GatewayAuthenticationError(Reason.PIN_REQUIRED)
    accepted = await enter_pin(client, pin)
    with contextlib.suppress(NotKeptError):
        await guard.entered(sim, pin, accepted=accepted)
    if not accepted:
        raise GatewayAuthenticationError(Reason.PIN_WRONG)
    return await unlocked_sim_state(client)


async def try_pin(
    client: AtClient, identity: Identity, pin: str, *, consented: bool
) -> tuple[SimState | None, int | None]:
    """Enter a PIN because a person said so; return the SIM's new state and the tries left.

    Raises GatewayAuthenticationError: PIN_LAST_TRY when it is the last try, as far as is known,
    and the person did not consent to that; PIN_WRONG.
    """
    tries = await ask_tries(client, identity.quirks.counters)
    if tries is not None and tries <= 1 and not consented:
        raise GatewayAuthenticationError(Reason.PIN_LAST_TRY)
    if not await enter_pin(client, pin):
        raise GatewayAuthenticationError(Reason.PIN_WRONG)
    state = await unlocked_sim_state(client)
    if state is SimState.BUSY:
        raise GatewayConnectionError(Reason.NO_ANSWER, "SIM")
    return state, await ask_tries(client, identity.quirks.counters)


async def unblock(
    client: AtClient,
    identity: Identity,
    guard: PinGuard,
    keys: tuple[str, str],
    *,
    consented: bool,
) -> str:
    """Enter a PUK and a new PIN, once, because a person said so; return the name of the SIM.

    Raises GatewayAuthenticationError: PUK_LAST_TRY when it is the last try, as far as is known,
    and the person did not consent to that; PUK_WRONG.
    """
    puk, pin = keys
    tries = await ask_tries(client, identity.quirks.puk_counters)
    if tries is not None and tries <= 1 and not consented:
        raise GatewayAuthenticationError(Reason.PUK_LAST_TRY)
    sim = await _sim_name(client, identity)
    if not await enter_pin(client, pin, puk=puk):
        raise GatewayAuthenticationError(Reason.PUK_WRONG)
    # A PIN that could not be noted is asked for again some day, which is no harm.
    with contextlib.suppress(NotKeptError):
        await guard.entered(sim, pin, accepted=True)
    await unlocked_sim_state(client)
    return sim


async def _sim_name(client: AtClient, identity: Identity) -> str:
    """Name a SIM as the PIN guard knows it: by its ICCID, else by its modem."""
    iccid = await ask_iccid(client, identity.quirks)
    return iccid or f"modem:{identity.imei or identity.serial_number or ''}"
