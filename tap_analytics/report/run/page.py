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

    from tap_analytics.report.redaction.redact import Redactor
    from tap_analytics.report.run.chart import Chart
    from tap_analytics.report.run.section import Section

# Seconds below which a duration is shown with its fractions.
_FEW = 60

_CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True, kw_only=True)
class Page:
    """The content of the report of a run.

    `source` is the host of the records, `ending` says what stopped the run early. `waited` are the seconds that
    requests waited for their turn. `remarks` are warnings that belong to no stream; `is_blind` says that warnings are
    missing since the log does not have them.
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
        """The result of the run, in a word or two."""
        if failed := sum(bool(section.stats.failure) for section in self.sections):
            return f"{failed} of {len(self.sections)} streams failed"
        return "interrupted" if self.ending else "succeeded"

    def html(self, redactor: Redactor) -> str:
        """Return the page as HTML, without secrets."""

        def plain(value: object) -> object:
            # The result of a macro is made of texts that were redacted already.
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
    """Return a text as HTML, with the parts in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - it is escaped


def count(number: int) -> str:
    """Return a number as it is written in the table of the log."""
    return f"{number:,}"


def seconds(value: float | None) -> str:
    """Return a duration in a fitting unit: milliseconds, seconds, or minutes and more."""
    if value is None:
        return "none"
    if value < 1:
        return f"{value * 1000:,.0f} ms"
    return f"{value:,.2f} s" if value < _FEW else duration(value)
