"""Makes the discovery of a tap, which finds the fields of its resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.catalog.stream_types import builtin
from tap_analytics.resources.discovery import Discovery

if TYPE_CHECKING:
    from singer_sdk.singerlib import Catalog


def discovery_of(tap: Any, *, samples: bool) -> Discovery:  # noqa: ANN401 - a tap, whose module stands above
    """Return the discovery of a tap: it finds the fields of resources, from samples of records if `samples` is set."""
    resources, sampler = builtin(), None
    is_declared = all(each.schema for each in tap.resources) and not tap.config["discover_fields"]
    if samples and not is_declared:
        from tap_analytics.resources.sampling import Sampler  # noqa: PLC0415 - what is declared needs no sample

        shared: dict[str, Any] = {"config": tap.config, "connection": tap.connection, "detector": tap.detector}
        sampler = Sampler(**shared, logger=tap.logger, pages=tap.sampled_pages, figures=tap.samples)
    return Discovery(
        {resource.name: resource for resource in tap.resources} or resources,
        builtin=resources,
        known=lambda stream: known_schema(tap.input_catalog, stream),
        sampler=sampler,
        sample_size=tap.config["sample_size"],
        adds_fields=tap.config["discover_fields"],
    )


def known_schema(catalog: Catalog | None, stream: str) -> dict[str, Any] | None:
    """Return the schema that the catalog of the tap has for a stream, which wins over any other; None without one.

    Raises:
        ConfigValidationError: The schema is not that of an object.
    """
    entry = catalog.get_stream(stream) if catalog else None
    if entry is None:
        return None
    schema = dict(entry.schema.to_dict())
    if not isinstance(schema.get("properties"), dict):
        message = f"the catalog has no `properties` in the schema of `{stream}`; make it anew with `--discover`"
        raise ConfigValidationError(message, errors=[message])
    return schema
