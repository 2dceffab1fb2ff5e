# Built on Debian slim: no compiler is needed, only npm's packages and Node. The last stage holds the program, its production packages and nothing else.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY .ci/prepare.mjs .ci/prepare.mjs
COPY src src
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
# Where docker compose's lab writes what the bot reads: a volume takes its owner from here.
RUN install -d -o node /lab
USER node
EXPOSE 3000 3001
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve", "--config", "/etc/cilium-chatops/config.yaml"]
