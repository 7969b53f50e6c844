"""Tests of what a house remembers of its gateways."""

from pathlib import Path

from scripts.live.connections import Connection, Connections
from scripts.live.steps import ONLY_BY_NAME, STEPS
from scripts.live.waiting import distinct_ports

TOLD = {
    "url": "http://127.0.0.1:8123/api/webhook/7f3a9c",
    "stream_url": "http://127.0.0.1:8123/api/webhook/7f3a9c?secret=pssst",
    "secret": "pssst",
    "name": "Simulated",
}


def test_kept_over_a_restart(tmp_path: Path) -> None:
    """What was kept is found again, and what was not is None."""
    path = tmp_path / "simulators.json"
    connection = Connection("01K", TOLD)
    Connections(path).keep("box", Connection("01J")).keep("cloud", connection)
    found = Connections(path)
    assert (found["box"], found["cloud"], found["router"]) == (Connection("01J"), connection, None)


def test_addresses_follow_the_port() -> None:
    """A gateway is told the address that Home Assistant has now."""
    told = Connection("01K", TOLD).told_at("http://127.0.0.1:9000")
    assert told == {
        **TOLD,
        "url": "http://127.0.0.1:9000/api/webhook/7f3a9c",
        "stream_url": "http://127.0.0.1:9000/api/webhook/7f3a9c?secret=pssst",
    }


def test_secret_words() -> None:
    """Ids of webhooks and secrets are known, so that they are looked for in logs."""
    assert Connection("01K", TOLD).secret_words == {"7f3a9c", "pssst"}


def test_ports_differ(socket_enabled: None) -> None:
    """No two servers of a house get the same port."""
    give = distinct_ports()
    ports = [give(0) for _ in range(200)]
    assert len(set(ports)) == 200


def test_long_steps_are_steps() -> None:
    """What runs only by its name can be named, and is not all that there is."""
    assert set(STEPS) > ONLY_BY_NAME
    assert list(STEPS)[-1] == "log_clean"
