# tap-analytics as a command: the versions are those of uv.lock, the version of the tap is told by VERSION.
#
#     docker build --build-arg VERSION=0.2.0 --tag tap-analytics .
#     docker run --rm --env-file .env tap-analytics > messages.jsonl
#
# Secrets come from the environment when it runs (TAP_ANALYTICS_API_KEY, ...): none is built in.

FROM ghcr.io/astral-sh/uv:0.13.8 AS uv

FROM python:3.13-slim AS build
COPY --from=uv /uv /usr/local/bin/
ENV UV_PROJECT_ENVIRONMENT=/opt/tap-analytics \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1
WORKDIR /src
# What the tap depends on changes less often than the tap: a layer of its own.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --extra jwt --no-install-project --no-build
COPY README.md LICENSE ./
COPY scripts scripts
COPY tap_analytics tap_analytics
# There is no .git here to ask for the version.
ARG VERSION=0.dev0
RUN SETUPTOOLS_SCM_PRETEND_VERSION=${VERSION} uv sync --locked --no-dev --extra jwt --no-editable

FROM python:3.13-slim
ARG VERSION=0.dev0
LABEL org.opencontainers.image.title="tap-analytics" \
      org.opencontainers.image.description="Singer tap for analytics REST APIs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim"
RUN useradd --uid 10001 --no-log-init --create-home tap
COPY --from=build /opt/tap-analytics /opt/tap-analytics
# PYTHONUNBUFFERED stays unset: the tap collects its messages and flushes them with each STATE, and a write for every
# line would only cost time. The log goes to stderr, which is never held back.
ENV PATH=/opt/tap-analytics/bin:$PATH
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
WORKDIR /home/tap
ENTRYPOINT ["tap-analytics"]
CMD ["--config", "ENV"]
