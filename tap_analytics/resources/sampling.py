"""Samples: some records of a resource as the API gives them, to infer its fields from."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import StatusError
from tap_analytics.http.retry import UnreachableError
from tap_analytics.reading.reading import Reading
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps
from tap_analytics.report.stats import StreamStats
from tap_analytics.report.trace import FullTrace
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.windowing import Windowing
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.replication import ReplicationKey
from tap_analytics.state.start_text import day_bounds

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.http.connection import Connection
    from tap_analytics.pagination.page import Row
    from tap_analytics.resources.detection.detector import Detector
    from tap_analytics.resources.resource import Resource

Record = dict[str, Any]
Context = Mapping[str, Any]

# Records of a parent whose children are looked at for a sample; and how many, where those have none.
SAMPLE_PARENTS = 5
MOST_PARENTS = 100
# Statuses that may be those of the list of one parent, where others are read.
_OF_ONE_PARENT = (400, 403, 404, 409, 410, 422)


class Sampled(msgspec.Struct, frozen=True):
    """A record of a sample, and what the records of its ancestors say for the requests of other resources."""

    record: Record
    context: Mapping[str, Any]


class Sampler(msgspec.Struct, frozen=True, kw_only=True):
    """Reads samples of resources under the settings of the tap.

    `pages` are how many of a list are read, where they have enough records; the usual number if it is None. `few` and
    `many` are from how many records of a parent children are read, and from how many where those have none. `figures`
    are those of each resource that was asked for, by its name.
    """

    few: ClassVar = SAMPLE_PARENTS
    many: ClassVar = MOST_PARENTS

    config: Mapping[str, Any]
    connection: Connection
    detector: Detector
    logger: logging.Logger
    pages: int | None = None
    figures: dict[str, StreamStats] = msgspec.field(default_factory=dict)

    def records(
        self, resource: Resource, size: int, *, parents: Sequence[Context] | None = None, is_wide: bool = False
    ) -> list[Sampled]:
        """Return some records from several pages.

        Args:
            resource: What to read.
            size: The most records.
            parents: What the records of the parent say for the requests, for a resource that has a parent.
            is_wide: Whether it is to come from many parents, where a few have enough.

        Raises:
            FatalAPIError: The list cannot be read.
        """
        enough = MOST_PARENTS if is_wide else SAMPLE_PARENTS
        found: list[Sampled] = []
        refused: StatusError | None = None
        for number, context in enumerate(contexts_of(resource, parents), 1):
            try:
                records = self._of_list(resource, context, size - len(found))
            except StatusError as error:
                # The lists of other parents may be there: the sync will say which are not.
                if error.status not in _OF_ONE_PARENT:
                    raise
                refused, records = refused or error, []
            found += (Sampled(record, context) for record in records)
            if len(found) >= size or ((found or refused) and number >= enough) or number >= MOST_PARENTS:
                break
        if refused and not found:
            raise refused
        typed = resource.format.with_types([each.record for each in found])
        return [Sampled(record, each.context) for record, each in zip(typed, found, strict=True)]

    def _of_list(self, resource: Resource, context: Context, size: int) -> list[Record]:
        """Return some records of one list: as the first sync asks for them, or from the whole list if that brings none.

        A row that has not changed since has fields too, and a start may say nothing to the API: it may be a date where
        the API counts.
        """
        if resource.values is not None:
            return [dict(record) for record in islice(resource.values, size)]
        listing, windowing = self._windowing(resource)
        if windowing is None:
            return self._between(listing, context, [Bounds()], size)
        bounds = [windowing.within(interval) for interval in windowing.samples()]
        if windowing.is_closed or not windowing.bounds:
            return self._by_times_or_days(listing, context, bounds, size)
        failure: FatalAPIError | None = None
        try:
            if records := self._between(listing, context, bounds, size):
                return records
        except UnreachableError:
            raise
        except FatalAPIError as error:
            failure = error
        try:
            return self._between(listing, context, [Bounds()], size)
        except FatalAPIError:
            if failure is None:
                return []
        raise failure

    def _by_times_or_days(
        self, listing: Listing, context: Context, bounds: Sequence[Bounds], size: int
    ) -> list[Record]:
        """Return some records between these ends, asked for by days where the API refuses times."""
        try:
            return self._between(listing, context, bounds, size)
        except StatusError as error:
            by_day = [found for each in bounds if error.is_of_query and (found := day_bounds(each))]
            if not by_day:
                raise
            failure = error
        try:
            return self._between(listing, context, by_day, size)
        except StatusError:
            raise failure from None

    def _between(self, listing: Listing, context: Context, bounds: Sequence[Bounds], size: int) -> list[Record]:
        """Return some records of a list that are within any of these bounds."""
        # Only here: a run that knows its schemas needs no inference.
        from tap_analytics.records.inference import SAMPLED_PAGES, sample  # noqa: PLC0415

        records: list[Record] = []
        for each in bounds:
            with closing(self._reading(listing, context, each).runs()) as runs:
                pages = self._until_failure(runs)
                records += sample(pages, size - len(records), least=self.pages or SAMPLED_PAGES)
            if len(records) >= size:
                break
        return records

    def _until_failure(self, runs: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the pages of a list up to its end, or to where it fails: the sync will say what is wrong there.

        Raises:
            FatalAPIError: It fails before its first row.
        """
        has_rows = False
        try:
            for page in runs:
                has_rows = has_rows or bool(page)
                yield page
        except FatalAPIError as error:
            if not has_rows or isinstance(error, UnreachableError):
                raise
            self.logger.info("The sample ends early: %s", error)

    def _windowing(self, resource: Resource) -> tuple[Listing, Windowing | None]:
        """Return how a resource is asked for, and by what time; a bookmark says nothing to a sample."""
        new = resource.incremental
        listing = Listing(resource=resource, config=self.config, is_incremental=new is not None, takes_beginning=True)
        if new is None:
            return listing, None
        key = ReplicationKey.of(
            new.cursor_path,
            resource.laid_over(resource.schema or {}),
            new,
            is_verbatim=not resource.follows_settings,
        )
        bounds = key.bounds(self.config.get("start_date"), is_bookmark=False, settings=self.config)
        return listing, Windowing(listing=listing, key=key, bounds=bounds, now=datetime.now(UTC))

    def _reading(self, listing: Listing, context: Context, bounds: Bounds) -> Reading[Any]:
        """Return a reading of what is between bounds."""
        resource = listing.resource
        listing = listing.with_job(self.connection, lambda: bounds, context)
        detected = self.detector.find(listing, lambda listing, rows: self.asking(listing, rows, context, bounds))
        codec, nested = RawRecords(detected.listing.envelope), detected.listing.nesting.nested
        inherited = resource.values_for(context, bounds)
        rows = RowRules(
            path=resource.path,
            codec=codec,
            keys=() if nested else resource.primary_key,
            inherited=inherited,
            empty_when=resource.empty_when,
            steps=Steps.of(nested and nested.carrying(inherited), resource.steps, codec),
            bodies=detected.listing.bodies,
        )
        return replace(self.asking(detected.listing, rows, context, bounds), answered=detected.answered)

    def asking(self, listing: Listing, rows: RowRules, context: Context, bounds: Bounds | None = None) -> Reading[Any]:
        """Return a reading that takes rows as the rules say: of the list of one parent, or of the only list."""
        name, template = listing.resource.name, listing.template(self.connection)
        return Reading(
            name=name,
            connection=listing.connection(self.connection),
            actions=listing.resource.actions,
            request=lambda token: template.fill(token, bounds=bounds or Bounds(), context=context),
            job=listing.job,
            paginator=listing.paginator,
            rows=rows,
            stats=self.figures.setdefault(name, StreamStats(stream=name, trace=FullTrace())),
            # A row that moves from page to page while a sample is read does no harm.
            verify=False,
            is_part=bool(context),
            logger=self.logger.getChild(f"{name}.sample"),
        )


def contexts_of(resource: Resource, parents: Sequence[Context] | None) -> list[Context]:
    """Return what the requests for a resource are filled with, for each parent that has it; equal values come once."""
    if parents is None:
        return [{}]
    contexts: dict[str, Context] = {}
    for context in parents:
        needed = [context.get(parent.placeholder) for parent in resource.parents] or context
        if not resource.lacks(context):
            contexts.setdefault(str(needed), context)
    return list(contexts.values())
