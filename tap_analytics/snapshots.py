"""SnapshotStream: statistics that the API computes anew for each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import asdict, replace
from typing_extensions import override

from tap_analytics.client import AnalyticsStream

if TYPE_CHECKING:
    from singer_sdk.helpers.types import Context

    from tap_analytics.stream.fields.fields import StreamFields
    from tap_analytics.stream.fields.snapshot_rules import SnapshotRules


class SnapshotStream(AnalyticsStream):
    """A resource whose rows are figures of the moment; the time is in their key, so that history survives a merge."""

    is_chained: ClassVar = False

    @property
    @override
    def fields(self) -> StreamFields:
        fields = super().fields
        return replace(fields, others={*fields.others, *(name for name in _IDENTITY if name in fields.properties)})

    @override
    def rules(self, context: Context | None) -> SnapshotRules:
        from tap_analytics.stream.fields.snapshot_rules import SnapshotRules  # noqa: PLC0415 - discovery reads nothing

        usual = super().rules(context)
        return SnapshotRules(stream=self.name, fields=self.fields, **asdict(usual))

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return False  # with a new version the target would remove earlier snapshots


_IDENTITY = ("current_timestamp", "name", "user_key", "customer_id")
