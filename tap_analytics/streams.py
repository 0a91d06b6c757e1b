"""The streams that need no configuration: one class per resource, attributes only.

Each is a RESTStream (`client.py`) with the JSON Schema in `schemas/` that has its name. The key of all is `id`. A
`replication_key` makes a stream incremental; a snapshot (`snapshots.py`) adds the rows of each sync to those before.
A resource that a configuration declares gets a class of its own in `catalog/stream_types.py`.
"""

from __future__ import annotations

from tap_analytics.client import AnalyticsStream
from tap_analytics.snapshots import SnapshotStream


class Contacts(AnalyticsStream):
    """People known to the account."""

    name = "contacts"
    path = "/v1/contacts"
    replication_key = "updated_at"


class Companies(AnalyticsStream):
    """Organisations known to the account."""

    name = "companies"
    path = "/v1/companies"
    replication_key = "updated_at"


class Deals(AnalyticsStream):
    """Sales opportunities."""

    name = "deals"
    path = "/v1/deals"
    replication_key = "updated_at"


class AccountOverview(SnapshotStream):
    """Call statistics of the whole account for the current day."""

    name = "account_overview"
    path = "/v1/account_overview"


class AgentsOverview(SnapshotStream):
    """Call statistics of each agent for the current day."""

    name = "agents_overview"
    path = "/v1/agents_overview"


class CurrentQueueActivity(SnapshotStream):
    """The call queue at the moment of the request."""

    name = "current_queue_activity"
    path = "/v1/current_queue_activity"


STREAM_TYPES: tuple[type[AnalyticsStream], ...] = (
    Contacts,
    Companies,
    Deals,
    AccountOverview,
    AgentsOverview,
    CurrentQueueActivity,
)
