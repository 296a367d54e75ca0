# ptml as a batch: docker run --rm IMAGE score DATA --models MODELS --out OUT (docs/how-to/operate.md).
# Another base for both stages, such as a mirror's: --build-arg BASE=registry.example/python:3.11-slim
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# UV_COMPILE_BYTECODE: the end image is read-only, so nothing is compiled there.
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/ptml
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --quiet --no-cache-dir uv==0.13.9
WORKDIR /src
# What is locked comes first: a change of ptml's own code leaves this layer as it is.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN /opt/uv/bin/uv sync --quiet --frozen --no-dev --no-install-project --python python3
COPY src ./src
COPY models ./models
RUN /opt/uv/bin/uv sync --quiet --frozen --no-dev --no-editable --python python3

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ptml" \
      org.opencontainers.image.description="Which course will help whom, by how much, and who needs help to use what was learnt" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# libgomp1: LightGBM's threads. A user of a fixed number, so that volumes can be given to it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin ptml \
    && install -d -o 10001 -g 10001 /work
COPY --from=build /opt/ptml /opt/ptml
# All that is written beside the answers goes to /tmp: --read-only --tmpfs /tmp is enough.
ENV PATH=/opt/ptml/bin:$PATH \
    HOME=/tmp \
    NUMBA_CACHE_DIR=/tmp/numba \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MLFLOW_DISABLE_TELEMETRY=true
USER 10001:10001
WORKDIR /work
# No HEALTHCHECK: a batch ends with an exit code (docs/reference/exit-codes.md).
STOPSIGNAL SIGTERM
ENTRYPOINT ["ptml"]
CMD ["--help"]
