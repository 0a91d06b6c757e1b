"""A tap as the template of the Meltano SDK makes it: every method is the SDK's, but for what the API wants."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import APIKeyAuthenticator
from singer_sdk.pagination import OffsetPaginator
from singer_sdk.streams import RESTStream
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.helpers.types import Context

SCHEMA = Path(__file__).parents[2] / "tap_analytics" / "schemas" / "contacts.json"


class Contacts(RESTStream[int]):
    """The contacts, with the schema and the keys that they have in tap-analytics."""

    name = "contacts"
    path = "/v1/contacts"
    primary_keys = ("id",)
    replication_key = "updated_at"
    records_jsonpath = "$.data[*]"
    schema: ClassVar[dict[str, Any]] = json.loads(SCHEMA.read_bytes())

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @cached_property
    @override
    def authenticator(self) -> APIKeyAuthenticator:
        return APIKeyAuthenticator(key="api_key", value=self.config["api_key"], location="params")

    @override
    def get_new_paginator(self) -> OffsetPaginator:
        return OffsetPaginator(start_value=0, page_size=self.config["page_size"])

    @override
    def get_url_params(self, context: Context | None, next_page_token: int | None) -> dict[str, Any]:
        return {"limit": self.config["page_size"], "offset": next_page_token or 0}


class StockTap(Tap):
    """A tap with one stream."""

    name = "tap-stock"
    config_jsonschema: ClassVar[dict[str, Any]] = th.PropertiesList(
        th.Property("api_url", th.StringType, required=True),
        th.Property("api_key", th.StringType, required=True, secret=True),
        th.Property("page_size", th.IntegerType, required=True),
    ).to_dict()

    @override
    def discover_streams(self) -> Sequence[Contacts]:
        return [Contacts(self)]


if __name__ == "__main__":
    StockTap.cli()
