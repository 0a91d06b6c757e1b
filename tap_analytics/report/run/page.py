"""The report of a run as HTML: one page that needs no network and no script, made from a template."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from tap_analytics.report.run.chart import BARS
from tap_analytics.report.stats import duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tap_analytics.report.redact import Redactor
    from tap_analytics.report.run.chart import Chart
    from tap_analytics.report.run.section import Section

# Seconds below which a duration is shown with its fractions.
_FEW = 60

_CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What stands in the report of a run.

    `source` is where the records come from, `ending` what has ended the run before its end. `waited` are the seconds
    that requests waited for their turn. `remarks` are warnings that belong to no stream; `is_blind` says that there are
    none since the log has none.
    """

    sections: Sequence[Section]
    chart: Chart
    source: str
    date: datetime
    ending: str = ""
    waited: float = 0
    remarks: Sequence[str] = ()
    is_blind: bool = False

    @property
    def verdict(self) -> str:
        """What became of the run, in a word or two."""
        if failed := sum(bool(section.stats.failure) for section in self.sections):
            return f"{failed} of {len(self.sections)} streams failed"
        return "interrupted" if self.ending else "succeeded"

    def html(self, redactor: Redactor) -> str:
        """Return the page; every text in it is without secrets."""

        def plain(value: object) -> object:
            # What a macro has made is made of texts that came this way.
            return redactor.line(value) if isinstance(value, str) and not isinstance(value, Markup) else value

        environment = Environment(
            loader=PackageLoader("tap_analytics.report.run", "."),
            autoescape=True,
            finalize=plain,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "count": count,
            "seconds": seconds,
            "with_code": lambda text: with_code(redactor.line(str(text))),
        }
        words: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        template = environment.get_template("run.html")
        return template.render(words, verdict=self.verdict, version=version("tap-analytics"), width=BARS)


def with_code(text: str) -> Markup:
    """Return a text as HTML, with what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - it is escaped


def count(number: int) -> str:
    """Return a number as the table in the log has it."""
    return f"{number:,}"


def seconds(value: float | None) -> str:
    """Return a time so that it can be compared with others: in milliseconds, seconds, or minutes and more."""
    if value is None:
        return "none"
    if value < 1:
        return f"{value * 1000:,.0f} ms"
    return f"{value:,.2f} s" if value < _FEW else duration(value)
