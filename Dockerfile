ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
RUN npm install --global pnpm@10.34.9
WORKDIR /repository
# Everything is downloaded from the lockfile alone, so this layer outlives changes of the sources.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches ./patches
RUN pnpm fetch
COPY . .
RUN pnpm --filter "@workspace/api..." install --frozen-lockfile --offline && pnpm --filter @workspace/api run build

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    HOST=:: \
    PORT=3000
# For workspaces alone.
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /repository/apps/api/dist ./dist
# Saved sessions: mount a volume here to keep them. The root of a volume takes its owner from what it covers.
RUN install --directory --owner=node --group=node .data .data/sessions
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://localhost:${process.env.PORT}/health`).then((_) => process.exit(_.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, so that it receives SIGTERM and can drain. With an own limit of the heap, in MiB, it collects early what is
# no longer used: half the memory at the same speed. Its room for new objects does not shrink in a pause.
CMD ["node", "--enable-source-maps", "--max-old-space-size=512", "--min-semi-space-size=16", "dist/main.js"]
