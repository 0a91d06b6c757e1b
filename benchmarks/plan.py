"""What is measured, and how often."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.shapes import Shape

# Rows of so many fields are read as often as those of the sandbox.
USUAL_FIELDS = 20


@dataclass(frozen=True, kw_only=True)
class Case:
    """One table of the results: so many rows, so many on a page, so many seconds before every answer.

    Args:
        rounds: How often each contestant reads them, in turn with the others.
        peer_rounds: In how many of those rounds the peers take part.
        shape: What the rows are like, if not as the sandbox makes them.
    """

    rows: int
    page_size: int
    latency: float = 0.0
    rounds: int = 1
    peer_rounds: int = 1
    shape: Shape | None = None

    @property
    def title(self) -> str:
        """The case in words."""
        latency = f"{self.latency * 1000:.0f} ms latency" if self.latency else "no latency"
        return f"{self.page_size:,} rows a page, {latency}" + (f", {self.shape.title}" if self.shape else "")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that one run of the benchmarks measures.

    Args:
        rows: Rows that are read without latency, and for the cost of a row.
        page_sizes: Rows a page.
        slow_pages: Pages that are read where each takes `latency`: it is the pages that cost time there, not the rows.
        latency: Seconds before every answer.
        rounds: How often the tap and the plain loop read the rows of a case.
        peer_rounds: How often the peers do.
        memory_rows: Rows of the runs that compare memory and requests.
        cost_page_sizes: Page sizes of the runs that compare the cost of a row.
        startups: How often startup is timed.
        shapes: Rows that are not as the sandbox makes them.
    """

    rows: int = 50_000
    page_sizes: tuple[int, ...] = (100, 1_000)
    slow_pages: int = 200
    latency: float = 0.05
    rounds: int = 5
    peer_rounds: int = 3
    memory_rows: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    cost_page_sizes: tuple[int, ...] = (10, 50, 100, 500, 1_000, 5_000)
    startups: int = 15
    shapes: tuple[Shape, ...] = (
        Shape(declared=45, sent=20),
        Shape(declared=5, sent=5),
        Shape(declared=200, sent=200),
        Shape(declared=200, sent=20),
    )

    @property
    def cases(self) -> list[Case]:
        """The tables with all contestants; with latency the peers take part once, and only where pages are small.

        A peer asks for one page after another, so that its time there is known beforehand: that of its requests.
        """
        fast = [
            Case(rows=self.rows, page_size=size, rounds=self.rounds, peer_rounds=self.peer_rounds)
            for size in self.page_sizes
        ]
        slow = [
            Case(
                rows=size * self.slow_pages,
                page_size=size,
                latency=self.latency,
                rounds=min(self.rounds, 2),
                peer_rounds=int(size == min(self.page_sizes)),
            )
            for size in self.page_sizes
        ]
        return fast + slow

    @property
    def memory_cases(self) -> list[Case]:
        """One case for each number of rows."""
        return [Case(rows=rows, page_size=100) for rows in self.memory_rows]

    @property
    def cost_cases(self) -> list[Case]:
        """One case for each page size, with a part of the rows."""
        return [
            Case(rows=max(self.rows * 2 // 5, 1), page_size=size, rounds=min(self.rounds, 3))
            for size in self.cost_page_sizes
        ]

    @property
    def shape_cases(self) -> list[Case]:
        """One case for each shape and page size, without latency: the shorter the rows, the more of them.

        If a list of short rows is too short, its first page and its end take most of the time.
        """
        return [
            Case(
                rows=max(self.rows * 2 // 5, self.rows * USUAL_FIELDS // shape.sent),
                page_size=size,
                rounds=min(self.rounds, 3),
                shape=shape,
            )
            for shape in self.shapes
            for size in self.page_sizes
        ]

    def scale(self, rows: int) -> Plan:
        """Return the plan with so many rows instead, and all other numbers of rows in proportion."""
        share = rows / self.rows
        return replace(
            self,
            rows=rows,
            slow_pages=max(round(self.slow_pages * share), 1),
            memory_rows=tuple(max(round(each * share), 1) for each in self.memory_rows),
        )


FULL = Plan()
SMALL = Plan(
    rows=1_000,
    page_sizes=(100,),
    slow_pages=5,
    latency=0.01,
    rounds=1,
    peer_rounds=1,
    memory_rows=(100, 1_000),
    cost_page_sizes=(10, 100),
    startups=1,
    shapes=(Shape(declared=45, sent=20), Shape(declared=60, sent=60)),
)
