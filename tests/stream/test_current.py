"""A thread finds the list that it reads, whatever other threads read of the same stream."""

from __future__ import annotations

import threading
from typing import Any

from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.state.bounds import Bounds
from tap_analytics.stream.current import ContextOfThread, CurrentList

LISTING = Listing(resource=Resource(name="notes", path="/notes"), config={})


class Stream:
    context = ContextOfThread()

    def __init__(self) -> None:
        self.current = CurrentList()
        self.context = None


def in_a_thread(function: Any) -> None:  # noqa: ANN401 - any function
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_a_list_is_the_current_one_while_it_is_asked_for() -> None:
    current = CurrentList()
    with current.reading(LISTING, Bounds(), {"firm": 1}):
        assert (current.listing, current.bounds) == (LISTING, Bounds())
    assert (current.listing, current.bounds) == (None, None)


def test_another_thread_has_another_current_list() -> None:
    current, seen = CurrentList(), []
    with current.reading(LISTING, Bounds(), None):
        in_a_thread(lambda: seen.append(current.listing))
    assert seen == [None]


def test_the_context_of_a_stream_is_that_of_the_list_which_the_thread_reads() -> None:
    stream, seen = Stream(), []
    stream.context = {"firm": 1}

    def read() -> None:
        seen.append(stream.context)
        with stream.current.reading(LISTING, Bounds(), {"firm": 2}):
            seen.append(stream.context)
        seen.append(stream.context)

    in_a_thread(read)
    assert seen == [{"firm": 1}, {"firm": 2}, {"firm": 2}]
    assert stream.context == {"firm": 1}


def test_what_is_set_anew_is_found_by_whoever_sets_it() -> None:
    stream = Stream()
    with stream.current.reading(LISTING, Bounds(), {"firm": 2}):
        pass
    stream.context = {"firm": 3}
    assert stream.context == {"firm": 3}
