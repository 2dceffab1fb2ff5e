/** Blocks at each limit and just beyond it. */
import { section } from "./service.ts";

export const x = (count: number) => "x".repeat(count);
export const plain = (count: number) => ({ type: "plain_text", text: x(count) });
const mrkdwn = (count: number) => ({ type: "mrkdwn", text: x(count) });
export const many = (count: number, item: unknown) => Array.from({ length: count }, () => item);
const option = (text = 1, value = 1) => ({ text: plain(text), value: x(value) });
export const button = (more: object = {}) => ({ type: "button", text: plain(1), ...more });
export const actions = (...elements: readonly unknown[]) => ({ type: "actions", elements });
const context = (...elements: readonly unknown[]) => ({ type: "context", elements });
const beside = (accessory: object) => ({ ...section("x"), accessory });
const picture = (more: object = {}) => ({
  type: "image",
  alt_text: "x",
  image_url: "https://example.com/x.png",
  ...more,
});
export const raw = (count: number) => ({ type: "raw_text", text: x(count) });
const dataTable = (rows: number, more: object = {}) => ({
  type: "data_table",
  caption: "x",
  rows: many(rows, [raw(1)]),
  ...more,
});
const chart = (series: number, points: number, title = 1) => {
  const labels = Array.from({ length: points }, (_, index) => `p${index}`);
  const data = labels.map((label, value) => ({ label, value }));
  return {
    type: "data_visualization",
    title: x(title),
    chart: {
      type: "line",
      series: Array.from({ length: series }, (_, index) => ({ name: `s${index}`, data })),
      axis_config: { categories: labels },
    },
  };
};
export const rich = (count: number) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text: x(count) }] }],
});

