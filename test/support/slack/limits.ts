/**
 * Slack's numbers, each with its source. "types" is the documentation inside @slack/types 3.2, "method" the method's page at docs.slack.dev/reference/methods,
 * "reported" what people measured and Slack never wrote down.
 */
export const limits = Object.freeze({
  /** Method chat.postMessage: longer text is cut here ("Truncating content" in the page on messages). */
  textCut: 40_000,
  /** Method chat.update: "The `text` field cannot exceed 4,000 characters", else msg_too_long. */
  updateText: 4_000,
  /** Method chat.postMessage: `markdown_text`; types: all markdown blocks of one message together. */
  markdownText: 12_000,
  /** Types: blocks in a message, in a view. */
  blocksInMessage: 50,
  blocksInView: 100,
  /** Reported, bolt-js #2509: msg_blocks_too_long between 13,172 and 13,297 characters, by what the blocks are. */
  blockText: 13_200,
  /** Method chat.postMessage: too_many_attachments. */
  attachments: 100,
  /** Reported: metadata_too_large has no number on the method's page; about 8 KB was measured. */
  metadataBytes: 8_192,
  /** Types. */
  id: 255,
  sectionText: 3_000,
  sectionFields: 10,
  sectionField: 2_000,
  headerText: 150,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  accessibilityLabel: 75,
  options: 100,
  optionText: 75,
  optionValue: 75,
  overflowOptions: 5,
  choiceOptions: 10,
  placeholder: 150,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  imageAlt: 2_000,
  imageTitle: 2_000,
  /** Types: rows and cells of a table; the page "Table block": one in a message, 10,000 characters in all. */
  tableRows: 100,
  tableColumns: 20,
  tableText: 10_000,
  /** Page "Data table block": a header and up to 100 rows, about 20,000 characters; types: page_size. */
  dataTableRows: 101,
  dataTableText: 20_000,
  dataTablePage: 100,
  /** Changelog of 2026-06-16, "New Block Kit data visualization block". */
  chartsInMessage: 2,
  chartTitle: 50,
  chartSeries: 12,
  chartPoints: 20,
  chartLabel: 20,
  /** Types: a modal's title and buttons. */
  viewTitle: 24,
  /** Page "Handling user interaction": a response_url works 5 times within 30 minutes. */
  responseUses: 5,
  responseMs: 30 * 60_000,
  /** Method views.open: a trigger_id lives 3 seconds and is exchanged once. */
  triggerMs: 3_000,
  /** Page "Events API": an answer within 3 seconds, then again at once, after a minute, after five. */
  ackMs: 3_000,
  retriesMs: Object.freeze([0, 60_000, 300_000]),
  /** Page "Using Socket Mode": open WebSockets of one app; a warning comes about 10 seconds before the refresh. */
  connections: 10,
  warningMs: 10_000,
  /** Method conversations.history: "Maximum of 999", 100 unless told; conversations.replies: 1,000 unless told. */
  historyPage: 999,
  historyDefault: 100,
  repliesDefault: 1_000,
  /** Method files.getUploadURLExternal: alt_txt_too_large. */
  fileAlt: 1_000,
  /** Page "Rate limits": calls a minute by tier; chat.postMessage is "1 per second per channel" with short bursts, whose size is not said. */
  tiers: Object.freeze({ 1: 1, 2: 20, 3: 50, 4: 100 }),
  postsPerSecond: 1,
  postBurst: 4,
});
