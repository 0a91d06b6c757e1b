"""The settings of the tap that a configuration in dlt's shape is translated to, and what is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.auth.authenticators import NO_CREDENTIALS
from tap_analytics.report.redaction.setting_names import as_written

if TYPE_CHECKING:
    from collections.abc import Mapping


class Translation(msgspec.Struct):
    """A configuration in dlt's shape as settings of the tap, with a sentence for each fault, remark and warning.

    A remark is about a word that is taken although it means something else here, a warning about a key that dlt does
    not have either. `secrets` are values of the environment that stand in it. `names` are those of settings in that
    shape, for messages of streams, and `names_of_faults` for faults of settings; `credentials` is where it says its
    credentials.
    """

    settings: dict[str, Any]
    faults: list[str] = msgspec.field(default_factory=list)
    remarks: list[str] = msgspec.field(default_factory=list)
    warnings: list[str] = msgspec.field(default_factory=list)
    secrets: list[str] = msgspec.field(default_factory=list)
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
    names_of_faults: Mapping[str, str] = msgspec.field(default_factory=dict)
    credentials: tuple[str, ...] = ()

    # The usual one has all fields, and these hold what must not be shown.
    __repr__ = object.__repr__

    def rename(self, fault: str) -> str:
        """Return a fault of settings in the names that the configuration has for them."""
        if self.credentials and fault.startswith(NO_CREDENTIALS):
            return f"{' and '.join(f'`{place}`' for place in self.credentials)} is missing"
        return as_written(fault, self.names_of_faults)

    def rename_url(self, fault: str) -> str:
        """Return a fault of a resource in the name that the configuration has for `api_url`."""
        return as_written(fault, {"api_url": self.names.get("api_url", "api_url")})
