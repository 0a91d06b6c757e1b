"""The collector of garbage stands still while modules are imported."""

from __future__ import annotations

import gc

import pytest

from tap_analytics.cli.collector import standing_still


def test_nothing_is_collected_meanwhile_and_what_is_there_by_then_never() -> None:
    frozen = gc.get_freeze_count()
    try:
        with standing_still():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()


def test_the_collector_works_again_after_an_import_that_fails() -> None:
    try:
        with pytest.raises(ImportError), standing_still():
            raise ImportError
        assert gc.isenabled()
    finally:
        gc.unfreeze()
