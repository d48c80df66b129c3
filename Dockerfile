# The README's two commands on a bare Debian: docker build -t followup . && docker run --rm followup
FROM debian:trixie-slim
RUN apt-get -qq update \
    && apt-get -qq install -y --no-install-recommends git make python3 python3-venv chromium fonts-liberation npm ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home analyst && install -d -o analyst /srv/followup
USER analyst
WORKDIR /srv/followup
COPY --chown=analyst . .
RUN make report YEAR=2021
CMD ["make", "test"]
