# Two stages: the first builds the environment, the second has no compiler, no package manager's cache and no source.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/nidaa
WORKDIR /src
# The lock first: its layer is built again only when it changes.
COPY requirements.lock ./
RUN /opt/nidaa/bin/python -m pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY sidecar sidecar
COPY adapters adapters
RUN /opt/nidaa/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
# A fixed id, so that files on the host (the sites file above all) can be made readable for it.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin nidaa \
 && install -d -o nidaa -g nidaa /data
COPY --from=build /opt/nidaa /opt/nidaa
ENV PATH=/opt/nidaa/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NIDAA_DATA_DIR=/data
USER nidaa
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Secrets come with the environment and the sites file when it starts; none is in the image.
CMD ["nidaa", "web"]
