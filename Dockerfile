# The base image is an argument so that a mirror or a digest can take its place:
#   docker build --build-arg BASE=node:20-bookworm-slim@sha256:... -t spillway .
ARG BASE=node:20-bookworm-slim

# The lock file fixes the versions in both installs; `npm ci` would also ask it for the tools' binaries of every other
# platform. Scripts stay off: no dependency needs one, and our own `prepare` is the build below.
FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && find dist \( -name '*.map' -o -name '*.d.ts' -o -name .tsbuildinfo \) -delete

# A stage of its own: its layer changes with the lock file only, not with the source.
FROM ${BASE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --omit=dev --ignore-scripts

FROM ${BASE}
LABEL org.opencontainers.image.title="spillway" \
      org.opencontainers.image.description="A resilient multi-model serving gateway for tabular models" \
      org.opencontainers.image.licenses="Apache-2.0"
# In a container the loopback reaches nobody, so the server listens on every address.
ENV NODE_ENV=production SPILLWAY_HOST=0.0.0.0 SPILLWAY_PORT=8000
WORKDIR /app
# All of it belongs to root: the server can read its own code and never change it.
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY models models
COPY --from=build /app/dist dist
USER node
EXPOSE 8000
# Asks the port of SPILLWAY_PORT: choose another port with that, not with --port.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["node", "-e", \
  "require('node:http').get({ host: '127.0.0.1', port: process.env.SPILLWAY_PORT, path: '/health/live' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# Exec form: node is process 1 and gets SIGTERM itself. npm would stand in between.
CMD ["node", "/app/dist/cli/main.js", "serve"]
