/**
 * What the published schema of Adaptive Cards 1.5 and the pages on Teams' own elements allow, as far as ours go, and what we ask of ourselves beyond it: written from
 * those and not from the renderer. No TextBlock, FactSet or Table is allowed at all, and what clients do not know must have a fallback.
 */

/** Every problem with its place; none is an empty list. */
export function problemsOf(card: unknown): string[] {
  const problems: string[] = [];
  const wrong: Wrong = (place, what) => problems.push(`${place}: ${what}`);
  object({
    type: oneOf("AdaptiveCard"),
    $schema: oneOf("https://adaptivecards.io/schemas/adaptive-card.json"),
    version: oneOf("1.5"),
    msteams: object({ width: oneOf("Full") }),
    body: list(400, element),
  })(card, "card", wrong);
  const withoutPictures = JSON.stringify(card, (key, value: unknown) =>
    key === "url" && typeof value === "string" ? value.replace(/^data:.*/s, "data:") : value,
  );
  const utf8 = Buffer.byteLength(withoutPictures);
  if (utf8 > 28_000) wrong("card", `${utf8} bytes`);
  if (2 * withoutPictures.length > 80_000) wrong("card", `${2 * withoutPictures.length} bytes in UTF-16`);
  if (/<at>.*"entities"|"entities".*<at>/.test(withoutPictures)) wrong("card", "mentions somebody");
  return problems;
}

type Wrong = (place: string, what: string) => void;
type Check = (value: unknown, place: string, wrong: Wrong) => void;

/** Characters that strangers hide in names; line breaks are ours. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function string(most: number, options: { readonly lines?: boolean; readonly like?: RegExp } = {}): Check {
  return (value, place, wrong) => {
    if (typeof value !== "string" || value === "") {
      wrong(place, "empty or no string");
      return;
    }
    if (value.length > most) wrong(place, `${value.length} characters`);
    if (unseen.test(options.lines ? value.replaceAll("\n", "") : value)) wrong(place, "invisible characters");
    if (options.like && !options.like.test(value)) wrong(place, JSON.stringify(value.slice(0, 100)));
  };
}

function oneOf(...choices: readonly unknown[]): Check {
  return (value, place, wrong) => {
    if (!choices.includes(value)) wrong(place, JSON.stringify(value));
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

/** A question mark behind a name makes it optional; others are not allowed. */
function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, place, wrong) => {
    if (typeof value !== "object" || value === null) {
      wrong(place, "no object");
      return;
    }
    const given = new Map(Object.entries(value));
    for (const [spelling, check] of Object.entries(fields)) {
      const name = spelling.replace("?", "");
      if (given.has(name)) check(given.get(name), `${place}.${name}`, wrong);
      else if (name === spelling) wrong(place, `${name} is missing`);
      given.delete(name);
    }
    for (const name of given.keys()) wrong(place, `${name} is not allowed`);
  };
}

/** By `type`. */
function any(kinds: () => Readonly<Record<string, Readonly<Record<string, Check>>>>): Check {
  return (value, place, wrong) => {
    const type = typeof value === "object" && value !== null && "type" in value ? String(value.type) : "";
    const fields = kinds()[type];
    if (fields) object({ type: () => undefined, ...fields })(value, place, wrong);
    else wrong(place, `type ${JSON.stringify(type)} is not allowed here`);
  };
}

const number: Check = (value, place, wrong) => {
  if (typeof value !== "number" || !Number.isFinite(value)) wrong(place, "no number");
};

const webAddress = string(2_000, { like: /^https?:\/\/[^\s<>]+$/ });
const pictureAddress: Check = (value, place, wrong) => {
  const data = typeof value === "string" && value.startsWith("data:image/png;base64,");
  (data ? string(60_000) : webAddress)(value, place, wrong);
};

const textRun = any(() => ({
  TextRun: {
    text: string(20_000, { lines: true }),
    "size?": oneOf("Small", "Medium", "Large"),
    "weight?": oneOf("Bolder"),
    "isSubtle?": oneOf(true),
    "fontType?": oneOf("Monospace"),
    "selectAction?": any(() => ({ "Action.OpenUrl": { url: webAddress } })),
  },
}));

/** A run that a client would put a date into. */
const undated: Check = (value, place, wrong) => {
  textRun(value, place, wrong);
  if (/\{\{(DATE|TIME)\(/.test(JSON.stringify(value))) wrong(place, "a date that clients fill in");
};

const spacing = { "spacing?": oneOf("None", "Small", "Medium") };
const richText = { ...spacing, inlines: list(10_000, undated), "horizontalAlignment?": oneOf("Right") };
const image = {
  url: pictureAddress,
  altText: string(10_000),
  size: oneOf("Stretch"),
  msteams: object({ allowExpand: oneOf(true) }),
};
const chartFallback: Check = (value, place, wrong) => {
  if (value !== "drop") any(() => ({ Image: image }))(value, place, wrong);
};
const xy = { x: string(60), y: number };
const series = list(6, object({ legend: string(60), values: list(20, object(xy)), "color?": oneOf("attention") }));
const lineLike = { xAxisTitle: string(60), yAxisTitle: string(60), data: series, fallback: chartFallback };

const kinds = (): Readonly<Record<string, Readonly<Record<string, Check>>>> => ({
  RichTextBlock: richText,
  Container: {
    ...spacing,
    items: list(400, element),
    "style?": oneOf("good", "accent", "warning", "attention", "emphasis"),
    "bleed?": oneOf(true),
  },
  ColumnSet: { ...spacing, columns: list(20, column) },
  Image: image,
  CodeBlock: { codeSnippet: string(40_000, { lines: true }), language: oneOf("PlainText"), fallback: element },
  ActionSet: { actions: list(6, button) },
  "Chart.Line": lineLike,
  "Chart.VerticalBar.Grouped": { ...lineLike, stacked: oneOf(true) },
  "Chart.HorizontalBar": {
    xAxisTitle: string(60),
    displayMode: oneOf("AbsoluteWithAxis"),
    data: list(20, object({ ...xy, "color?": oneOf("attention") })),
    fallback: chartFallback,
  },
});
const element = any(kinds);

/** Only a column may be empty: a cell that says nothing. */
const column = any(() => ({
  Column: {
    width: (value, place, wrong) => {
      if (value !== "stretch") string(6, { like: /^\d+px$/ })(value, place, wrong);
    },
    items: (value, place, wrong) => {
      if (!Array.isArray(value) || value.length > 0)
        list(
          2,
          any(() => ({ RichTextBlock: richText })),
        )(value, place, wrong);
    },
  },
}));

const data = object({ button: string(64) });
const submit = any(() => ({ "Action.Submit": { title: string(60), data } }));
const button = any(() => ({ "Action.Execute": { title: string(60), verb: oneOf("ask"), data, fallback: submit } }));
