/**
 * What Slack allows in one message (pages at docs.slack.dev), and how much of it we use. Slack does not say what it counts: we count UTF-16 units after escaping,
 * which is never less than characters, and stay well below where a whole message is counted.
 */
export const slackLimits = Object.freeze({
  /**
   * `text`, the fallback beside the blocks. Methods chat.postMessage ("limit the text field to 4,000 characters", cut above 40,000) and chat.update (4,000).
   */
  text: 3_000,
  /** Page "Blocks": 50 in a message. */
  blocks: 45,
  /**
   * All text in all blocks. No page says it: `msg_blocks_too_long` was measured at 13,297 characters in one markdown block (bolt-js#2509) and at 11,341 in many
   * small ones (bolt-js#2867).
   */
  blockText: 10_000,
  /** Charged to `blockText` for each block: a divider, which holds no text, moved the measured limit from 13,297 to 13,172 (bolt-js#2509). */
  perBlock: 125,
  /** Page "Header block": 150 characters of plain_text. */
  header: 150,
  /** Page "Text object": 3,000 characters. As long is one text of a message, also in rich_text, for which no page has a number. */
  paragraph: 2_900,
  /** Page "Context block": 10 elements. */
  contextTexts: 10,
  /** Page "Actions block": 25 elements. */
  buttons: 25,
  /** Page "Button element": 75 characters, of which a phone shows about 30. */
  buttonText: 75,
  /** Page "Button element" and others: a URL has 3,000 characters. */
  url: 3_000,
  /** Page "Image block": 2,000 characters. */
  pictureAlt: 2_000,
  /** Method files.getUploadURLExternal, `alt_txt`: 1,000 characters. */
  fileAlt: 1_000,
  /** Page "Data visualization block": so many in a message. */
  nativeCharts: 2,
  /** The same page: series of one chart, each with a name of its own. */
  nativeSeries: 12,
  /** The same page: points of one series, and characters of a name or a label. */
  nativePoints: 20,
  nativeLabel: 20,
  /** The same page: characters of the title, and of what stands at an axis. */
  nativeTitle: 50,
});
