"""Config flows and subentry flows, walked through as a person does in the frontend."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from .client import Client
from .waiting import CheckError, eventually

CONFIG_FLOW = "config/config_entries/flow"
OPTIONS_FLOW = "config/config_entries/options/flow"
SUBENTRY_FLOW = "config/config_entries/subentries/flow"


type Reader = Callable[[Mapping[str, Any]], Awaitable[None]]


async def _unread(step: Mapping[str, Any]) -> None:
    """Do nothing of what a form says."""


async def complete_flow(
    client: Client,
    path: str,
    step: Mapping[str, Any],
    answers: Mapping[str, Any],
    read: Reader = _unread,
) -> Mapping[str, Any]:
    """Answer the steps of a flow, from the given one, until it creates its entry; return the last.

    `answers` are values by field name, and for a menu the `step_id` to choose under the menu's own;
    fields that are not named keep what the form offers. `read` is given every step before it is
    answered. Raises `CheckError` when the flow shows an error, aborts, or asks for what is neither
    named nor offered.
    """
    while step["type"] != "create_entry":
        await read(step)
        data = _answer(step, answers)
        step = (
            await _progress(client, path, step)
            if data is None
            else await client.post(f"{path}/{step['flow_id']}", data)
        )
    return step


def _answer(step: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any] | None:
    match step["type"]:
        case "menu":
            return {"next_step_id": answers[step["step_id"]]}
        case "form":
            if step.get("errors"):
                raise CheckError(f"step {step['step_id']} was refused: {step['errors']}")
            return _fill(step["data_schema"], answers)
        case "progress":
            return None
        case _:
            raise CheckError(f"the flow ended with {step['type']}: {step.get('reason')}")


def _fill(schema: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for field in schema:
        name = field["name"]
        if field.get("type") == "expandable":
            filled[name] = _fill(field["schema"], answers)
        elif (value := answers.get(name, _offered(field))) is not None:
            filled[name] = value
        elif field.get("required"):
            raise CheckError(f"the form asks for {name}")
    return filled


def _offered(field: Mapping[str, Any]) -> Any:
    suggested = (field.get("description") or {}).get("suggested_value")
    return field.get("default") if suggested is None else suggested


async def _progress(client: Client, path: str, step: Mapping[str, Any]) -> dict[str, Any]:
    async def moved() -> dict[str, Any] | None:
        current: dict[str, Any] = await client.get(f"{path}/{step['flow_id']}")
        return None if current["type"] == "progress" else current

    return await eventually(moved, f"step {step['step_id']} of the flow to go on", within=120)
