"""What a gateway can do, declared: entities and actions ask this and never the kind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The abilities of one gateway, as far as they were found out when it was connected.

    `balance`: it tells the balance of its SIMs by itself. `choose_smsc`: a text can be sent through
    another service centre than the SIM's. `reports_vary`: what it tells of a port differs by
    firmware and settings, so that only what was told is known to exist.
    """

    send_sms: bool = False
    receive_sms: bool = True
    flash: bool = False
    validity: bool = False
    restart_port: bool = False
    registration: bool = True
    signal: bool = False
    extended_signal: bool = False
    sinr: bool = False
    temperature: bool = False
    data_usage: bool = False
    operator: bool = False
    access_technology: bool = False
    cell: bool = False
    sim_state: bool = False
    storage: bool = False
    smsc: bool = False
    own_number: bool = False
    network_time: bool = False
    unblock_sim: bool = False
    delivery_reports: bool = False
    ussd: bool = False
    incoming_calls: bool = False
    dial: bool = False
    stored_messages: bool = False
    at_commands: bool = False
    apn: bool = False
    power_saving: bool = False
    select_operator: bool = False
    push: bool = False
    configure_push: bool = False
    lock_port: bool = False
    select_slot: bool = False
    restart_connection: bool = False
    groups: bool = False
    restart_gateway: bool = False
    statistics: bool = False
    source_address: bool = False
    queue: bool = False
    cancel_sms: bool = False
    endpoints: bool = False
    endpoint_operators: bool = False
    balance: bool = False
    choose_smsc: bool = False
    national_languages: bool = False
    reports_vary: bool = False
