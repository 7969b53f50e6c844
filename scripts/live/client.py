"""Home Assistant seen from outside, by the REST and WebSocket interfaces of its frontend."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from .waiting import CheckError

USER = "demo"
PASSWORD = "demo"

_BAD_REQUEST = 400
_NOT_FOUND = 404


class Client:
    """A logged-in user of one Home Assistant; usable again after each of its restarts."""

    def __init__(self, url: str) -> None:
        """Take the address, such as `http://127.0.0.1:8123`, without a slash at its end."""
        self.url = url
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        self._token: str | None = None

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def log_in(self) -> None:
        """Log in as the demo user, who becomes the owner when there is none yet."""
        code = await self._onboard() if await self._is_new() else await self._authorize()
        self._token = await self._redeem(code)

    async def get(self, path: str) -> Any:
        """GET a path below `/api/` and return the decoded JSON."""
        return await self._request("GET", path, None)

    async def post(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """POST to a path below `/api/` and return the decoded JSON."""
        return await self._request("POST", path, data or {})

    async def delete(self, path: str) -> Any:
        """DELETE a path below `/api/` and return the decoded JSON."""
        return await self._request("DELETE", path, None)

    async def command(self, kind: str, **data: Any) -> Any:
        """Give one WebSocket command and return its result."""
        async with self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0) as socket:
            await _receive(socket, "auth_required")
            await socket.send_json({"type": "auth", "access_token": self._token})
            await _receive(socket, "auth_ok")
            await socket.send_json({"id": 1, "type": kind, **data})
            answer = await _receive(socket, "result")
            if not answer["success"]:
                raise CheckError(f"{kind}: {answer['error']}")
            return answer["result"]

    async def call(
        self, domain: str, action: str, data: Mapping[str, Any], *, response: bool = False
    ) -> Any:
        """Perform an action; with `response`, return what it responds."""
        query = "?return_response" if response else ""
        answer = await self.post(f"services/{domain}/{action}{query}", data)
        return answer["service_response"] if response else None

    async def is_running(self) -> bool:
        """Tell whether Home Assistant has started; aiohttp raises while it cannot be reached."""
        config = await self.get("config")
        return bool(config["state"] == "RUNNING")

    async def states(self) -> dict[str, dict[str, Any]]:
        """Return all states by entity id."""
        return {state["entity_id"]: state for state in await self.get("states")}

    async def _request(self, method: str, path: str, data: Mapping[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self.url}/api/{path}"
        async with self._session.request(method, url, json=data, headers=headers) as response:
            if response.status >= _BAD_REQUEST:
                raise CheckError(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()

    async def _is_new(self) -> bool:
        async with self._session.get(f"{self.url}/api/onboarding") as response:
            if response.status == _NOT_FOUND:
                return False
            steps = await response.json()
        return any(step["step"] == "user" and not step["done"] for step in steps)

    async def _onboard(self) -> str:
        person = {
            "client_id": f"{self.url}/",
            "name": "Demo",
            "username": USER,
            "password": PASSWORD,
            "language": "en",
        }
        async with self._session.post(f"{self.url}/api/onboarding/users", json=person) as response:
            response.raise_for_status()
            return str((await response.json())["auth_code"])

    async def _authorize(self) -> str:
        flow = {
            "client_id": f"{self.url}/",
            "handler": ["homeassistant", None],
            "redirect_uri": f"{self.url}/",
        }
        async with self._session.post(f"{self.url}/auth/login_flow", json=flow) as response:
            response.raise_for_status()
            flow_id = (await response.json())["flow_id"]
        login = {"client_id": f"{self.url}/", "username": USER, "password": PASSWORD}
        async with self._session.post(
            f"{self.url}/auth/login_flow/{flow_id}", json=login
        ) as response:
            response.raise_for_status()
            answer = await response.json()
        if answer["type"] != "create_entry":
            raise CheckError(f"the login was refused: {answer.get('errors')}")
        return str(answer["result"])

    async def _redeem(self, code: str) -> str:
        form = {"grant_type": "authorization_code", "code": code, "client_id": f"{self.url}/"}
        async with self._session.post(f"{self.url}/auth/token", data=form) as response:
            response.raise_for_status()
            return str((await response.json())["access_token"])


async def _receive(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """Return the next message; a connection that closes instead raises as one that broke."""
    message = await socket.receive()
    if message.type is not aiohttp.WSMsgType.TEXT:
        raise aiohttp.ClientConnectionError("Home Assistant closed the WebSocket")
    content: dict[str, Any] = message.json()
    if content["type"] != kind:
        raise CheckError(f"expected {kind}, got {content['type']}")
    return content
