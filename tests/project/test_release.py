"""What is released: the wheel and the sdist, the environments that they work in, the image, and what makes them all."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import PathDistribution
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MINOR = "Programming Language :: Python :: "
VERSIONS = [text.removeprefix(MINOR) for text in PROJECT["classifiers"] if text.startswith(f"{MINOR}3.")]
# Of the files in the clone, these are not in the sdist: they are of use only where changes are made and checked.
CLONE_ONLY = {".ci/run", ".pre-commit-config.yaml"}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCKERFILE = ROOT / "Dockerfile"


def run(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """Run a command to its end, and return what it printed; settings of the user do not reach it."""
    foreign = ("TAP_ANALYTICS_", "PYTHON", "VIRTUAL_ENV", "UV_PROJECT", "SETUPTOOLS_SCM")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    process = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        cwd=cwd,
        env=own | environment,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="session")
def uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    return found or pytest.skip("there is no uv here")


def interpreter(version: str, uv: str) -> str:
    """Return a Python of this version; without one the test is skipped, since nothing is downloaded."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [sys.executable, *map(str, pyenv.glob(f"versions/{version}.*/bin/python"))]
    candidates += [found] if (found := shutil.which(f"python{version}")) else []
    find = [uv, "python", "find", "--no-project", "--no-python-downloads", version]
    candidates += subprocess.run(find, capture_output=True, text=True, check=False).stdout.splitlines()
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in candidates:
        # What pyenv puts on the PATH is there for every version that it has, and works for the chosen ones.
        answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)
        if answer.stdout.strip() == version:
            return candidate
    pytest.skip(f"there is no Python {version} here")


@dataclass(frozen=True)
class Release:
    """What `uv build` makes: an sdist of the clone, and a wheel of the sdist."""

    sdist: Path
    wheel: Path

    @property
    def version(self) -> str:
        return self.wheel.name.split("-")[1]

    @property
    def info(self) -> str:
        """The folder of the wheel with its metadata."""
        return f"tap_analytics-{self.version}.dist-info"

    def text_of(self, name: str) -> str:
        with zipfile.ZipFile(self.wheel) as wheel:
            return wheel.read(f"{self.info}/{name}").decode()


