"""Samples: some records of a resource as the API gives them, to infer its fields from."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tap_analytics.reading import Reading
from tap_analytics.records.rows import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps
from tap_analytics.report.stats import StreamStats
from tap_analytics.resources.listing import Listing
from tap_analytics.state.bounds import Bounds

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping, Sequence

    from tap_analytics.http.connection import Connection
    from tap_analytics.resources.detector import Detector
    from tap_analytics.resources.resource import Resource

Record = dict[str, Any]

# Records of a parent whose children are looked at for a sample; and how many, where those have none.
SAMPLE_PARENTS = 5
MOST_PARENTS = 100


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """Reads samples of resources under the settings of the tap."""

    config: Mapping[str, Any]
    connection: Connection
    detector: Detector
    logger: logging.Logger

    def records(
        self, resource: Resource, size: int, *, parents: Sequence[Record] | None = None, is_wide: bool = False
    ) -> list[Record]:
        """Return some records from several pages.

        Args:
            resource: What to read.
            size: The most records.
            parents: Records of the parent, for a resource that has one.
            is_wide: Whether it is to come from many parents, where a few have enough.

        Raises:
            FatalAPIError: The list cannot be read.
        """
        # Only here: a run that knows its schemas needs no inference.
        from tap_analytics.records.inference import sample  # noqa: PLC0415

        enough = MOST_PARENTS if is_wide else SAMPLE_PARENTS
        records: list[Record] = []
        for number, context in enumerate(contexts_of(resource, parents), 1):
            reading = self._reading(resource, context)
            with closing(reading.runs()) as runs:
                records += sample(runs, size - len(records))
            if len(records) >= size or (records and number >= enough) or number >= MOST_PARENTS:
                break
        return resource.format.typed(records)

    def _reading(self, resource: Resource, context: Mapping[str, Any]) -> Reading[Any]:
        """Return a reading of all rows, whatever the bookmark says: a row that has not changed has fields too."""
        listing = Listing(resource=replace(resource, incremental=None), config=self.config, takes_beginning=True)
        listing = listing.with_job(self.connection, Bounds, context)
        detected = self.detector.find(listing, lambda listing, rows: self.asking(listing, rows, context))
        codec = RawRecords(detected.listing.envelope)
        inherited = {name: context.get(name) for name in resource.inherited}
        rows = RowRules(
            path=resource.path,
            codec=codec,
            keys=resource.primary_key,
            inherited=inherited,
            empty_when=resource.empty_when,
            steps=Steps.of(resource.steps, codec),
            bodies=detected.listing.bodies,
        )
        return replace(self.asking(detected.listing, rows, context), answered=detected.answered)

    def asking(self, listing: Listing, rows: RowRules, context: Mapping[str, Any]) -> Reading[Any]:
        """Return a reading that takes rows as the rules say: of the list of one parent, or of the only list."""
        template = listing.template(self.connection)
        return Reading(
            name=listing.resource.name,
            connection=listing.connection(self.connection),
            actions=listing.resource.actions,
            request=lambda token: template.fill(token, bounds=Bounds(), context=context),
            job=listing.job,
            paginator=listing.paginator,
            rows=rows,
            stats=StreamStats(stream=listing.resource.name),
            # A row that moves from page to page while a sample is read does no harm.
            verify=False,
            is_part=bool(context),
            logger=self.logger.getChild(listing.resource.name),
        )


def contexts_of(resource: Resource, parents: Sequence[Record] | None) -> list[dict[str, Any]]:
    """Return what the requests for a resource are filled with, for each parent that has it; a list alike only once."""
    if parents is None:
        return [{}]
    contexts: dict[str, dict[str, Any]] = {}
    for context in map(resource.context_of, parents):
        needed = [context.get(parent.placeholder) for parent in resource.parents]
        if not resource.lacks(context):
            contexts.setdefault(str(needed), context)
    return list(contexts.values())
