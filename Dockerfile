# The chatbot, as a Docker Space of Hugging Face and any other container platform runs it: docs/deployment.md.
#
#   docker build --tag chatbot .
#   docker run --read-only --tmpfs /tmp --tmpfs /home/user:uid=1000 -p 7860:7860 -e DATABASE_URL=postgresql://... chatbot

FROM debian:12-slim AS build
WORKDIR /source
# The packages change less often than the sources, and stay in the cache of the build.
COPY packaging/debian-packages packaging/install-packages packaging/
RUN packaging/install-packages build
COPY . .
RUN cmake --preset release -DSCHEMIST_TESTS=OFF -DSCHEMIST_BENCHMARKS=OFF \
    && cmake --build --preset release --target chatbot schemist-command \
    && strip build/release/chatbot build/release/schemist

FROM debian:12-slim
LABEL org.opencontainers.image.title="Schemist chatbot" \
      org.opencontainers.image.description="A chat backend that migrates its own database when it starts" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/debian:12-slim"
COPY packaging/debian-packages packaging/install-packages /tmp/packaging/
RUN /tmp/packaging/install-packages run \
    && rm -rf /tmp/packaging /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 user
COPY --from=build /source/build/release/chatbot /source/build/release/schemist /usr/local/bin/
USER user
# Outside of a Space and of Kubernetes the chatbot would listen on the container's own 127.0.0.1.
ENV HOME=/home/user HOST=0.0.0.0
# Nothing is written but below /tmp and here, where the embedded default keeps its file.
WORKDIR /home/user
EXPOSE 7860
# It is healthy as soon as it listens; /ready tells when it has its database.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["chatbot", "--health"]
CMD ["chatbot"]
