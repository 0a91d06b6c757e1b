"""The address of a list, where a subclass makes it anew for each: `path` and `url_base` may follow the context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tap_analytics.state.bounds import Bounds

if TYPE_CHECKING:
    from singer_sdk.helpers.types import Context

    from tap_analytics.resources.listing import Listing
    from tap_analytics.stream.read_stream import ReadStream


def listing_of(stream: ReadStream, context: Context | None) -> Listing:
    """Return the listing of a stream, at the address that the stream has for one parent."""
    listing = stream.listing
    with stream.current.reading(listing, Bounds(), context):
        path, base = str(stream.path), stream.url_base.rstrip("/")
    has_own_path = path != stream.usual_path
    if not has_own_path and base == listing.config["api_url"]:
        return listing
    resource = replace(listing.resource, path=path) if has_own_path else listing.resource
    return replace(listing, resource=resource, config={**listing.config, "api_url": base})