@pytest.fixture(scope="session")
def release(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("dist")
    run(uv, "build", "--quiet", "--out-dir", folder, ROOT)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Release(sdist, wheel)


@pytest.fixture(scope="session")
def tracked_files() -> set[str]:
    """The files of the clone that git knows."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: what should be released is not known")
    return set(run("git", "ls-files", "-z", cwd=ROOT).rstrip("\0").split("\0"))


@dataclass(frozen=True)
class Installed:
    """The command `tap-analytics` of some environment, run in a folder of its own."""

    program: Path
    folder: Path
    warnings: str = "error"

    def __call__(self, *arguments: str, **environment: str) -> str:
        return run(self.program, *arguments, cwd=self.folder, PYTHONWARNINGS=self.warnings, **environment)

    def records(self, *arguments: str, **environment: str) -> Counter[str]:
        """Run a sync and count its records by stream."""
        messages = map(json.loads, self(*arguments, **environment).splitlines())
        return Counter(message["stream"] for message in messages if message["type"] == "RECORD")

    def write(self, name: str, content: object) -> str:
        (self.folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
        return name


def row_counts(api: Sandbox) -> dict[str, int]:
    """Return the number of rows of each stream; the overview of the account is one object, whatever its table has."""
    streams = sorted(path.stem for path in (ROOT / "tap_analytics" / "schemas").glob("*.json"))
    return {name: 1 if name == "account_overview" else len(api.table(name)) for name in streams}


def check_a_sync(tap: Installed, api: Sandbox) -> None:
    config = tap.write("config.json", {"api_url": api.url, "api_key": api.api_key, "start_param": "updated_since"})
    assert tap.records("--config", config) == row_counts(api)


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(release: Release, tracked_files: set[str]) -> None:
    package = {name for name in tracked_files if name.startswith(("tap_analytics/", "pyspark_tap_analytics/"))}
    assert {Path(name).suffix for name in package} == {".py", ".json", ".typed", ".html"}
    about = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    with zipfile.ZipFile(release.wheel) as wheel:
        names = wheel.namelist()
    assert sorted(names) == sorted(package | {f"{release.info}/{name}" for name in about})
    assert release.text_of("entry_points.txt").split("\n")[:2] == [
        "[console_scripts]",
        "tap-analytics = tap_analytics.__main__:main",
    ]
    assert release.text_of("licenses/LICENSE") == (ROOT / "LICENSE").read_text()
    assert "Tag: py3-none-any" in release.text_of("WHEEL")


@pytest.mark.slow
def test_the_sdist_holds_the_clone_its_tests_and_nothing_else(release: Release, tracked_files: set[str]) -> None:
    with tarfile.open(release.sdist) as sdist:
        names = {name.split("/", 1)[1] for name in sdist.getnames()}
    assert names == tracked_files - CLONE_ONLY | {"PKG-INFO"}


@pytest.mark.slow
def test_the_wheel_of_the_clone_is_that_of_the_sdist(release: Release, uv: str, tmp_path: Path) -> None:
    run(uv, "build", "--quiet", "--wheel", "--out-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    assert (wheel.name, wheel.read_bytes()) == (release.wheel.name, release.wheel.read_bytes())


@pytest.mark.slow
def test_the_metadata_is_valid_and_its_description_is_the_readme(release: Release) -> None:
    metadata = Metadata.from_email(release.text_of("METADATA"))
    assert (metadata.name, str(metadata.version)) == ("tap-analytics", release.version)
    assert metadata.description == (ROOT / "README.md").read_text()
    assert metadata.description_content_type == "text/markdown"
    assert metadata.license_expression == "Apache-2.0"
    assert str(metadata.requires_python) == PROJECT["requires-python"] == f">={VERSIONS[0]}"


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_works_as_a_tool_of_its_own(
    release: Release, uv: str, api: Sandbox, tmp_path: Path, version: str
) -> None:
    folders = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    run(uv, "tool", "install", "--quiet", "--python", interpreter(version, uv), release.wheel, cwd=tmp_path, **folders)
    tap = Installed(tmp_path / "bin" / "tap-analytics", tmp_path)
    assert tap("--version").startswith(f"tap-analytics v{release.version}, ")
    about = json.loads(tap("--about", "--format", "json"))
    assert about["supported_python_versions"] == VERSIONS
    assert "api_key" in about["settings"]["properties"]
    check_a_sync(tap, api)


@pytest.mark.slow
def test_pipx_runs_the_wheel(release: Release, uv: str, tmp_path: Path) -> None:
    folders = {f"PIPX_{name}": str(tmp_path / name.lower()) for name in ("HOME", "BIN_DIR", "MAN_DIR")}
    pipx = (uv, "tool", "run", "--quiet", "pipx", "run", "--python", sys.executable)
    # Of what pip installs, one command is run once: it need not compile all of it.
    told = run(
        *pipx, "--spec", release.wheel, "tap-analytics", "--version", cwd=tmp_path, PIP_NO_COMPILE="1", **folders
    )
    assert told.startswith(f"tap-analytics v{release.version}, ")


@pytest.fixture(scope="module", params=["3.11", "3.13"])
def lowest(request: pytest.FixtureRequest, release: Release, uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the oldest versions that the tap says it works with."""
    environment = tmp_path_factory.mktemp("lowest") / "environment"
    run(uv, "venv", "--quiet", "--python", interpreter(request.param, uv), environment)
    install = (uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python")
    # For uv, what a wheel depends on is not direct: unless it is asked for by name too, it is the newest.
    run(*install, "--resolution", "lowest-direct", release.wheel, *PROJECT["dependencies"])
    return environment


@pytest.fixture
def oldest(lowest: Path, tmp_path: Path) -> Installed:
    return Installed(lowest / "bin" / "tap-analytics", tmp_path)


@pytest.mark.slow
def test_every_lower_bound_is_the_version_that_is_installed(lowest: Path) -> None:
    (packages,) = lowest.glob("lib/python*/site-packages")
    distributions = PathDistribution.discover(path=[str(packages)])
    installed = {canonicalize_name(distribution.name): distribution.version for distribution in distributions}
    for requirement in map(Requirement, PROJECT["dependencies"]):
        (bound,) = requirement.specifier
        found = installed[canonicalize_name(requirement.name)]
        wanted = Version(bound.version).release
        # A bound of two parts may have its first release withdrawn: requests 2.32.0 was.
        assert Version(found).release[: len(wanted)] == wanted, f"{requirement} cannot be less than {found}"


@pytest.mark.slow
def test_the_oldest_versions_sync_and_tell_about_the_tap(oldest: Installed, api: Sandbox) -> None:
    assert "api_key" in json.loads(oldest("--about", "--format", "json"))["settings"]["properties"]
    check_a_sync(oldest, api)


@pytest.mark.slow
def test_the_oldest_versions_infer_the_fields_of_a_declared_resource(oldest: Installed, api: Sandbox) -> None:
    people = {"name": "people", "primary_key": "id", "endpoint": {"path": "/v1/contacts", "data_selector": "$.data"}}
    config = oldest.write("own.json", {"api_url": api.url, "api_key": api.api_key, "resources": [people]})
    discovered = json.loads(oldest("--config", config, "--discover"))
    (stream,) = discovered["streams"]
    assert {"id", "email", "updated_at"} <= stream["schema"]["properties"].keys()
    catalog = oldest.write("catalog.json", discovered)
    assert oldest.records("--config", config, "--catalog", catalog) == {"people": len(api.table("contacts"))}


@pytest.mark.slow
def test_the_oldest_versions_read_yaml_and_a_file_of_the_environment(oldest: Installed, api: Sandbox) -> None:
    quoted = api.api_key.replace("\\", "\\\\").replace("'", "\\'")
    oldest.write(".env", f"TAP_ANALYTICS_API_URL={api.url}\nANALYTICS_API_KEY='{quoted}'\n")
    counted = oldest.records("--config", str(ROOT / "examples" / "crm.yaml"), "--config", "ENV")
    assert counted == {name: len(api.table(name)) for name in ("contacts", "companies", "deals")}


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile, on however many lines it stands, and the number of its stage."""

    stage: int
    name: str
    text: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)

    def has(self, option: str) -> bool:
        return any(word.startswith(f"--{option}=") for word in self.words)


def instructions(name: str | None = None) -> list[Instruction]:
    """Return the instructions of the Dockerfile, all or those of a name, in order."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line and not line.startswith("#")]
    found: list[Instruction] = []
    stage = -1
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, text = line.split(maxsplit=1)
        stage += word == "FROM"
        found.append(Instruction(stage, word, text))
    return [each for each in found if name in {None, each.name}]


def ends(name: str) -> list[str]:
    """Return the texts of these instructions in the last stage."""
    last = instructions("FROM")[-1].stage
    return [each.text for each in instructions(name) if each.stage == last]


def image_sources() -> list[str]:
    """Return the paths that the image copies from the clone, not from another stage."""
    return [source for each in instructions("COPY") if not each.has("from") for source in each.words[:-1]]


def variables(stage: int) -> dict[str, str]:
    pairs = (pair.split("=", 1) for each in instructions("ENV") if each.stage == stage for pair in each.words)
    return {name: value for name, value in pairs}  # noqa: C416 - dict() would take any sequence


def is_ignored(path: str) -> bool:
    """Return whether .dockerignore leaves a path out: its last pattern that fits the path, or a parent, decides."""
    parents = [str(parent) for parent in (PurePosixPath(path), *PurePosixPath(path).parents) if parent.name]
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        names = [name.rpartition("/")[2] if "**/" in line else name for name in parents]
        if line and not line.startswith("#") and any(fnmatchcase(name, pattern) for name in names):
            ignored = not line.startswith("!")
    return ignored


def test_the_image_is_made_of_what_is_there_and_not_ignored() -> None:
    assert image_sources()
    assert [source for source in image_sources() if not (ROOT / source).exists() or is_ignored(source)] == []
    kept = sorted(str(path.relative_to(ROOT)) for path in ROOT.iterdir() if not is_ignored(path.name))
    assert kept == sorted(image_sources())
    assert is_ignored("tap_analytics/__pycache__")
    assert is_ignored("tap_analytics/sandbox/__pycache__/api.cpython-313.pyc")
    assert not is_ignored("tap_analytics/sandbox/api.py")


def test_the_image_runs_the_command_as_nobody_in_particular() -> None:
    assert [json.loads(text) for text in ends("ENTRYPOINT")] == [[next(iter(PROJECT["scripts"]))]]
    (user,) = ends("USER")
    assert all(int(number) > 0 for number in user.split(":"))
    last = instructions("FROM")[-1].stage
    assert re.fullmatch(rf"python:({'|'.join(map(re.escape, VERSIONS))})-slim", instructions("FROM")[-1].text)
    # What the build needs stays in its stage; a secret in an ARG or ENV would stay in the image for ever.
    assert not [text for text in ends("RUN") if re.search(r"\b(uv|pip|apt|apt-get)\b", text)]
    assert variables(last).keys() == {"PATH"}
    assert {each.text.split("=")[0] for each in instructions("ARG")} == {"VERSION"}
    assert not [each for each in instructions() if re.search("KEY|SECRET|TOKEN", each.text)]


def test_the_environment_of_the_image_is_on_its_path() -> None:
    (build,) = {each.stage for each in instructions("RUN") if "uv sync" in each.text}
    place = variables(build)["UV_PROJECT_ENVIRONMENT"]
    assert variables(instructions("FROM")[-1].stage)["PATH"].split(":")[0] == f"{place}/bin"
    assert [each.words[-2:] for each in instructions("COPY") if "--from=build" in each.words] == [[place, place]]


@pytest.mark.slow
def test_what_the_image_is_built_with_makes_the_command(uv: str, tmp_path: Path) -> None:
    """No image is built here: the commands of its build stage run in a folder that holds what would be copied."""
    (version,) = re.findall(r"^python:([0-9.]+)-slim", instructions("FROM")[-1].text)
    python = interpreter(version, uv)
    source, place = tmp_path / "source", tmp_path / "environment"
    source.mkdir()
    names = variables(1) | {"UV_PROJECT_ENVIRONMENT": str(place), "UV_PYTHON": python, "VERSION": "1.2.3"}
    names["PATH"] = f"{Path(uv).parent}:{os.environ['PATH']}"
    # The machine that runs this test may keep what it has downloaded.
    del names["UV_NO_CACHE"]
    for step in (each for each in instructions() if each.stage == 1):
        if step.name == "RUN":
            run("sh", "-c", step.text, cwd=source, **names)
        for name in step.words[:-1] if step.name == "COPY" and not step.has("from") else ():
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, source / name)
    shutil.rmtree(source)
    assert run(place / "bin" / "tap-analytics", "--version").startswith("tap-analytics v1.2.3, ")
    assert not [name for name in ("uv", "pip", "pytest", "meltano") if (place / "bin" / name).exists()]


def workflow(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as a boolean.
    document: dict[str, Any] = yaml.safe_load(re.sub(r"(?m)^on:", '"on":', path.read_text()))
    return document


def jobs() -> dict[str, dict[str, Any]]:
    return {f"{path.stem}.{name}": job for path in WORKFLOWS for name, job in workflow(path)["jobs"].items()}


def steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    return list(job.get("steps", []))


def commands(name: str) -> str:
    """Return the commands of a job, one below the other."""
    return "\n".join(step["run"] for step in steps(jobs()[name]) if "run" in step)


def texts(value: object) -> Iterator[str]:
    """Give every text in a value, at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    for item in value if isinstance(value, list) else [value]:
        yield from texts(item) if isinstance(item, (dict, list)) else [str(item)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_nothing_that_its_jobs_do_not_ask_for(path: Path) -> None:
    assert workflow(path)["permissions"] == {}


@pytest.mark.parametrize("name", jobs())
def test_a_job_ends_in_time_and_says_what_it_may_do(name: str) -> None:
    job = jobs()[name]
    assert job["permissions"]
    assert {"contents"} >= {scope for scope, right in job["permissions"].items() if right == "read"}
    # The jobs of a workflow that is called have limits of their own.
    if job.get("uses", "").startswith("./"):
        assert (ROOT / job["uses"]).exists()
        return
    assert 0 < job["timeout-minutes"] <= 60
    for step in steps(job):
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w./-]+@(v\d+|release/v\d+)", step.get("uses", "a@v1"))
        # An expression in a script is a way in for whoever names a branch or a tag.
        assert "${{" not in step.get("run", "")
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_a_job_waits_for_jobs_that_exist() -> None:
    for name, job in jobs().items():
        file = name.split(".")[0]
        needs = job.get("needs", [])
        assert {f"{file}.{each}" for each in ([needs] if isinstance(needs, str) else needs)} <= jobs().keys()


def test_whatever_the_workflows_make_is_there_to_make() -> None:
    made = {target for name in jobs() for target in re.findall(r"\bmake ([a-z-]+)(?![\w-])", commands(name))}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"test", "test-slow", "lint", "demo"} <= made <= targets


def test_the_workflows_run_the_versions_that_the_classifiers_name() -> None:
    matrix = workflow(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == VERSIONS
    used = {text for job in jobs().values() for text in texts(job) if re.fullmatch(r"3\.\d+(\n3\.\d+)*\n?", text)}
    assert {version for text in used for version in text.split()} <= set(VERSIONS)


def test_nothing_is_published_that_was_not_tested() -> None:
    release = workflow(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    assert release["test"]["uses"] == "./.github/workflows/test.yml"
    assert {"test", "build"} <= set(release["publish"]["needs"])
    assert {"test", "build"} <= set(release["image"]["needs"])
    assert "workflow_call" in workflow(ROOT / ".github" / "workflows" / "test.yml")["on"]


@pytest.mark.slow
def test_the_bill_of_materials_names_what_the_tap_needs_and_nothing_of_its_tests(uv: str, tmp_path: Path) -> None:
    (command,) = re.findall(r"uv export .*", commands("release.bill"))
    words = shlex.split(command)
    output = tmp_path / words[words.index("--output-file") + 1]
    words[words.index("--output-file") + 1] = str(output)
    run(uv, *words[1:], cwd=ROOT)
    bill = json.loads(output.read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "tap-analytics")
    components = {component["name"]: component for component in bill["components"]}
    assert {Requirement(text).name for text in PROJECT["dependencies"]} <= components.keys()
    assert not {"meltano", "pytest", "ruff", "mypy"} & components.keys()
    assert all(component["purl"].startswith("pkg:pypi/") for component in components.values())
