"""Whatever a flow shows has its words, and no words of a flow are left over.

What is written in the source is read from it; what only shows at run time (the fields of a form,
an error that is a variable) is checked in every test that runs a flow, by `flow_words_checked`.
"""

import ast
from collections.abc import Iterator
import inspect
from typing import Any

from homeassistant.config_entries import ConfigSubentryFlow
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.cellular_gateway.config_flow import CellularGatewayConfigFlow
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.flows.base import form_error
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.sms.errors import MessageErrorReason

from .flow_words import CORE_ABORTS, missing_words
from .sources import DOMAIN, Words, calls, keyword, values, words

PACKAGE = f"custom_components.{DOMAIN}"
# Home Assistant's own helpers that abort a flow with a reason of their own.
ABORTING_HELPERS = {
    "_abort_if_unique_id_configured": "already_configured",
    "_abort_if_unique_id_mismatch": "unique_id_mismatch",
    "_async_abort_entries_match": "already_configured",
}
SHOWING_CALLS = {
    "async_external_step",
    "async_show_form",
    "async_show_menu",
    "async_show_progress",
}


def _flows() -> Iterator[tuple[str, type, Words]]:
    """Name each flow with its class and its words."""
    english = words()
    entry = MockConfigEntry(domain=DOMAIN)
    yield "config", CellularGatewayConfigFlow, english.get("config", {})
    subentries = CellularGatewayConfigFlow.async_get_supported_subentry_types(entry)
    for kind, flow in subentries.items():
        yield kind, flow, english.get("config_subentries", {}).get(kind, {})
    options = CellularGatewayConfigFlow.async_get_options_flow(entry)
    yield "options", type(options), english.get("options", {})


FLOWS = list(_flows())
each_flow = pytest.mark.parametrize(
    ("flow", "spoken"), [(flow, spoken) for _, flow, spoken in FLOWS], ids=[row[0] for row in FLOWS]
)


def _own_classes(flow: type) -> Iterator[tuple[ast.Module, object]]:
    """Parse the classes of ours that make up a flow, each with its module's names."""
    for part in flow.__mro__:
        if part.__module__.startswith(PACKAGE):
            source = inspect.cleandoc("\n" + inspect.getsource(part))
            yield ast.parse(source), inspect.getmodule(part)


def shown(tree: ast.AST, namespace: object) -> Iterator[tuple[str, str]]:
    """Name the steps, errors and aborts that the source of a flow names."""
    for name, call in calls(tree):
        step = keyword(call, "step_id")
        if name in SHOWING_CALLS and step:
            yield from (("step", value) for value in values(step, namespace))
        if name == "async_show_menu" and step and (options := keyword(call, "menu_options")):
            yield from (
                ("menu_options", f"{menu}.{option}")
                for menu in values(step, namespace)
                for option in values(options, namespace)
            )
        if name in {"AbortFlow", "async_abort"}:
            reason = keyword(call, "reason") or (call.args[0] if call.args else None)
            yield from (("abort", value) for value in (values(reason, namespace) if reason else ()))
        if default := ABORTING_HELPERS.get(name):
            reason = keyword(call, "error") or keyword(call, "reason") or ast.Constant(default)
            yield from (("abort", value) for value in values(reason, namespace))
        if name.endswith("_form"):
            for errors in (keyword(call, "errors"), *call.args):
                for item in errors.values if isinstance(errors, ast.Dict) else ():
                    yield from (("error", value) for value in values(item, namespace))
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Subscript(value=ast.Name(id="errors"))], value=value)
                | ast.Assign(targets=[ast.Name(id="errors")], value=ast.Dict(values=[value]))
            ):
                yield from (("error", found) for found in values(value, namespace))


def _shown(flow: type) -> set[tuple[str, str]]:
    """Name what a flow shows, in all of its classes."""
    return {item for tree, namespace in _own_classes(flow) for item in shown(tree, namespace)}


