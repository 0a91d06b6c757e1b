"""Classes of the file whose objects hold, or make, the words of a configuration."""

from __future__ import annotations

import pytest

from tests.resources.dlt_python.readings import content, endpoint, params, read, sentences

_BASE = "from dlt.sources.helpers.rest_client.paginators import OffsetPaginator\n"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Words('v1').version", "v1"),
        ("Words(version='v1').size", 50),
        ("Words('v1').path('deals')", "v1/deals"),
        ("Words('v1').root", "v1/api"),
        ("Words.named('eu').version", "eu"),
        ("Words.double(2)", 4),
        ("Words.REGION", "eu"),
        ("Deep('v1').path('deals')", "v1/deals"),
        ("Plain(3).size", 3),
        ("Plain(3).limit", 7),
        ("Plain(3).more", {}),
        ("next(each for each in [1, 2] if each > 1)", 2),
        ("next((each for each in []), 5)", 5),
    ],
)
def test_attributes_and_methods_of_objects_are_worked_out(expression: str, expected: object) -> None:
    before = """
        from dataclasses import dataclass, field
        class Words:
            REGION = "eu"
            def __init__(self, version, size=50):
                self.version = version
                self.size = size
                self.missing[version] = missing
            def path(self, name):
                return f"{self.version}/{name}"
            @property
            def root(self):
                return self.path("api")
            @classmethod
            def named(cls, region):
                return cls(region)
            @staticmethod
            def double(number):
                return number * 2
        class Deep(Words):
            pass
        @dataclass
        class Plain:
            size: int
            limit: int = 7
            more: dict = field(default_factory=dict)
    """
    assert params(expression, before) == expected


def test_a_source_that_a_method_makes_is_read_whether_or_not_it_is_called() -> None:
    code = """
        class Shop:
            def __init__(self, token):
                self.token = token
            def source(self):
                client = {"base_url": "u", "auth": {"token": self.token}}
                return rest_api_source({"client": client, "resources": ["deals"]})
    """
    expected = {"client": {"base_url": "u", "auth": {"token": "$TOKEN"}}, "resources": ["deals"]}
    assert content(code) == expected
    assert content(code + "        Shop(dlt.secrets['token']).source()") == expected


def test_a_static_method_may_be_a_step() -> None:
    made = read("""
        class Steps:
            @staticmethod
            def keep(row):
                return row["open"]
        rest_api_source({"client": {"base_url": "u"}, "resources": [
            {"name": "deals", "processing_steps": [{"filter": Steps.keep}]},
        ]})
    """)
    assert made.content["resources"][0]["processing_steps"] == [{"filter": "steps.py:keep"}]
    assert "def keep(row):" in made.steps
    assert "staticmethod" not in made.steps
    assert sentences(made) == []


def test_a_method_that_is_not_there_is_told() -> None:
    made = endpoint('{"path": "v1", "params": {"x": Words().path()}}', "class Words:\n    pass")
    assert "calls `path`" in sentences(made, losing=True)[0]


def test_what_is_deleted_is_gone() -> None:
    made = content("""
        config = {"client": {"base_url": "u"}, "resources": ["deals", "calls"], "extra": 1}
        del config["resources"][0]
        del config["extra"], config["missing"]
        rest_api_source(config)
    """)
    assert made == {"client": {"base_url": "u"}, "resources": ["calls"]}


LOOP = """
    def crm(name, url="u"):
        return rest_api_source({"client": {"base_url": url}, "resources": [name]})
"""


def test_sources_of_one_line_with_one_client_are_one_configuration() -> None:
    assert content(LOOP + "    for name in ('deals', 'calls'): crm(name)")["resources"] == ["deals", "calls"]


def test_sources_of_one_line_with_other_clients_are_told() -> None:
    made = read(LOOP + "    for name in ('a', 'b'): crm('deals', name)")
    assert made.content["client"]["base_url"] == "a"
    assert sentences(made, losing=True) == [
        "this line makes several sources, one for each round; the first one is written"
    ]


@pytest.mark.parametrize(
    "code",
    [
        'def __init__(self, size=50): super().__init__(limit=size, total_path="n")\npages = Big()',
        'def __init__(self, size): super().__init__(size, total_path="n")\npages = Big(50)',
        '"""Pages of fifty."""\npages = Big(50, total_path="n")',
    ],
)
def test_a_class_that_only_gives_arguments_to_one_of_dlt_is_that_one(code: str) -> None:
    inner, _, made = code.rpartition("\n")
    before = f"{_BASE}class Big(OffsetPaginator):\n    {inner}\n{made}"
    found = endpoint('{"paginator": pages}', before)
    assert found.content["resources"][0]["endpoint"]["paginator"] == {"type": "offset", "limit": 50, "total_path": "n"}
    assert not sentences(found)


@pytest.mark.parametrize("more", ["self.value_step = 2", "self.limit = 3"])
def test_a_class_that_does_more_is_none_of_dlt(more: str) -> None:
    code = f"class Big(OffsetPaginator):\n    def __init__(self):\n        super().__init__(limit=5)\n        {more}\n"
    found = endpoint('{"paginator": Big()}', _BASE + code)
    (sentence,) = sentences(found, losing=True)
    assert "derives from `OffsetPaginator`, which is dlt's own" in sentence
