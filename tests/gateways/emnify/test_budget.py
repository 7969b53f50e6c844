"""Thousands of endpoints within the calls that the service allows, counted by the service."""

from custom_components.cellular_gateway.gateways.emnify.gateway import Clocks
from custom_components.cellular_gateway.gateways.endpoints import Connectivity
from custom_components.cellular_gateway.gateways.models import SendStatus

from .lab import JumpClock, Lab, state_of, to_device

ENDPOINTS = 5000
FIVE_MINUTES = 300.0
CLOCKS = Clocks()


async def test_five_thousand_endpoints(socket_enabled: None) -> None:
    """The service never has to refuse a call, and what has just changed is known at once."""
    clock = JumpClock()
    lab = Lab(clock, limits=True)
    devices = [lab.cloud.add_device() for _ in range(ENDPOINTS)]
    gateway = await lab.connected(calls=1000, clocks=CLOCKS)
    assert len(gateway.state.endpoints or {}) == ENDPOINTS
    assert lab.server.calls.total() <= 15
    last = devices[-1]
    lab.cloud.attach(last)
    lab.cloud.go_online(last)
    began = clock.time()
    await lab.shown(gateway, last, connectivity=Connectivity.ONLINE)
    assert clock.time() - began < 60
    calls = lab.server.calls.total()
    began = clock.time()
    await lab.eventually(lambda: clock.time() - began >= FIVE_MINUTES, 60)
    assert lab.server.calls.total() - calls <= 1200
    assert lab.server.limits is not None
    assert lab.server.limits.refused == 0
    receipt = await gateway.send_sms(to_device(last, "hello"))
    assert receipt.status is SendStatus.SENT
    asked = [device for device in devices if state_of(gateway, device).connectivity_at]
    assert len(asked) > 500
    assert not lab.watcher.losses
    await lab.close()


async def test_the_round_reaches_everybody(socket_enabled: None) -> None:
    """Every endpoint is asked everything in turn, also while others change all the time."""
    clock = JumpClock()
    lab = Lab(clock, limits=True)
    devices = [lab.cloud.add_device() for _ in range(100)]
    gateway = await lab.connected(calls=600, clocks=CLOCKS)

    def is_complete() -> bool:
        """Keep a device busy, and look whether everything is known of everybody."""
        lab.cloud.attach(devices[lab.server.calls.total() % 50])
        states = [state_of(gateway, device) for device in devices]
        return all(
            state.connectivity_at and state.usage_at and state.data_quota_at and state.sms_quota_at
            for state in states
        )

    await lab.eventually(is_complete, 60)
    assert lab.server.limits is not None
    assert lab.server.limits.refused == 0
    await lab.close()
