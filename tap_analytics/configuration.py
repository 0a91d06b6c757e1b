"""The configuration of a tap: as it is given, in our shape or in dlt's -> settings, resources, and every fault."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.config import validation
from tap_analytics.config.nesting import nesting_fault
from tap_analytics.http.authenticators import AUTHENTICATORS
from tap_analytics.http.secrets import header_secrets, secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from tap_analytics.resources.resource import Resource

PREFIX = "TAP_ANALYTICS_"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a tap is told to do.

    `settings` have their defaults, `resources` are those that are declared, `faults` has a sentence for each thing that
    is wrong, and `secrets` has every value that must not be shown. `is_demanding` says whether the settings are needed
    for more than to list the builtin streams.
    """

    settings: dict[str, Any] = field(repr=False)
    resources: Sequence[Resource]
    faults: Sequence[str]
    secrets: Sequence[str] = field(repr=False)
    is_demanding: bool

    @classmethod
    def of(cls, given: Mapping[str, Any], schema: Mapping[str, Any], *, reads_environment: bool) -> Self:
        """Return the configuration in what is given.

        Args:
            given: The configuration as it stands in files.
            schema: The JSON Schema of all settings.
            reads_environment: Whether variables of the environment are settings too.
        """
        if fault := nesting_fault(given):
            return cls(
                settings=validation.normalize({}, schema),
                resources=(),
                faults=[f"the configuration {fault}"],
                secrets=list(secrets(given)),
                is_demanding=True,
            )
        translated, dlt_faults = _translate(given)
        if reads_environment:
            translated |= validation.from_environment(schema, PREFIX)
        settings = validation.normalize(translated, schema)
        resources, resource_faults = _declare(settings, is_of_dlt="client" in given)
        templates = [template for resource in resources for template in resource.headers.values()]
        # Without a request nothing can go wrong, and `--discover` is for those who have only just begun.
        asks = bool(settings["resources"] or settings["resource_defaults"] or settings["discover_fields"])
        return cls(
            settings=settings,
            resources=resources,
            faults=[*(dlt_faults or validation.faults(settings, schema, AUTHENTICATORS)), *resource_faults],
            secrets=[*secrets({**given, **settings}), *header_secrets(templates)],
            is_demanding=asks or "client" in given,
        )

    def check(self, *, is_strict: bool) -> None:
        """Raise ConfigValidationError, with all faults, where there are any and the settings are needed."""
        if self.faults and (is_strict or self.is_demanding):
            summary = f"the settings are not valid: {'; '.join(self.faults)}"
            raise ConfigValidationError(summary, errors=list(self.faults))


def _translate(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the settings in a configuration of dlt's shape, and what is wrong with it; any other as it is."""
    if "client" not in given:
        return dict(given), []
    if isinstance(given["client"], str):  # Meltano keeps what it does not know as text
        with contextlib.suppress(ValueError):
            given = {**given, "client": json.loads(given["client"])}
    from tap_analytics.resources import dlt  # noqa: PLC0415 - it reads YAML: a tenth of the start, for few runs

    return dlt.translate(given)


def _declare(settings: Mapping[str, Any], *, is_of_dlt: bool) -> tuple[list[Resource], list[str]]:
    """Return the resources that the settings declare, and what is wrong with them.

    In a configuration of dlt's shape no resource is builtin, whatever its name.
    """
    if not settings["resources"] and not settings["resource_defaults"]:
        return [], []
    # Most runs declare none.
    from tap_analytics.resources import declarations  # noqa: PLC0415
    from tap_analytics.stream_types import builtin  # noqa: PLC0415

    entries, defaults = settings["resources"], settings["resource_defaults"]
    return declarations.read(entries, defaults, builtin={} if is_of_dlt else builtin(), follows_settings=not is_of_dlt)
