/** Addresses to which the bot's token may go: https and a host that is configured, or this machine, where nothing leaves it. Also true of what a request claims. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isServiceUrl(address: string, hosts: readonly string[]): boolean {
  if (address.length > 500 || !URL.canParse(address)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(address);
  if ([username, password, search, hash].some((part) => part !== "")) return false;
  if (protocol !== "https:" && !(protocol === "http:" && loopback.test(hostname))) return false;
  return hosts.some((host) => (host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host));
}
