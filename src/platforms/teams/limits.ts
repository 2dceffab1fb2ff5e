/**
 * What Teams allows in one message (pages at learn.microsoft.com/microsoftteams), and how much of it we use. Where no page has a number, ours says why it is what
 * it is.
 */
export const teamsLimits = Object.freeze({
  /**
   * UTF-8 bytes of the card's JSON. Page "Format your bot messages": 100 KB counted in UTF-16, 80 KB to be safe; the same page said 40 KB until 2025, and
   * webhooks have 28 KB. As UTF-16 this is 48 KB at most.
   */
  cardBytes: 24_000,
  /** Elements, columns and actions together. No page has a number; a phone has to draw them all. */
  elements: 500,
  /** Rows of one table, facts of one list, buttons of one answer. As many as in Slack, so that both show the same. */
  rows: 50,
  /** UTF-16 units of one text or one piece of code. No page has a number; as many as in Slack. */
  paragraph: 2_900,
  /** Vendor's host configuration for Teams (`maxActions`, AdaptiveCards samples/HostConfig): further ones in one row are not shown. */
  buttonsInRow: 6,
  /** Title of a button, name of a line or bar. No page has a number; a phone shows about forty. */
  label: 60,
  /** What a button carries goes along in each card: an id, never a command. */
  buttonValue: 64,
  /** Longer addresses are no links. No page has a number; clients open them in browsers, which take at least this. */
  url: 2_000,
  /** Of a notification's text, UTF-16 units: a lock screen shows less. */
  summary: 250,
  /** UTF-16 units of the plain text that stands in for a card that was refused: small enough for every limit above. */
  minimalText: 2_000,
  /** Characters of all `data:` addresses together. They do not count as the message's size (page as above), but clients have to load them; 56 KB were tried. */
  inlinePictures: 60_000,
  /** Lines, or bars beside each other, that can be told apart, and points whose names stand below an axis without hiding each other. Teams gives no number. */
  chartSeries: 6,
  chartPoints: 20,
});