/** Each limit: the blocks at it, the blocks beyond it, and where that is said to be. */
export const blockCases: readonly (readonly [string, unknown, unknown, string])[] = [
  ["50 blocks", many(50, { type: "divider" }), many(51, { type: "divider" }), "/blocks"],
  ["3,000 characters in a section", [section(x(3_000))], [section(x(3_001))], "/blocks/0/text/text"],
  ["1 character in a section", [section("x")], [section("")], "/blocks/0/text/text"],
  [
    "10 fields",
    [{ type: "section", fields: many(10, mrkdwn(1)) }],
    [{ type: "section", fields: many(11, mrkdwn(1)) }],
    "/blocks/0/fields",
  ],
  [
    "2,000 characters in a field",
    [{ type: "section", fields: [mrkdwn(2_000)] }],
    [{ type: "section", fields: [mrkdwn(2_001)] }],
    "/blocks/0/fields/0/text",
  ],
  [
    "150 characters in a header",
    [{ type: "header", text: plain(150) }],
    [{ type: "header", text: plain(151) }],
    "/blocks/0/text/text",
  ],
  [
    "plain text in a header",
    [{ type: "header", text: plain(1) }],
    [{ type: "header", text: mrkdwn(1) }],
    "/blocks/0/text/type",
  ],
  [
    "10 elements in a context",
    [context(...many(10, mrkdwn(1)))],
    [context(...many(11, mrkdwn(1)))],
    "/blocks/0/elements",
  ],
  ["25 elements in actions", [actions(...many(25, button()))], [actions(...many(26, button()))], "/blocks/0/elements"],
  [
    "75 characters on a button",
    [actions(button({ text: plain(75) }))],
    [actions(button({ text: plain(76) }))],
    "/blocks/0/elements/0/text/text",
  ],
  [
    "2,000 characters in a button's value",
    [actions(button({ value: x(2_000) }))],
    [actions(button({ value: x(2_001) }))],
    "/blocks/0/elements/0/value",
  ],
  [
    "3,000 characters in a button's url",
    [actions(button({ url: x(3_000) }))],
    [actions(button({ url: x(3_001) }))],
    "/blocks/0/elements/0/url",
  ],
  [
    "255 characters in an action_id",
    [actions(button({ action_id: x(255) }))],
    [actions(button({ action_id: x(256) }))],
    "/blocks/0/elements/0/action_id",
  ],
  [
    "255 characters in a block_id",
    [{ type: "divider", block_id: x(255) }],
    [{ type: "divider", block_id: x(256) }],
    "/blocks/0/block_id",
  ],
  [
    "a style that there is",
    [actions(button({ style: "danger" }))],
    [actions(button({ style: "green" }))],
    "/blocks/0/elements/0/style",
  ],
  [
    "75 characters in a label",
    [actions(button({ accessibility_label: x(75) }))],
    [actions(button({ accessibility_label: x(76) }))],
    "/blocks/0/elements/0/accessibility_label",
  ],
  [
    "300 characters in a confirmation",
    [actions(button({ confirm: { text: plain(300) } }))],
    [actions(button({ confirm: { text: plain(301) } }))],
    "/blocks/0/elements/0/confirm/text/text",
  ],
  [
    "100 options",
    [actions({ type: "static_select", options: many(100, option()) })],
    [actions({ type: "static_select", options: many(101, option()) })],
    "/blocks/0/elements/0/options",
  ],
  [
    "75 characters in an option",
    [actions({ type: "static_select", options: [option(75, 75)] })],
    [actions({ type: "static_select", options: [option(75, 76)] })],
    "/blocks/0/elements/0/options/0/value",
  ],
  [
    "5 options in an overflow",
    [beside({ type: "overflow", options: many(5, option()) })],
    [beside({ type: "overflow", options: many(6, option()) })],
    "/blocks/0/accessory/options",
  ],
  [
    "a multi-select beside a section only",
    [beside({ type: "multi_static_select", options: [option()] })],
    [actions({ type: "multi_static_select", options: [option()] })],
    "/blocks/0/elements/0",
  ],
  [
    "2,000 characters in alt_text",
    [picture({ alt_text: x(2_000) })],
    [picture({ alt_text: x(2_001) })],
    "/blocks/0/alt_text",
  ],
  [
    "a picture on the internet",
    [picture()],
    [picture({ image_url: "http://prometheus.monitoring.svc:9090/x.png" })],
    "/blocks/0/image_url",
  ],
  [
    "a picture that is there",
    [picture()],
    [{ type: "image", alt_text: "x", slack_file: { id: "F404" } }],
    "/blocks/0/slack_file",
  ],
  [
    "12,000 characters of markdown together",
    [
      { type: "markdown", text: x(6_000) },
      { type: "markdown", text: x(6_000) },
    ],
    [
      { type: "markdown", text: x(6_000) },
      { type: "markdown", text: x(6_001) },
    ],
    "/blocks",
  ],
  [
    "100 rows in a table",
    [{ type: "table", rows: many(100, [raw(1)]) }],
    [{ type: "table", rows: many(101, [raw(1)]) }],
    "/blocks/0/rows",
  ],
  [
    "20 columns in a table",
    [{ type: "table", rows: [many(20, raw(1))] }],
    [{ type: "table", rows: [many(21, raw(1))] }],
    "/blocks/0/rows/0",
  ],
  [
    "10,000 characters in a table",
    [{ type: "table", rows: many(5, [raw(2_000)]) }],
    [{ type: "table", rows: [...many(5, [raw(2_000)]), [raw(1)]] }],
    "/blocks/0/rows",
  ],
  ["one table", [{ type: "table", rows: [[raw(1)]] }], many(2, { type: "table", rows: [[raw(1)]] }), "/blocks"],
  ["a header and 100 rows in a data table", [dataTable(101)], [dataTable(102)], "/blocks/0/rows"],
  [
    "rows of one length in a data table",
    [dataTable(2)],
    [dataTable(2, { rows: [[raw(1)], [raw(1), raw(1)]] })],
    "/blocks/0/rows",
  ],
  [
    "pages of 100 in a data table",
    [dataTable(2, { page_size: 100 })],
    [dataTable(2, { page_size: 101 })],
    "/blocks/0/page_size",
  ],
  ["12 series in a chart", [chart(12, 2)], [chart(13, 2)], "/blocks/0/chart/series"],
  ["20 points in a chart", [chart(1, 20)], [chart(1, 21)], "/blocks/0/chart/series/0/data"],
  ["50 characters over a chart", [chart(1, 2, 50)], [chart(1, 2, 51)], "/blocks/0/title"],
  ["2 charts", many(2, chart(1, 2)), many(3, chart(1, 2)), "/blocks"],
  ["text in rich text", [rich(1)], [rich(0)], "/blocks/0/elements/0/elements/0/text"],
  [
    "different block_ids",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "b" },
    ],
    many(2, { type: "divider", block_id: "a" }),
    "/blocks/1/block_id",
  ],
  [
    "different action_ids in a block",
    [actions(button({ action_id: "a" }), button({ action_id: "b" }))],
    [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
    "/blocks/0/elements/1/action_id",
  ],
  ["blocks that there are", [{ type: "divider" }], [{ type: "sections" }], "/blocks/0/type"],
  ["fields that there are", [section("x")], [{ ...section("x"), colour: "red" }], "/blocks/0/colour"],
];
