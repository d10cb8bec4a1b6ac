# docker build --tag maqal .
# docker run --publish 8080:8080 --volume maqal:/var/lib/maqal maqal
# docs/operations.md says more.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/maqal
COPY --from=build /src/target/dist/maqal /usr/local/bin/maqal
ENV DATABASE_URL=sqlite:///var/lib/maqal/maqal.db \
    MAQAL_JWT_KEYS=/var/lib/maqal/keys \
    MAQAL_BIND=0.0.0.0:8080
USER 10001:10001
WORKDIR /var/lib/maqal
VOLUME /var/lib/maqal
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["curl", "--silent", "--fail", "--output", "/dev/null", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["maqal"]
CMD ["serve"]
