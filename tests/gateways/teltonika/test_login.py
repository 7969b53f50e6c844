"""Logins: refused ones are never tried again, good ones are renewed."""

from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayRefusedError,
    Reason,
)
from custom_components.cellular_gateway.gateways.teltonika.gateway import Login, probe

from .lab import CLOCKS, Lab, to_peer

each_api = pytest.mark.parametrize("legacy", [True, False], ids=["post_get", "rest"])


@each_api
async def test_a_wrong_password_is_tried_once(lab: Lab, legacy: bool) -> None:
    """However often somebody asks: the router counts, and locks out."""
    router = await lab.router(legacy=legacy)
    gateway = lab.gateway(router, login=Login("user1", "wrong"))
    for _ in range(10):
        with pytest.raises(GatewayAuthenticationError) as raised:
            await gateway.connect()
        assert raised.value.reason is Reason.LOGIN_WRONG
    assert router.failed_logins == 1


@pytest.mark.parametrize("status", [200, 401])
async def test_a_wrong_password_in_every_firmware(lab: Lab, status: int) -> None:
    """Older ones say it with 200."""
    router = await lab.router(legacy=True)
    router.post_get.bad_login_status = status
    with pytest.raises(GatewayAuthenticationError):
        await lab.gateway(router, login=Login("user1", "wrong")).connect()


async def test_a_wrong_login_of_the_router(lab: Lab) -> None:
    """Beside a good one of Post/Get."""
    router = await lab.router(legacy=True)
    with pytest.raises(GatewayAuthenticationError):
        await lab.gateway(router, router_login=Login("root", "wrong")).connect()
    assert router.failed_logins == 1


@each_api
async def test_a_password_that_is_changed_ends_the_link(lab: Lab, legacy: bool) -> None:
    """Once, and nothing is asked after that."""
    router = await lab.router(legacy=legacy)
    gateway = await lab.connected(router)
    router.post_get.password = "another"
    if router.rest is not None:
        router.rest.password = "another"
        router.rest.expire_tokens()
    await lab.watcher.wait_loss()
    assert isinstance(lab.watcher.losses[0], GatewayAuthenticationError)
    asked = len(router.requests)
    with pytest.raises(GatewayAuthenticationError):
        await gateway.connect()
    assert (router.failed_logins, len(router.requests)) == (1, asked)


async def test_a_token_is_renewed_before_it_ends(lab: Lab) -> None:
    """It is never refused, and there are no more logins than needed."""
    router = await lab.router(legacy=False)
    assert router.rest is not None
    router.rest.token_seconds = 1000
    gateway = await lab.connected(router)
    for _ in range(5):
        await gateway.poll()
    assert router.rest.logins == 1
    assert router.failed_logins == 0


async def test_a_token_that_is_refused_is_replaced_once(lab: Lab) -> None:
    """Also when several requests find it refused at the same time."""
    router = await lab.router(legacy=False)
    assert router.rest is not None
    gateway = await lab.connected(router, clocks=replace(CLOCKS, list=60.0, status=60.0))
    router.rest.expire_tokens()
    await gateway.send_sms(to_peer("x"))
    await gateway.poll()
    assert router.rest.logins == 2


async def test_a_session_of_json_rpc_is_renewed(lab: Lab) -> None:
    """It ends after minutes."""
    router = await lab.router(legacy=True)
    assert router.ubus is not None
    gateway = await lab.connected(router)
    router.ubus.expire_sessions()
    await gateway.poll()
    assert not lab.watcher.losses


async def test_post_get_is_switched_off(lab: Lab) -> None:
    """The person is told where to switch it on; when it is, all goes on."""
    router = await lab.router(legacy=True)
    router.post_get.enabled = False
    gateway = lab.gateway(router)
    with pytest.raises(GatewayRefusedError) as raised:
        await gateway.connect()
    assert raised.value.reason is Reason.SERVICE_DISABLED
    router.post_get.enabled = True
    await gateway.connect()
    router.post_get.enabled = False
    await lab.watcher.wait_loss()
    assert lab.watcher.losses[0].reason is Reason.SERVICE_DISABLED


@each_api
async def test_probing_logs_in_once(lab: Lab, legacy: bool) -> None:
    """And says who it is."""
    router = await lab.router(legacy=legacy)
    result = await probe(lab.settings(router), lab.session)
    assert result.identity == router.mac.replace(":", "")
    assert (result.info.model, result.ports) == (router.name, ("1",))
    with pytest.raises(GatewayAuthenticationError):
        await probe(lab.settings(router, login=Login("user1", "wrong")), lab.session)
    assert router.failed_logins == 1
