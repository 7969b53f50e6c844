"""Checks that every step, field, error and abort that a flow shows in a test has its words."""

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntriesFlowManager, ConfigSubentryFlowManager
from homeassistant.data_entry_flow import FlowHandler, FlowManager, FlowResultType, section
import voluptuous as vol

from .sources import Words

# Home Assistant has the words for these itself.
CORE_ABORTS = {"already_in_progress", "reauth_successful", "reconfigure_successful"}


def flow_section(manager: FlowManager[Any, Any, Any], flow: Any, words: Words) -> Words:
    """Find the part of the words that a flow's texts are taken from."""
    if isinstance(manager, ConfigEntriesFlowManager):
        found = words.get("config", {})
    elif isinstance(manager, ConfigSubentryFlowManager):
        found = words.get("config_subentries", {}).get(flow.handler[1], {})
    elif issue_id := (flow.context or {}).get("issue_id"):
        issues = words.get("issues", {})
        key = next((key for key in issues if str(issue_id).startswith(key)), "")
        found = issues.get(key, {}).get("fix_flow", {})
    else:
        found = words.get("options", {})
    return found if isinstance(found, dict) else {}


def _missing_fields(schema: vol.Schema, step: Words) -> Iterator[str]:
    """Name the fields of a form without a label, those of its sections too."""
    for marker, value in schema.schema.items():
        name = str(marker)
        if isinstance(value, section):
            inner = step.get("sections", {}).get(name, {})
            if "name" not in inner:
                yield f"sections.{name}.name"
            yield from (f"sections.{name}.{item}" for item in _missing_fields(value.schema, inner))
        elif name not in step.get("data", {}):
            yield f"data.{name}"


def _missing_in_step(result: dict[str, Any], step: Words) -> Iterator[str]:
    """Name what a step shows without having words for it."""
    prefix = f"step.{result['step_id']}"
    if not step.get("title") and not step.get("description"):
        yield f"{prefix}.title"
    if (schema := result.get("data_schema")) and "menu_options" not in result:
        yield from (f"{prefix}.{name}" for name in _missing_fields(schema, step))
    options = result.get("menu_options")
    if isinstance(options, list):
        known = step.get("menu_options", {})
        yield from (f"{prefix}.menu_options.{name}" for name in options if name not in known)


def missing_words(result: dict[str, Any], words: Words) -> list[str]:
    """Name what the result of a step shows without having words for it in the flow's section."""
    if result["type"] is FlowResultType.ABORT:
        reason = result["reason"]
        is_known = reason in CORE_ABORTS or reason in words.get("abort", {})
        return [] if is_known or "translation_domain" in result else [f"abort.{reason}"]
    if result["type"] is FlowResultType.SHOW_PROGRESS:
        action = result["progress_action"]
        return [] if action in words.get("progress", {}) else [f"progress.{action}"]
    if result["type"] not in {FlowResultType.FORM, FlowResultType.MENU}:
        return []
    missing = list(_missing_in_step(result, words.get("step", {}).get(result["step_id"], {})))
    errors = (result.get("errors") or {}).values()
    return missing + [f"error.{error}" for error in errors if error not in words.get("error", {})]


def is_ours(flow: FlowHandler[Any, Any, Any], domain: str) -> bool:
    """Tell whether a flow is one of the integration's own classes."""
    return type(flow).__module__.startswith(f"custom_components.{domain}.")
