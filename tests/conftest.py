"""What every test of the project needs."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.data_entry_flow import FlowHandler, FlowManager
import pytest

# Before Home Assistant's test harness puts its own `custom_components` on the path; otherwise the
# integration is not found.
import custom_components.cellular_gateway  # noqa: F401

from .boxes import asked_box, box, box_size, box_url, pushing_box, subentries  # noqa: F401
from .centres import (  # noqa: F401
    bound_centre,
    centre,
    centre_data,
    centre_entry,
    centre_options,
    centre_port,
    certificate,
)
from .clouds import (  # noqa: F401
    cloud,
    cloud_device,
    cloud_entry,
    cloud_loaded,
    cloud_options,
    cloud_server,
    fast_clock,
)
from .far_end import install  # noqa: F401
from .flow_words import flow_section, is_ours, missing_words
from .house import (  # noqa: F401
    all_enabled,
    device,
    entry,
    hass_config_dir,
    home_url,
    loaded,
    modem,
    network,
    options,
    usb,
    usb_ports,
)
from .routers import home  # noqa: F401
from .sources import DOMAIN, words


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let each Home Assistant under test load the integration; tests without one pay nothing."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def flow_words_checked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a flow of ours shows something that has no words."""
    if "hass" not in request.fixturenames:
        yield
        return
    handle_step = FlowManager._async_handle_step
    missing: set[str] = set()

    async def checked(
        manager: FlowManager[Any, Any, Any],
        flow: FlowHandler[Any, Any, Any],
        step_id: str,
        user_input: Any,
    ) -> Any:
        result = await handle_step(manager, flow, step_id, user_input)
        if is_ours(flow, DOMAIN):
            missing.update(missing_words(result, flow_section(manager, flow, words())))
        return result

    with patch.object(FlowManager, "_async_handle_step", checked):
        yield
    assert not missing, f"without words in translations/en.json: {sorted(missing)}"
