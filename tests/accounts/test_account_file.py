"""Files of accounts, in each format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tap_analytics.accounts.account_file import read

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNTS = [
    {"name": "north", "api_key": "$NORTH_KEY", "params": {"site": "12"}},
    {"name": "south", "api_key": "$SOUTH_KEY", "api_url": "https://south.example.com"},
]
TABLE = """name,api_key,params.site,api_url
north,$NORTH_KEY,12,

south,$SOUTH_KEY, ,https://south.example.com
"""
YAML = "\n".join(f"- {json.dumps(each)}" for each in ACCOUNTS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("accounts.json", json.dumps(ACCOUNTS)),
        ("accounts.json", json.dumps({"accounts": ACCOUNTS})),
        ("accounts.yaml", YAML),
        ("accounts.yml", f"accounts:\n{YAML}"),
        ("accounts.csv", TABLE),
        ("ACCOUNTS.CSV", f"\ufeff{TABLE}"),
    ],
)
def test_a_list_is_the_same_in_each_format(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    entries, faults = read(str(tmp_path / name))
    assert ([each for _, each in entries], faults) == (ACCOUNTS, [])


def test_an_account_is_named_by_its_line_or_its_number(tmp_path: Path) -> None:
    for name, text in {"a.csv": TABLE, "a.json": json.dumps(ACCOUNTS)}.items():
        (tmp_path / name).write_text(text)
    assert [place for place, _ in read(str(tmp_path / "a.csv"))[0]] == [
        "line 2 of `accounts_file`",
        "line 4 of `accounts_file`",
    ]
    assert [place for place, _ in read(str(tmp_path / "a.json"))[0]] == [
        "account 1 of `accounts_file`",
        "account 2 of `accounts_file`",
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.txt", "", "must name a file that ends with one of `.json`, `.yaml`, `.yml`, `.csv`"),
        ("a.json", '[{"name": secret}]', "names a file that is not JSON: line 1, column 11"),
        ("a.json", "{}", "names a file that holds no list of accounts"),
        ("a.yaml", "- {", "names a file that is not YAML: line 1, column 4"),
        ("a.yaml", "a: 1", "names a file that holds no list of accounts"),
        ("a.csv", "name,name\n", "has two columns `name`; each needs its own name"),
        ("a.csv", "name,api_key\nnorth\n", "has 1 cells in line 2, and 2 names in its first line"),
        ("a.csv", 'name\n"a"b\n', "names a file that is not CSV: line 2"),
    ],
)
def test_a_file_that_holds_no_accounts_is_refused(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (tmp_path / name).write_text(text)
    assert read(str(tmp_path / name)) == ([], [f"`accounts_file` {fault}"])


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"name\n\xff\n")
    assert read(str(tmp_path / "a.csv"))[1] == ["`accounts_file` names a file that is not text in UTF-8"]
    assert read(str(tmp_path / "b.csv"))[1] == [
        "`accounts_file` names a file that cannot be read: No such file or directory"
    ]
