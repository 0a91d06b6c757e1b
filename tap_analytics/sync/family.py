"""Family: a stream with its descendants, and for which records of a parent its children are read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_analytics.client import AnalyticsStream
from tap_analytics.state.shapes import INCOMPLETE, fall_behind
from tap_analytics.stream.lists.child_lists import ChildLists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from singer_sdk import Stream

logger = logging.getLogger("tap-analytics")


class Family:
    """A stream and the selected streams that descend from it, for one sync.

    An incremental parent gives only new and changed records. A child stream without state is read for all records of
    the parent, to have its history; later for the new and changed ones, or for all if the parent declares
    `children: all`.
    """

    def __init__(self, streams: Sequence[AnalyticsStream], *, width: int = 1) -> None:
        """Take a stream and all that descends from it, parents before their children.

        Args:
            streams: The streams.
            width: How many lists of children are read at once.
        """
        self._streams = streams
        self._lists = ChildLists(width, is_sync=True)
        self._new: list[AnalyticsStream] = []

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """Do not read these streams, and let no bookmark pass the records for which they would have been read."""
        for stream in self._streams:
            if stream.name in reasons:
                if stream.selected:
                    stream.state_manager.failed_lists.add(reasons[stream.name])
                stream.selected = False

    def begin(self) -> None:
        """Set for each stream which of its children are read for all records, and log it."""
        for stream in self._streams:
            stream.lists = self._lists
            if stream.replication_method == "INCREMENTAL":
                fall_behind(stream.tap_state.get("bookmarks", {}), _unread(stream))
            selected = _children(stream)
            if not selected or not _has_bookmark(stream):
                continue
            wanted = [child for child in selected if stream.resource.children == "all" or _lacks_history(child)]
            stream.children_of_all = frozenset(child.name for child in wanted)
            self._new += [each for child in wanted for each in [child, *_below(child)] if _is_new(each)]
            self._tell(stream, wanted, [child for child in selected if child not in wanted])
        for stream in self._new:
            stream.state_manager.stream_state[INCOMPLETE] = True

    def close(self) -> None:
        """Stop reading ahead, and let no bookmark pass rows that may not have been read."""
        self._lists.close()
        top = self._streams[0]
        top.state_manager.close(top.stream_state)
        for stream in self._streams:
            stream.lists = ChildLists()
            stream.state_manager.starts.clear()

    def end(self) -> None:
        """Keep the bookmarks of a family after all lists of parents were read to their ends."""
        for stream in self._streams:
            if (
                stream.selected
                and stream.state_partitioning_keys
                and all(parent.state_manager.is_whole for parent in self._above(stream))
            ):
                stream.state_manager.drop_unread_partitions()
        if not self.failures():
            for stream in _selection(self._streams):
                stream.state_manager.stream_state.pop(INCOMPLETE, None)

    def failures(self) -> dict[str, str]:
        """Return why some of the lists of child streams could not be read, by the name of the stream."""
        lists = {stream.name: stream.state_manager.failed_lists for stream in self._streams}
        return {name: failed.summary(name) for name, failed in lists.items() if failed}

    def _above(self, stream: AnalyticsStream) -> Iterator[AnalyticsStream]:
        """Give the streams that one descends from."""
        yield from (each for each in self._streams if stream in each.descendent_streams)

    def _tell(
        self, stream: AnalyticsStream, wanted: Sequence[AnalyticsStream], others: Sequence[AnalyticsStream]
    ) -> None:
        if names := ", ".join(child.name for child in wanted if _lacks_history(child)):
            logger.info("There is no state of %s: the streams are read for all records of %s", names, stream.name)
        if names := ", ".join(child.name for child in others):
            logger.info(
                "Only for those records of %s that are new or changed since the last sync these are read: %s; with "
                "`children: all` in the resource `%s` they are read for all",
                stream.name,
                names,
                stream.name,
            )


def _analytics(streams: Sequence[Stream]) -> list[AnalyticsStream]:
    return [stream for stream in streams if isinstance(stream, AnalyticsStream)]


def _selection(streams: Sequence[Stream]) -> list[AnalyticsStream]:
    return [stream for stream in _analytics(streams) if stream.selected]


def _children(stream: AnalyticsStream) -> list[AnalyticsStream]:
    """Return the child streams that are read, because they or their descendants are selected."""
    return [child for child in _analytics(stream.child_streams) if child.selected or child.has_selected_descendents]


def _below(stream: AnalyticsStream) -> list[AnalyticsStream]:
    return _selection(stream.descendent_streams)


def _unread(stream: AnalyticsStream) -> list[str]:
    """Return the streams below that are not selected; where a list failed instead, no bookmark of a parent moves."""
    below = _analytics(stream.descendent_streams)
    return [each.name for each in below if not each.selected and not each.state_manager.failed_lists]


def _is_new(stream: AnalyticsStream) -> bool:
    """Return whether a stream was never read, or only for some of its parents."""
    bookmark = stream.tap_state.get("bookmarks", {}).get(stream.name)
    return stream.selected and (bookmark is None or INCOMPLETE in bookmark)


def _lacks_history(stream: AnalyticsStream) -> bool:
    return _is_new(stream) or any(map(_is_new, _below(stream)))


def _has_bookmark(stream: AnalyticsStream) -> bool:
    """Return whether a stream has a bookmark, so that it gives only new records."""
    if stream.replication_method != "INCREMENTAL":
        return False
    bookmark = stream.tap_state.get("bookmarks", {}).get(stream.name, {})
    return any("replication_key_value" in each for each in (bookmark, *bookmark.get("partitions", [])))
