"""Arguments of a command line have their defaults."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import endpoint, sentences

SCRIPT = """
    import argparse
    import sys
    def arguments():
        parser = argparse.ArgumentParser(description="Loads.")
        parser.add_argument("account")
        parser.add_argument("--full", action="store_true")
        parser.add_argument("--no-cache", action="store_false", dest="cache")
        parser.add_argument("-p", "--page-size", type=int, default="50")
        group = parser.add_argument_group("more")
        group.add_argument("--since")
        parser.set_defaults(kind="all")
        return parser.parse_args()
    args = arguments()
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("args.page_size", 50),
        ("'y' if args.full else 'n'", "n"),
        ("'y' if args.cache else 'n'", "y"),
        ("args.since or '2024-01-01'", "2024-01-01"),
        ("args.kind", "all"),
        ("'y' if '--full' in sys.argv else 'n'", "n"),
        ("sys.argv[1] if len(sys.argv) > 1 else 'usual'", "usual"),
    ],
)
def test_an_argument_has_its_default(expression: str, value: object) -> None:
    made = endpoint(f'{{"params": {{"x": {expression}}}}}', SCRIPT)
    assert made.content["resources"][0]["endpoint"] == {"params": {"x": value}}
    assert sentences(made) == ["the command line is taken to be empty: its arguments have their defaults"]


def test_an_argument_without_a_default_is_told() -> None:
    made = endpoint('{"params": {"x": args.account, "y": 1}}', SCRIPT)
    assert made.content["resources"][0]["endpoint"] == {"params": {"y": 1}}
    (sentence,) = sentences(made, losing=True)
    assert sentence == "`resources[0].endpoint.params.x` is the argument `account` of the command line; it is left out"
