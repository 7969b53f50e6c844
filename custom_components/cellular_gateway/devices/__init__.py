"""Device families: the languages of tracked devices, without any input or output."""

from collections.abc import Mapping
from typing import Final

from . import (
    bitrek,
    coban,
    concox,
    elinz,
    generic,
    meitrack,
    queclink,
    reachfar,
    ruptela,
    tell,
    teltonika_router,
    teltonika_tracker,
    vimar_01913,
)
from .base import Family

FAMILIES: Final[Mapping[str, Family]] = {
    family.key: family
    for family in (
        bitrek.FAMILY,
        coban.FAMILY,
        concox.FAMILY,
        elinz.FAMILY,
        generic.FAMILY,
        meitrack.FAMILY,
        queclink.FAMILY,
        reachfar.FAMILY,
        ruptela.FAMILY,
        tell.FAMILY,
        teltonika_router.FAMILY,
        teltonika_tracker.FAMILY,
        vimar_01913.FAMILY,
    )
}
