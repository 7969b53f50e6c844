"""Elinz trackers, which are made by others: some speak like Concox, some like Coban.

Source: EMnify device guide, "Elinz GPS APN configuration". No manual of theirs was found: the
other commands and the answers are those of the makers, inferred.
"""

from typing import Final

from . import coban, concox
from .base import CommandSpec, Family, Settings, Variant, texts
from .reading import Reading
from .vocabulary import APN, Command, Credential

_PASSWORD: Final = "password"


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read what the maker's devices answer."""
    maker = coban.FAMILY if settings.variant == _PASSWORD else concox.FAMILY
    return maker.decode(text, settings, asked)


_COMMA_APN: Final = CommandSpec(encode=texts("APN,{apn}#"), parameters=(APN,))
_PASSWORD_APN: Final = CommandSpec(encode=texts("apn{password} {apn}"), parameters=(APN,))

FAMILY: Final = Family(
    key="elinz",
    name="Elinz",
    variants=(
        Variant(
            commands={
                Command.SETUP: _COMMA_APN,
                Command.SET_APN: _COMMA_APN,
                Command.REQUEST_POSITION: CommandSpec(encode=texts("WHERE#")),
                Command.REQUEST_STATUS: CommandSpec(encode=texts("STATUS#")),
            },
        ),
        Variant(
            key=_PASSWORD,
            credentials=(Credential(key="password", default="123456", minimum=4, maximum=8),),
            commands={
                Command.SETUP: _PASSWORD_APN,
                Command.SET_APN: _PASSWORD_APN,
                Command.REQUEST_POSITION: CommandSpec(encode=texts("smslink{password}")),
                Command.REQUEST_STATUS: CommandSpec(encode=texts("check{password}")),
                Command.REQUEST_IDENTITY: CommandSpec(encode=texts("imei{password}")),
            },
        ),
    ),
    reserved="#,",
    decoder=_decode,
    yields=coban.FAMILY.yields | concox.FAMILY.yields,
    alarms=coban.FAMILY.alarms | concox.FAMILY.alarms,
)
