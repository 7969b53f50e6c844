"""The actions: all are registered here; schemas and handlers lie in the files beside this one."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.helpers.typing import VolSchemaType

from ..const import DOMAIN
from .at_command import SEND_AT_COMMAND_SCHEMA, send_at_command
from .calls import DIAL_SCHEMA, dial
from .credit import REQUEST_CREDIT_SCHEMA, request_credit
from .endpoints import (
    ASSIGN_SIM_SCHEMA,
    CANCEL_SMS_SCHEMA,
    CREATE_ENDPOINT_SCHEMA,
    LIST_ENDPOINTS_SCHEMA,
    LIST_OPERATORS_SCHEMA,
    LIST_POLICIES_SCHEMA,
    LIST_SIMS_SCHEMA,
    REGISTER_SIMS_SCHEMA,
    RELEASE_SIM_SCHEMA,
    SET_OPERATOR_BLOCKED_SCHEMA,
    assign_sim,
    block_operator,
    cancel_sms,
    create_endpoint,
    list_endpoints,
    list_operators,
    list_policies,
    list_sims,
    register_sims,
    release_sim,
    unblock_operator,
)
from .forward import FORWARD_HTTP_SCHEMA, forward_http
from .network import (
    CONFIGURE_APN_SCHEMA,
    CONFIGURE_POWER_SAVING_SCHEMA,
    SCAN_OPERATORS_SCHEMA,
    SET_OPERATOR_SCHEMA,
    configure_apn,
    configure_power_saving,
    scan_operators,
    set_operator,
)
from .send import PREVIEW_SMS_SCHEMA, SEND_SMS_SCHEMA, preview_sms, send_sms
from .statistics import READ_STATISTICS_SCHEMA, read_statistics
from .stored import DELETE_MESSAGES_SCHEMA, LIST_MESSAGES_SCHEMA, delete_messages, list_messages
from .tracked import (
    CONNECT_SCHEMA,
    SEND_CONFIG_SMS_SCHEMA,
    SET_CREDIT_REQUEST_SCHEMA,
    connect,
    send_config_sms,
    set_credit_request,
)
from .ussd import CANCEL_USSD_SCHEMA, SEND_USSD_SCHEMA, cancel_ussd, send_ussd


@dataclass(frozen=True, slots=True)
class Action:
    """One action; `admin` ones are refused to everybody else."""

    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    schema: VolSchemaType
    response: SupportsResponse = SupportsResponse.OPTIONAL
    admin: bool = False


ACTIONS: Final = {
    "assign_sim": Action(assign_sim, ASSIGN_SIM_SCHEMA, SupportsResponse.NONE, admin=True),
    "block_operator": Action(
        block_operator, SET_OPERATOR_BLOCKED_SCHEMA, SupportsResponse.NONE, admin=True
    ),
    "cancel_sms": Action(cancel_sms, CANCEL_SMS_SCHEMA),
    "cancel_ussd": Action(cancel_ussd, CANCEL_USSD_SCHEMA, SupportsResponse.NONE),
    "configure_apn": Action(configure_apn, CONFIGURE_APN_SCHEMA, admin=True),
    "configure_power_saving": Action(
        configure_power_saving, CONFIGURE_POWER_SAVING_SCHEMA, admin=True
    ),
    "connect": Action(connect, CONNECT_SCHEMA),
    "create_endpoint": Action(create_endpoint, CREATE_ENDPOINT_SCHEMA, admin=True),
    "delete_messages": Action(delete_messages, DELETE_MESSAGES_SCHEMA, admin=True),
    "dial": Action(dial, DIAL_SCHEMA),
    "forward_http": Action(forward_http, FORWARD_HTTP_SCHEMA, admin=True),
    "list_endpoints": Action(list_endpoints, LIST_ENDPOINTS_SCHEMA, SupportsResponse.ONLY),
    "list_messages": Action(list_messages, LIST_MESSAGES_SCHEMA, SupportsResponse.ONLY, admin=True),
    "list_operators": Action(list_operators, LIST_OPERATORS_SCHEMA, SupportsResponse.ONLY),
    "list_policies": Action(list_policies, LIST_POLICIES_SCHEMA, SupportsResponse.ONLY),
    "list_sims": Action(list_sims, LIST_SIMS_SCHEMA, SupportsResponse.ONLY),
    "preview_sms": Action(preview_sms, PREVIEW_SMS_SCHEMA, SupportsResponse.ONLY),
    "read_statistics": Action(read_statistics, READ_STATISTICS_SCHEMA, SupportsResponse.ONLY),
    "register_sims": Action(register_sims, REGISTER_SIMS_SCHEMA, admin=True),
    "release_sim": Action(release_sim, RELEASE_SIM_SCHEMA, SupportsResponse.NONE, admin=True),
    "request_credit": Action(request_credit, REQUEST_CREDIT_SCHEMA),
    "scan_operators": Action(scan_operators, SCAN_OPERATORS_SCHEMA, SupportsResponse.ONLY),
    "send_at_command": Action(send_at_command, SEND_AT_COMMAND_SCHEMA, admin=True),
    "send_config_sms": Action(send_config_sms, SEND_CONFIG_SMS_SCHEMA),
    "send_sms": Action(send_sms, SEND_SMS_SCHEMA),
    "send_ussd": Action(send_ussd, SEND_USSD_SCHEMA),
    "set_credit_request": Action(set_credit_request, SET_CREDIT_REQUEST_SCHEMA),
    "set_operator": Action(set_operator, SET_OPERATOR_SCHEMA, admin=True),
    "unblock_operator": Action(
        unblock_operator, SET_OPERATOR_BLOCKED_SCHEMA, SupportsResponse.NONE, admin=True
    ),
}


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action in ACTIONS.items():
        arguments = (DOMAIN, name, action.handler, action.schema, action.response)
        if action.admin:
            async_register_admin_service(hass, *arguments)
        else:
            hass.services.async_register(*arguments)
