/**
 * What Slack documents about a message's shape and size, and what we ask of ourselves beyond it, read from the pages at docs.slack.dev and not from the
 * renderer: it knows no number and no type of ours.
 */
export interface Posted {
  readonly text: unknown;
  readonly blocks: unknown;
}

/** Every problem with its place; none is an empty list. */
export function problemsOf({ text, blocks }: Posted): string[] {
  const problems: string[] = [];
  const wrong: Wrong = (place, what) => problems.push(`${place}: ${what}`);
  checkFallback(text, wrong);
  if (!Array.isArray(blocks)) return [...problems, "blocks: no list"];
  if (blocks.length < 1 || blocks.length > 45) wrong("blocks", `${blocks.length} of them`);
  blocks.forEach((block, at) => {
    checkObject(block, kinds, `blocks[${at}]`, wrong);
  });
  if (blocks.filter((block) => typeOf(block) === "data_visualization").length > 2) wrong("blocks", "three charts");
  const size = readLength(blocks);
  if (size > 10_000) wrong("blocks", `${size} characters`);
  return problems;
}

type Wrong = (place: string, what: string) => void;
type Check = (value: unknown, place: string, wrong: Wrong) => void;
/** By `type`: each field with its check; a question mark behind a name makes it optional; others are not allowed. */
type Kinds = Readonly<Record<string, Readonly<Record<string, Check>>>>;

function checkFallback(text: unknown, wrong: Wrong): void {
  if (typeof text !== "string" || text.trim() === "") {
    wrong("text", "empty");
    return;
  }
  if (text.length > 4_000) wrong("text", `${text.length} characters`);
  if (/[<>]|&(?!(amp|lt|gt);)/.test(text)) wrong("text", "not escaped");
  if (unseen.test(text.replaceAll("\n", ""))) wrong("text", "invisible characters");
}

/** Characters that strangers hide in names; line breaks are ours. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function checkObject(value: unknown, allowed: Kinds, place: string, wrong: Wrong): void {
  const fields = allowed[typeOf(value)];
  if (!fields) {
    wrong(place, `type ${JSON.stringify(typeOf(value))} is not allowed here`);
    return;
  }
  checkFields(value as object, { type: () => undefined, ...fields }, place, wrong);
}

function checkFields(value: object, fields: Readonly<Record<string, Check>>, place: string, wrong: Wrong): void {
  const given = new Map(Object.entries(value));
  for (const [spelling, check] of Object.entries(fields)) {
    const name = spelling.replace("?", "");
    if (given.has(name)) check(given.get(name), `${place}.${name}`, wrong);
    else if (name === spelling) wrong(place, `${name} is missing`);
    given.delete(name);
  }
  for (const name of given.keys()) wrong(place, `${name} is not allowed`);
}

function string(most: number, options: { readonly lines?: boolean; readonly like?: RegExp } = {}): Check {
  return (value, place, wrong) => {
    if (typeof value !== "string" || value === "") {
      wrong(place, "empty or no string");
      return;
    }
    if (value.length > most) wrong(place, `${value.length} characters`);
    if (unseen.test(options.lines ? value.replaceAll("\n", "") : value)) wrong(place, "invisible characters");
    if (options.like && !options.like.test(value)) wrong(place, JSON.stringify(value));
  };
}

function list(most: number, each: Check): Check {
  return (value, place, wrong) => {
    if (!Array.isArray(value)) {
      wrong(place, "no list");
      return;
    }
    if (value.length < 1 || value.length > most) wrong(place, `${value.length} items`);
    value.forEach((item, at) => {
      each(item, `${place}[${at}]`, wrong);
    });
  };
}

function oneOf(...choices: readonly unknown[]): Check {
  return (value, place, wrong) => {
    if (!choices.includes(value)) wrong(place, JSON.stringify(value));
  };
}

const any =
  (allowed: Kinds): Check =>
  (value, place, wrong) =>
    checkObject(value, allowed, place, wrong);

const fields =
  (known: Readonly<Record<string, Check>>): Check =>
  (value, place, wrong) => {
    if (typeof value !== "object" || value === null) {
      wrong(place, "no object");
      return;
    }
    checkFields(value, known, place, wrong);
  };

/** Page "Text object". Only plain text, and emoji off: names and addresses hold `:100:`. */
const plainText = (most: number, options: { readonly lines?: boolean } = {}) =>
  any({ plain_text: { text: string(most, options), emoji: oneOf(false) } });

