"""What a person decides about a router, and its clocks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Final

from ...sms.numbers import normalize_sender

# The port of the modem that the router calls primary, whatever API tells of it.
PRIMARY: Final = "1"

# Where the messages of a router lie; it does not tell SIM and modem apart. In capital letters, as
# the storages of modems are, since a person names it so.
STORAGE: Final = "ROUTER"


# The zone that a clock is in now.
type ReadZone = Callable[[], Awaitable[tzinfo]]


async def utc() -> tzinfo:
    """Return the zone of a clock that is set to UTC."""
    return UTC


class Api(StrEnum):
    """By which of its interfaces a router is spoken to."""

    POST_GET = "post_get"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and its password."""

    username: str
    password: str = field(repr=False)


# As the routers come: RUT240 manual, "SMS Gateway", Post/Get Configuration.
DEFAULT_POST_GET_LOGIN: Final = Login("user1", "user_pass")
# The user of the web interface; JSON-RPC of legacy firmware knows him as root.
DEFAULT_USERNAME: Final = "admin"
DEFAULT_UBUS_USERNAME: Final = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """How the router's SMS forwarding to HTTP was set up; both names are case-sensitive.

    What comes without one of the `extra` pairs is not ours.
    """

    number_name: str = "number"
    text_name: str = "text"
    extra: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    base64: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How long and how often, in seconds.

    `send`: a long text takes more than two minutes. `settling`: by when a forwarded message is in
    the list. `forwarding`: until when a listed message may still be forwarded. `incomplete`: how
    long a text is waited for whose parts are not all there. `starting`: how long a modem that
    starts may list nothing.
    """

    connect: float = 10.0
    request: float = 30.0
    send: float = 300.0
    list: float = 15.0
    status: float = 60.0
    retry: float = 30.0
    closing: float = 10.0
    settling: float = 15.0
    forwarding: float = 120.0
    incomplete: float = 3600.0
    starting: float = 300.0
    # Between switching a radio off and on again.
    radio: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TeltonikaSettings:
    """What a person decides.

    `url` is scheme, host and perhaps port. `login` is that of the API; `router_login` opens
    JSON-RPC beside Post/Get. `time_zone` tells that of the router's clock, whose times name none:
    it is asked whenever messages are listed, so that a change needs no restart. `country` is
    ISO 3166 alpha-2, for numbers without a country code.
    """

    url: str
    api: Api
    login: Login
    router_login: Login | None = None
    verify_tls: bool = True
    forwarding: Forwarding | None = None
    delete_after_receipt: bool = False
    time_zone: ReadZone = utc
    country: str | None = None
    clocks: Clocks = field(default_factory=Clocks)

    def sender(self, address: str) -> str:
        """Write a sender as E.164 where that can be done."""
        return normalize_sender(address, self.country)
