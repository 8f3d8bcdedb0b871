# A node for one project: docs/access.md says how it is run. It is built from a checkout.
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
# Builds the dashboard too; where there is no Node.js, pip gets one from PyPI for that.
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
# What skia names (and never calls), and git for the history of changes.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends git libegl1 libgl1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home node \
    && install --directory --owner node --mode 0700 /state \
    && git config --system --add safe.directory /project
# The versions that the tests run with; extras that aren't installed here have no part in it.
COPY requirements.txt /tmp/
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    sed -n 's/^\([A-Za-z0-9._-]*==[^ ;]*\).*/\1/p' /tmp/requirements.txt > /tmp/constraints.txt \
    && pip install --no-cache-dir --constraint /tmp/constraints.txt /wheels/*.whl \
    && rm /tmp/requirements.txt /tmp/constraints.txt

USER 1000
WORKDIR /project
VOLUME /state
EXPOSE 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8081/health', timeout=4)"]
# The container's own address is what -p leads to: nobody comes in there without access.
ENTRYPOINT ["geometry-ws"]
CMD ["up", "/project", "--state", "/state", "--listen", "lan", "--public", "http://localhost:8081"]