/** Page "Rich text block". No mention of any kind (user, usergroup, channel, broadcast) may stand in an answer. */
const words = any({
  text: { text: string(10_000, { lines: true }), "style?": fields({ "bold?": oneOf(true), "code?": oneOf(true) }) },
  link: {
    text: string(3_000),
    url: string(3_000, { like: /^https?:\/\/[^\s<>]+$/ }),
    "style?": fields({ "bold?": oneOf(true), "code?": oneOf(true) }),
  },
  emoji: { name: string(100, { like: /^[a-z_]+$/ }) },
});
const section = { elements: list(10_000, words) };
const richText = {
  elements: list(
    10_000,
    any({
      rich_text_section: section,
      rich_text_list: { style: oneOf("bullet"), elements: list(10_000, any({ rich_text_section: section })) },
      rich_text_preformatted: { elements: list(1, any({ text: { text: string(10_000, { lines: true }) } })) },
    }),
  ),
};

/** Pages "Actions block" and "Button element". */
const buttons: Check = (value, place, wrong) => {
  const button = { action_id: string(255), text: plainText(75), value: string(2_000) };
  list(25, any({ button }))(value, place, wrong);
  const ids = Array.isArray(value) ? value.map((item) => item?.action_id) : [];
  if (new Set(ids).size !== ids.length) wrong(place, "an action_id stands twice");
};

/** Page "Data visualization block": 1 to 12 series with names of their own, each with a number at each of at most 20 categories. */
const seriesChart: Check = (value, place, wrong) => {
  const axis = { categories: list(20, string(20)), "x_label?": string(50), "y_label?": string(50) };
  const point = fields({ label: string(20), value: number });
  const series = list(12, fields({ name: string(20), data: list(20, point) }));
  const chart = { series, axis_config: fields(axis) };
  any({ line: chart, area: chart, bar: chart })(value, place, wrong);
  const { series: drawn = [], axis_config: { categories = [] } = {} } = value as ChartLike;
  if (new Set(drawn.map(({ name }) => name)).size < drawn.length) wrong(place, "two series have one name");
  if (new Set(categories).size < categories.length) wrong(place, "two categories are the same");
  const labels = drawn.map(({ data }) => JSON.stringify(data.map(({ label }) => label)));
  if (labels.some((own) => own !== JSON.stringify(categories))) wrong(place, "a series does not cover the categories");
};

interface ChartLike {
  readonly series?: readonly { readonly name: string; readonly data: readonly { readonly label: string }[] }[];
  readonly axis_config?: { readonly categories?: readonly string[] };
}

function number(value: unknown, place: string, wrong: Wrong): void {
  if (typeof value !== "number" || !Number.isFinite(value)) wrong(place, "no number");
}

const kinds: Kinds = {
  header: { text: plainText(150) },
  rich_text: richText,
  context: { elements: list(10, plainText(3_000, { lines: true })) },
  actions: { elements: buttons },
  image: { slack_file: fields({ id: string(20, { like: /^F[A-Z0-9]+$/ }) }), alt_text: string(2_000) },
  data_visualization: { title: string(50), chart: seriesChart },
};

function typeOf(value: unknown): string {
  return typeof value === "object" && value !== null && "type" in value ? String(value.type) : "";
}

const readFields = new Set(["text", "url", "alt_text", "label"]);

/** What a reader reads: texts and addresses, wherever they stand. */
function readLength(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, part]) => sum + (typeof part === "string" && readFields.has(name) ? part.length : readLength(part)),
    0,
  );
}
