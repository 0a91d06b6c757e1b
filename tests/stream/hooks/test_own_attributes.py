"""Which attributes a stream has of its own: of its class, and of the object."""

from __future__ import annotations

from functools import cached_property

import pytest

from tap_analytics.stream.hooks.own_attributes import OwnAttributes, of_class


class Base:
    hook = 1
    timeout = 5

    def method(self) -> None:
        """Do nothing."""

    @property
    def figure(self) -> int:
        return 1

    @cached_property
    def agent(self) -> str:
        return "usual"


def test_a_class_that_only_inherits_overrides_nothing() -> None:
    assert of_class(type("Same", (Base,), {"other": 2, "hook": Base.hook}), Base) == {"other": 2}


@pytest.mark.parametrize("hook", ["hook", "method", "figure"])
def test_an_attribute_a_method_and_a_property_of_its_own_are_overrides(hook: str) -> None:
    own = object()
    assert of_class(type("Own", (Base,), {hook: own}), Base) == {hook: own}
    mixin = type("Mixin", (), {hook: own})
    assert of_class(type("Own", (mixin, Base), {}), Base) == {hook: own}


def test_what_others_set_before_and_after_is_found_once() -> None:
    stream = Base()
    stream.hook = 2
    own = OwnAttributes(stream)
    stream.timeout = 7
    own.begin()
    assert own.new() == {"hook": 2}
    vars(stream)["_http_method"] = "POST"
    assert own.new() == {"hook": 2, "http_method": "POST"}
    own.begin()
    assert own.new() == {}


def test_a_cached_property_that_was_read_is_not_set() -> None:
    stream = Base()
    own = OwnAttributes(stream)
    assert (stream.agent, own.new()) == ("usual", {})
    vars(stream)["agent"] = "mine"
    assert own.new() == {"agent": "mine"}
