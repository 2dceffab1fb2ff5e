/** Time zones by the names that people type. Which there are, Intl knows. */

/** An IANA name such as `Asia/Seoul`, however its letters were typed; undefined where nobody here knows it. Offsets (`+09:00`) are no zones: they know no summer. */
export function readZone(typed: string): string | undefined {
  const text = typed.trim();
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions();
    // An old name may come back for a new one (Calcutta for Kolkata): people keep the one they know.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : capitalised(text);
  } catch {
    return undefined;
  }
}

/** Of every known zone the name, and what people call it: its city, in lower case and with spaces. */
export function zonesByCity(): ReadonlyMap<string, string> {
  return new Map(Intl.supportedValuesOf("timeZone").map((zone) => [cityOf(zone), zone]));
}

/** `new york` of `America/New_York`. */
export function cityOf(zone: string): string {
  return zone
    .slice(zone.lastIndexOf("/") + 1)
    .replaceAll("_", " ")
    .toLowerCase();
}

function capitalised(name: string): string {
  return name === name.toLowerCase() ? name.replace(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase()) : name;
}
