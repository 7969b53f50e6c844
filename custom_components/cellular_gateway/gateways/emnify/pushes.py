"""What EMnify pushes: messages and reports by the SMS webhook, events by the Data Streamer."""

from collections.abc import Sequence
from http import HTTPStatus
import json
from typing import Final

from ..errors import GatewayError, NotKeptError
from ..push import Push, PushAnswer
from .codec.events import is_event
from .codec.fields import Json, identity, inner, objects
from .codec.messages import ShortMessage, parse_pushed
from .fleet import Fleet
from .receive import Receiver
from .rounds import Topic
from .signature import is_genuine
from .watch import Watch

_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
# In octets; 3,000 records, the most in one push, are well below.
LONGEST_PUSH: Final = 8 * 1024 * 1024


class PushReceiver:
    """Takes pushes and answers them; a message is acknowledged only when it was kept."""

    def __init__(self, secret: str | None, fleet: Fleet, receiver: Receiver, watch: Watch) -> None:
        """Take pushes that prove by the secret whose they are; without one, none."""
        self._secret = secret
        self._fleet = fleet
        self._receiver = receiver
        self._watch = watch

    async def receive(self, push: Push) -> PushAnswer:
        """Take one push."""
        if push.method not in _METHODS:
            return PushAnswer(HTTPStatus.METHOD_NOT_ALLOWED, "POST, PUT or PATCH")
        if not self._secret or not is_genuine(push, self._secret):
            return PushAnswer(HTTPStatus.FORBIDDEN, "the secret is missing or wrong")
        if len(push.body) > LONGEST_PUSH:
            return PushAnswer(HTTPStatus.CONTENT_TOO_LARGE, "too large")
        try:
            body = json.loads(push.body)
        except ValueError, RecursionError:
            return PushAnswer(HTTPStatus.BAD_REQUEST, "no JSON")
        return await self._take(list(objects(body if isinstance(body, list) else [body])))

    async def _take(self, items: Sequence[Json]) -> PushAnswer:
        """Take records of any sort: each is told by what is in it."""
        events = [item for item in items if is_event(item)]
        usages = [item for item in items if "traffic_type" in item and not is_event(item)]
        found = (parse_pushed(item) for item in items if not is_event(item))
        messages = [message for message in found if message is not None]
        if not (events or usages or messages):
            return PushAnswer(HTTPStatus.BAD_REQUEST, "nothing that is known")
        answer = await self._take_messages(messages)
        await self._watch.take_pushed_events(events)
        for item in usages:
            if (endpoint := identity(inner(item, "endpoint"))) is not None:
                self._watch.rounds.freshen(Topic.USAGE, endpoint)
        return answer

    async def _take_messages(self, messages: Sequence[ShortMessage]) -> PushAnswer:
        """Have those of chosen endpoints kept, or have them pushed again.

        What an endpoint sends that the lists do not have waits for the next ones where it may be
        one that was not chosen.
        """
        chosen = [
            (not message.is_incoming or self._fleet.is_chosen(message.endpoint), message)
            for message in messages
        ]
        try:
            await self._receiver.take([message for is_chosen, message in chosen if is_chosen])
        except (NotKeptError, GatewayError) as error:
            for message in messages:
                self._watch.rounds.freshen(Topic.MESSAGES, message.endpoint)
            return PushAnswer(HTTPStatus.SERVICE_UNAVAILABLE, type(error).__name__)
        if any(is_chosen is None for is_chosen, _ in chosen):
            self._watch.look_through_soon()
            return PushAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "an endpoint that is not known yet")
        return PushAnswer(HTTPStatus.OK)
