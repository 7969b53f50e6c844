"""Modems, messages and calls as JSON can say them."""

from dataclasses import asdict
from datetime import timedelta

from . import pdu
from .at_modem import AtModem
from .calls import CallRecord
from .network import Sent


def describe(modem: AtModem) -> dict[str, object]:
    """Return a modem as JSON can say it."""
    sim = modem.sim
    return {
        "name": modem.name,
        "imei": modem.imei,
        "model": modem.profile.model,
        "powered": modem.powered,
        "reachable": modem.reachable,
        "lines": [
            {
                "address": terminal.link.address,
                "plugged": terminal.link.is_plugged,
                "open": terminal.link.is_open,
            }
            for terminal in modem.terminals
        ],
        "sim": None
        if sim is None
        else {
            "number": sim.number,
            "iccid": sim.iccid,
            "imsi": sim.imsi,
            "state": sim.state,
            "pin_tries": sim.pin_tries,
            "smsc": sim.smsc,
        },
        "waiting": 0 if sim is None else modem.network.waiting(sim.number),
        "registration": modem.radio.registration,
        "operator": {"selection": modem.radio.selection, "numeric": modem.operator.numeric},
        "call": _describe_current_call(modem),
        "ussd": {"codes": modem.ussd.codes, "open": modem.ussd.open},
        "packet": modem.packet.as_json(),
        "signal": asdict(modem.radio.signal),
        "indications": modem.settings.indications,
        "storages": {
            name: [
                {"index": index, "status": message.status.name, "pdu": message.pdu.hex().upper()}
                for index, message in modem.storage(name).entries()
            ]
            for name in ("SM", "ME")
            if name == "ME" or sim is not None
        },
    }


def describe_sent(sent: Sent) -> dict[str, object]:
    """Return a submitted message as JSON can say it."""
    validity = sent.submit.validity
    part = sent.parts
    return {
        "from": sent.sender,
        "to": sent.recipient,
        "text": sent.text,
        "pdu": sent.pdu,
        "reference": sent.reference,
        "smsc": sent.smsc,
        "at": sent.at.isoformat(),
        "alphabet": pdu.alphabet_of(sent.submit.data.coding).name,
        "flash": sent.flash,
        "status_report_requested": sent.submit.status_report_requested,
        "validity": validity.total_seconds()
        if isinstance(validity, timedelta)
        else validity and validity.isoformat(),
        "concatenation": None if part is None else asdict(part),
    }


def describe_call(record: CallRecord) -> dict[str, object]:
    """Return a call that is over as JSON can say it."""
    return asdict(record) | {"at": record.at.isoformat()}


def _describe_current_call(modem: AtModem) -> dict[str, object] | None:
    """Return the call of a modem as JSON can say it."""
    call = modem.calls.current
    if call is None:
        return None
    return {"number": call.number, "incoming": call.incoming, "state": call.state.name}
