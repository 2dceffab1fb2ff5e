/** A node of a map as a card: its name, and a line for each port that it is called on. */
import { type MapLine, rateText } from "../../message/service-map.ts";
import { fitText } from "../fit-text.ts";
import type { Font } from "../font.ts";
import { textSize } from "../layout.ts";

export interface Card {
  readonly name: string;
  readonly lines: readonly CardLine[];
  readonly height: number;
  /** Where a call on this port arrives, from the card's top; what comes not through has lines of its own. */
  arrival(port: string, tone: CallTone): number;
  /** Where its own calls leave. */
  readonly departure: number;
}

export type CallTone = "port" | "lost" | "unheard";

export interface CardLine {
  readonly left: string;
  readonly right: string;
  readonly tone: "name" | "group" | CallTone;
  /** Of its middle, from the card's top. */
  readonly y: number;
}

export const padding = 9;
const lineStep = 24;
const mostPorts = 3;

/** `close`: what is only nice to know has no line of its own. `closest`: neither has the second half of a name. */
export type Density = "roomy" | "close" | "closest";

export interface CardRoom {
  readonly width: number;
  readonly home: string | undefined;
  readonly density: Density;
  readonly font: Font;
}

/** `calls`: what arrives, the most important first. */
export function createCard(name: string, calls: readonly MapLine[], room: CardRoom): Card {
  const ports = [...new Set(calls.map(({ port }) => port))];
  const shown = ports.slice(0, ports.length > mostPorts ? mostPorts - 1 : mostPorts);
  const more = ports.slice(shown.length);
  const drafts: Draft[] = [
    ...nameLines(name, room),
    ...shown.flatMap((port) =>
      portLines(
        port,
        calls.filter((call) => call.port === port),
        room,
      ),
    ),
    ...(more.length === 0
      ? []
      : restLines(
          more,
          calls.filter(({ port }) => more.includes(port)),
          room,
        )),
  ];
  const lines = drafts.map((draft, index) => ({ ...draft, y: padding / 2 + (index + 0.5) * lineStep }));
  const middle = lines[0]?.y ?? 0;
  return {
    name,
    lines,
    height: lines.length * lineStep + padding,
    departure: middle,
    arrival(port, tone) {
      const own = lines.filter(({ ports: served }) => served.includes(port));
      return (own.find((line) => line.tone === tone) ?? own[0])?.y ?? middle;
    },
  };
}

interface Draft extends Omit<CardLine, "y"> {
  /** Whose calls arrive here. */
  readonly ports: readonly string[];
}

function nameLines(name: string, { width, home, font, density }: CardRoom): Draft[] {
  const { group, own } = inGroup(name);
  const inside = width - 2 * padding;
  const line = (text: string, tone: "name" | "group"): Draft => ({
    left: fitText(text, { width: inside, size: textSize, bold: tone === "name" }, font),
    ...{ right: "", tone, ports: [] },
  });
  return [
    ...(density === "closest" ? [own] : broken(own, (part) => font.width(part, textSize, true) <= inside)).map((part) =>
      line(part, "name"),
    ),
    ...(group === "" || group === home ? [] : [line(`in ${group}`, "group")]),
  ];
}

/** `payments/api`; of a service that has no endpoint `svc/payments/api`. */
function inGroup(name: string): { readonly group: string; readonly own: string } {
  const [first = "", second, third] = name.split("/");
  if (second === undefined || first === "") return { group: "", own: name };
  return third === undefined
    ? { group: first, own: name.slice(first.length + 1) }
    : { group: second, own: `${first}/${name.slice(first.length + second.length + 2)}` };
}

/** A long name on two lines, where it has a dash or a dot to break at; the second one is cut if it has to be. */
function broken(name: string, fits: (part: string) => boolean): string[] {
  if (fits(name)) return [name];
  const breaks = [...name.matchAll(/[-./](?=.)/g)].map(({ index }) => index + 1).reverse();
  const at = breaks.find((end) => fits(name.slice(0, end)));
  return at === undefined ? [name] : [name.slice(0, at), name.slice(at)];
}

/** The port and what passes, and below it what does not, and what nothing is known of. */
function portLines(port: string, calls: readonly MapLine[], { width, font, density }: CardRoom): Draft[] {
  const rate = sum(calls, (call) => call.rate);
  const lost = sum(calls, (call) => call.lost);
  const unheard = sum(calls, (call) => call.unanswered ?? 0);
  const share = rate + lost > 0 ? sum(calls, (call) => call.l7 * (call.rate + call.lost)) / (rate + lost) : 0;
  const inside = width - 2 * padding;
  const fits = (left: string, right: string) => font.width(`${left} ${right}`, textSize) <= inside;
  const cut = (text: string) => fitText(text, { width: inside, size: textSize }, font);
  const names = [port, port.replace(/\/.*$/, "")];
  /** Beside the port where there is room, with or without its protocol, else below it. */
  const written = (right: string, tone: CallTone, left: readonly string[] = names): Draft[] => {
    const beside = left.find((name) => fits(name, right));
    const lines =
      beside === undefined ? [[left[0] ?? "", ""] as const, ["", right] as const] : [[beside, right] as const];
    return lines.map(([one, other]) => ({ left: cut(one), right: cut(other), tone, ports: [port] }));
  };
  const passed = rateText(rate);
  const l7 = share > 0 ? `L7 ${share < 0.01 ? "<1" : Math.round(share * 100)}%` : "";
  const whole = [l7, passed].filter((part) => part !== "").join(" · ");
  const l7Line = l7 === "" || density !== "roomy" ? [] : written(l7, "port", [""]);
  const passing = names.some((name) => fits(name, whole))
    ? written(whole, "port")
    : [...written(passed, "port"), ...l7Line];
  const lines = passed === "" ? [] : passing;
  if (lost > 0) lines.push(...written(`✕ ${rateText(lost)}`, "lost", lines.length > 0 ? [""] : names));
  if (unheard > 0) lines.push(...written(`? ${rateText(unheard)}`, "unheard", lines.length > 0 ? [""] : names));
  return lines;
}

function restLines(ports: readonly string[], calls: readonly MapLine[], room: CardRoom): Draft[] {
  const lines = portLines(`+${ports.length} ports`, calls, room);
  return lines.map((line) => ({ ...line, ports }));
}

function sum(calls: readonly MapLine[], pick: (call: MapLine) => number): number {
  return calls.reduce((total, call) => total + (Number.isFinite(pick(call)) ? pick(call) : 0), 0);
}
