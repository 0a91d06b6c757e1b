"""What the tests of the sandbox share: one server, and a client that knows its key."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tap_analytics.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS = ["contacts", "companies", "deals"]
SNAPSHOTS = ["account_overview", "agents_overview", "current_queue_activity"]


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as api:
        yield api


@pytest.fixture
def api(server: Sandbox) -> Sandbox:
    server.reset()
    return server


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def get(api: Sandbox, session: requests.Session) -> Get:
    return Get(api, session)


class Get:
    """Asks the sandbox for a resource, with its key."""

    def __init__(self, api: Sandbox, session: requests.Session) -> None:
        self.api = api
        self.session = session

    def __call__(self, resource: str, prefix: str = "", **params: str | int) -> requests.Response:
        url = f"{self.api.url}{prefix}/v1/{resource}"
        with_key = {"api_key": self.api.api_key, **params}
        return self.session.get(url, params=with_key, timeout=5, allow_redirects=False)

    def data(self, resource: str, **params: str | int) -> Any:  # noqa: ANN401
        response = self(resource, "", **params)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def ids(self, resource: str, **params: str | int) -> list[Any]:
        return [row["id"] for row in self.data(resource, **params)]

    def with_headers(self, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.get(f"{self.api.url}/v1/contacts", headers=named, timeout=5).status_code

    def token(self, **form: str) -> requests.Response:
        granted = {"grant_type": "client_credentials", **form}
        return self.session.post(f"{self.api.url}/oauth/token", data=granted, timeout=5)


def schema_fields(resource: str) -> set[str]:
    schema = files("tap_analytics").joinpath("schemas", f"{resource}.json").read_text()
    return set(json.loads(schema)["properties"])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