@each_flow
def test_flow(flow: type, spoken: Words) -> None:
    """Each step, error and abort of a flow has its words."""
    needed = {item for item in _shown(flow) if item[1] not in CORE_ABORTS}
    given = {(kind, key) for kind in ("step", "error", "abort") for key in spoken.get(kind, {})}
    given |= {
        ("menu_options", f"{step}.{option}")
        for step, texts in spoken["step"].items()
        for option in texts.get("menu_options", {})
    }
    assert needed - given == set()


@each_flow
def test_flow_words_are_used(flow: type, spoken: Words) -> None:
    """No step has words that the flow lacks, and no error that nothing can raise."""
    assert all(hasattr(flow, f"async_step_{step}") for step in spoken["step"])
    errors = {key for kind, key in _shown(flow) if kind == "error"}
    errors |= {form_error(GatewayConnectionError(reason)) for reason in Reason}
    errors |= set(CommandErrorReason) | set(Reason) | set(MessageErrorReason)
    assert set(spoken.get("error", {})) <= errors
    for step in spoken["step"].values():
        assert step.get("data_description", {}).keys() <= step.get("data", {}).keys()


def test_subentries_have_their_titles() -> None:
    """A subentry type has the words for its list and for its button."""
    for kind, flow, spoken in FLOWS:
        if issubclass(flow, ConfigSubentryFlow):
            assert spoken["entry_type"], kind
            assert spoken["initiate_flow"]["user"], kind


def test_probe_tells_why() -> None:
    """Whatever a gateway fails for while it is probed is told in words."""
    spoken = words()["config"]["error"]
    assert {form_error(GatewayConnectionError(reason)) for reason in Reason} <= set(spoken)


def test_flow_keys_are_found_in_source() -> None:
    """The check reads steps, menus, errors and aborts."""
    source = """
class Flow:
    async def async_step_user(self, user_input):
        errors = {"base": "first"}
        errors["base"] = "second" if a else "third"
        errors[CONF_DEVICE] = error.reason
        self._abort_if_unique_id_configured()
        if x:
            return self.async_abort(reason="gone")
        if y:
            raise AbortFlow("raised")
        if z:
            return self.async_show_menu(step_id="menu", menu_options=["left", "right"])
        if a:
            return self._show_pin_form({"base": "fourth"})
        return self.async_show_form(step_id="user", errors={"base": "fifth"})
"""
    assert set(shown(ast.parse(source), None)) == {
        ("step", "user"),
        ("step", "menu"),
        ("menu_options", "menu.left"),
        ("menu_options", "menu.right"),
        ("error", "first"),
        ("error", "second"),
        ("error", "third"),
        ("error", "fourth"),
        ("error", "fifth"),
        ("abort", "already_configured"),
        ("abort", "gone"),
        ("abort", "raised"),
    }


FORM = {
    "type": FlowResultType.FORM,
    "step_id": "user",
    "data_schema": vol.Schema({vol.Required("device"): str}),
    "errors": {"base": "busy"},
}


@pytest.mark.parametrize(
    ("result", "spoken", "missing"),
    [
        (FORM, {}, ["step.user.title", "step.user.data.device", "error.busy"]),
        (
            FORM,
            {
                "step": {"user": {"title": "Port", "data": {"device": "Port"}}},
                "error": {"busy": "Busy"},
            },
            [],
        ),
        ({"type": FlowResultType.ABORT, "reason": "gone"}, {}, ["abort.gone"]),
        ({"type": FlowResultType.ABORT, "reason": "reauth_successful"}, {}, []),
        (
            {"type": FlowResultType.MENU, "step_id": "user", "menu_options": ["usb"]},
            {"step": {"user": {"title": "Kind"}}},
            ["step.user.menu_options.usb"],
        ),
    ],
)
def test_missing_words_are_found(result: dict[str, Any], spoken: Words, missing: list[str]) -> None:
    """The check that every flow's test runs under finds what has no words."""
    assert missing_words(result, spoken) == missing
