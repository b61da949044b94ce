# flowstate as a program in a container: docker run --rm -v "$PWD:/project" -e FLOWSTATE_CLIENT_ID -e FLOWSTATE_CLIENT_SECRET flowstate plan
FROM python:3.11-slim

# Git, for state on a branch and for templates; whoever mounts a project may own it under any number.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system --add safe.directory /project

COPY pyproject.toml constraints.txt README.md LICENSE /source/
COPY flowstate /source/flowstate
RUN pip install --no-cache-dir --disable-pip-version-check \
      --constraint /source/constraints.txt "/source[remote,reports,secrets,templates]" \
 && rm -rf /source

RUN useradd --create-home --uid 10001 flowstate
USER flowstate
WORKDIR /project
ENTRYPOINT ["flowstate"]
CMD ["--help"]
