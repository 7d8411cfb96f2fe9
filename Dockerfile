# The gateway for production: no sources, no development dependencies, hence no embedded stores.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

# Apart from the build, so that a change of the sources leaves this layer as it is.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev

FROM ${NODE_IMAGE}
# Inside a container, 127.0.0.1 is nobody else's.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
# package.json tells the version; schema holds what is applied to the stores at start.
COPY package.json ./
COPY schema ./schema
COPY --from=build /app/dist ./dist
# All of it belongs to root, so the process cannot change its own code.
USER node
EXPOSE 4000
# Not through npm or a shell: SIGTERM must reach the gateway, which then lets requests finish.
CMD ["node", "dist/cli.js", "start"]
