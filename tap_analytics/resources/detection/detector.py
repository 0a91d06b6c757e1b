"""Detector: finds out how a resource is read, and proves it by a second page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import with_message
from tap_analytics.http.retry import UnreachableError
from tap_analytics.resources.listing import Detected
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    import logging

    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.resources.detection.exchange import Ask
    from tap_analytics.resources.detection.look import Look
    from tap_analytics.resources.listing import Listing

# Settings that say how pages are asked for; if one of them is not its default, that counts as a declaration.
_OF_PAGING = ("limit_param", "offset_param", "total_path")


class Detector:
    """Finds out how resources are read that do not declare it: where their records are, and how the list goes on.

    What a second page has proved is kept, and logged once in the words of a declaration. For a list that fits into its
    first page only the place of its records is kept: every such list is examined, without a further request.

    Args:
        logger: Takes what was found.
        is_thorough: Whether each list is asked for a second page, even if its first page does not look full.
    """

    def __init__(self, logger: logging.Logger, *, is_thorough: bool = False) -> None:
        self.proofs: dict[str, str] = {}
        self.remarks: dict[str, str] = {}
        self._logger = logger
        self._is_thorough = is_thorough
        self._known: dict[str, dict[str, Any]] = {}
        self._ignoring: set[str] = set()
        self._told: set[str] = set()

    def find(self, listing: Listing, ask: Ask) -> Detected:
        """Return a listing with all that its resource leaves open filled in.

        Args:
            listing: The resource as it is declared.
            ask: Returns the reading of a listing by some rules.

        Raises:
            FatalAPIError: There is no first response, or it can be read in several ways, or it says that there is more
                and no way leads there.
        """
        resource = replace(listing.resource, **self._known.get(listing.resource.name, {}))
        listing = msgspec.structs.replace(listing, resource=resource)
        selector, paginator = finds_selector(listing), finds_paginator(listing)
        if not (selector or paginator):
            return Detected(listing=listing)
        from tap_analytics.resources.detection.look import Look, Sought  # noqa: PLC0415 - most resources are declared

        sought = Sought(
            selector=selector,
            paginator=paginator,
            is_thorough=self._is_thorough,
            ignores_pages=resource.name in self._ignoring,
        )
        try:
            look = Look(listing, ask, sought)
            detected = look.detect()
        except UnreachableError:
            raise
        except FatalAPIError as error:
            failure = with_message(error, f"{resource.name}: {error}")
        else:
            self._keep(resource.name, look)
            self.proofs.setdefault(resource.name, look.proof)
            return detected
        raise failure

    def words_of(self, name: str) -> dict[str, Any]:
        """Return what was proved about a resource, in the words of an endpoint."""
        found = self._known.get(name, {})
        return {word: value if isinstance(value, str) else _words(value) for word, value in found.items()}

    def _keep(self, name: str, look: Look) -> None:
        """Keep what was proved, and log it once."""
        if look.is_ignored:
            self._ignoring.add(name)
        self.remarks.setdefault(name, look.remark)
        if look.remark and f"{name}: {look.remark}" not in self._told:
            self._told.add(f"{name}: {look.remark}")
            self._logger.warning("%s: %s", name, look.remark)
        if not look.sure:
            return
        self._known[name] = self._known.get(name, {}) | look.sure
        text = json.dumps({word: said for word, said in self.words_of(name).items() if word in look.sure})[1:-1]
        if f"{name}: {text}" not in self._told:
            self._told.add(f"{name}: {text}")
            self._logger.info("%s: its first response shows how it is read; to pin it, declare %s", name, text)


def finds_selector(listing: Listing) -> bool:
    """Return whether the place of the records has to be found out, since neither resource nor settings say it."""
    resource, usual = listing.resource, SETTINGS["properties"]["data_selector"]["default"]
    if resource.format.is_file or not listing.envelope.is_plain:
        return False  # such records are no list of objects, which detection would not find
    said = resource.data_selector or listing.data_selector or listing.config["data_selector"] != usual
    return resource.is_detected and not said


def finds_paginator(listing: Listing) -> bool:
    """Return whether the way from page to page has to be found out; or to be proved, where it is usually by offset.

    If the settings name the parameters of the offset, the list is read by that.
    """
    resource, config = listing.resource, listing.config
    is_auto = resource.paginator is not None and resource.paginator.is_detected
    if not resource.is_detected or not (is_auto or resource.paginator is None):
        return False
    said = any(config[name] != SETTINGS["properties"][name]["default"] for name in _OF_PAGING)
    is_plain = not resource.format.is_file and listing.envelope.is_plain
    return not said and (is_auto or is_plain or not resource.follows_settings)


def _words(paginator: Paginator[Any]) -> dict[str, Any]:
    """Return the words that declare a paginator, without options that have their defaults."""
    usual = type(paginator)().words()
    return {word: value for word, value in paginator.words().items() if word == "type" or usual.get(word) != value}
