"""What a gateway with endpoints lets a person do to them; a part of the seam."""

from dataclasses import dataclass, field

from .endpoints import EndpointState, SimStatus
from .errors import UnsupportedError


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSim:
    """A SIM of the account; `endpoint` is the key of the endpoint it is assigned to."""

    key: str
    iccid: str | None = field(default=None, repr=False)
    status: SimStatus | None = None
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """An endpoint to be made: policies by name or key, the SIM by key or ICCID."""

    name: str
    service_policy: str
    coverage_policy: str
    sim: str | None = field(default=None, repr=False)
    enabled: bool = True
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that endpoints can have."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoamingOperator:
    """An operator that endpoints may be kept away from."""

    key: str
    name: str
    country: str | None = None


class EndpointControl:
    """What is done to endpoints, by their keys; every method raises the errors of `errors`."""

    async def cancel_sms(self, message_id: str) -> None:
        """Take back a message that waits to be delivered, by `PartReceipt.message_id`."""
        raise UnsupportedError(detail="take an SMS back")

    async def set_endpoint_enabled(self, endpoint: str, *, enabled: bool) -> None:
        """Let an endpoint use its services, or not."""
        raise UnsupportedError(detail="endpoints")

    async def set_sim_active(self, endpoint: str, *, active: bool) -> None:
        """Activate or suspend the SIM of an endpoint; active ones are paid for."""
        raise UnsupportedError(detail="endpoints")

    async def reset_connectivity(self, endpoint: str) -> None:
        """Have the network forget where the endpoint is, and end its data session."""
        raise UnsupportedError(detail="endpoints")

    async def list_endpoints(self) -> tuple[EndpointState, ...]:
        """List the endpoints of the account, also those without a SIM or that are not shown."""
        raise UnsupportedError(detail="endpoints")

    async def register_sims(self, code: str) -> tuple[EndpointSim, ...]:
        """Register the SIMs of a batch identification code (BIC) to the account."""
        raise UnsupportedError(detail="endpoints")

    async def list_sims(self) -> tuple[EndpointSim, ...]:
        """List the SIMs of the account, assigned or not."""
        raise UnsupportedError(detail="endpoints")

    async def create_endpoint(self, wanted: NewEndpoint) -> str:
        """Make an endpoint and return its key."""
        raise UnsupportedError(detail="endpoints")

    async def assign_sim(self, endpoint: str, sim: str) -> None:
        """Put a SIM, by key or ICCID, into an endpoint."""
        raise UnsupportedError(detail="endpoints")

    async def release_sim(self, endpoint: str) -> None:
        """Take the SIM out of an endpoint, which is disabled and the SIM suspended for that."""
        raise UnsupportedError(detail="endpoints")

    async def list_service_policies(self) -> tuple[Policy, ...]:
        """List the service policies of the account."""
        raise UnsupportedError(detail="endpoints")

    async def list_coverage_policies(self) -> tuple[Policy, ...]:
        """List the coverage policies of the account."""
        raise UnsupportedError(detail="endpoints")

    async def list_roaming_operators(self) -> tuple[RoamingOperator, ...]:
        """List the operators there are."""
        raise UnsupportedError(detail="block operators of endpoints")

    async def list_blocked_operators(self, endpoint: str) -> tuple[RoamingOperator, ...]:
        """List the operators that an endpoint may not use."""
        raise UnsupportedError(detail="block operators of endpoints")

    async def set_operator_blocked(self, endpoint: str, operator: str, *, blocked: bool) -> None:
        """Keep an endpoint away from an operator (by key or name), or no longer."""
        raise UnsupportedError(detail="block operators of endpoints")
