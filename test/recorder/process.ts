/** A recorder in a process of its own, to be killed. Arguments: Relay's address, Redis' URL. Says "leading" when it does, and its counts on request. */
import { connect, record } from "./support.ts";

const [relay = "", url = ""] = process.argv.slice(2);
const { redis } = await connect(url);
const { recorder } = record(relay, redis);
const timer = setInterval(() => {
  const { leading, through, recorded } = recorder.status();
  if (leading && through !== null && recorded > 0) process.stdout.write(`${recorded}\n`);
}, 100);
process.stdin.resume().on("end", () => {
  clearInterval(timer);
  process.exit(0);
});
