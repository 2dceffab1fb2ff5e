// `npm ci` leaves a program that runs. Without the compiler (`--omit=dev`, as in the image's last stage) there is nothing to build with.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const compiler = "node_modules/typescript/bin/tsc";
if (existsSync(compiler)) {
  process.exit(spawnSync(process.execPath, [compiler], { stdio: "inherit" }).status ?? 1);
}
process.stderr.write(
  existsSync("dist/main.js")
    ? "prepare: the compiler is not installed, the built program in dist/ stays as it is\n"
    : "prepare: the compiler is not installed and dist/ is empty; run `npm ci` without --omit=dev to build\n",
);
