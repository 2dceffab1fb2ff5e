/** The blocks we write, as narrow as we write them (docs.slack.dev/reference/block-kit). None of them reads markup out of a string: there is no `mrkdwn` here. */
export interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  /** False: `fd00:100::1` keeps its `:100:` and shows no emoji. */
  readonly emoji: false;
}

export interface TextStyle {
  readonly bold?: true;
  readonly code?: true;
}

export type RichTextLeaf =
  | { readonly type: "text"; readonly text: string; readonly style?: TextStyle }
  | { readonly type: "link"; readonly url: string; readonly text: string; readonly style?: TextStyle }
  | { readonly type: "emoji"; readonly name: string };

export interface RichTextSection {
  readonly type: "rich_text_section";
  readonly elements: readonly RichTextLeaf[];
}

export type RichTextPart =
  | RichTextSection
  | { readonly type: "rich_text_list"; readonly style: "bullet"; readonly elements: readonly RichTextSection[] }
  | {
      readonly type: "rich_text_preformatted";
      readonly elements: readonly { readonly type: "text"; readonly text: string }[];
    };

export interface RichTextBlock {
  readonly type: "rich_text";
  readonly elements: readonly RichTextPart[];
}

export interface Button {
  readonly type: "button";
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
}

/** A file of ours that Slack has and knows as a picture. */
export interface ImageBlock {
  readonly type: "image";
  readonly slack_file: { readonly id: string };
  readonly alt_text: string;
}

/** Slack's own chart (page "Data visualization block"). Series are not stacked: areas lie over each other, bars beside each other. */
export interface DataVisualization {
  readonly type: "data_visualization";
  readonly title: string;
  readonly chart: {
    readonly type: "line" | "area" | "bar";
    readonly series: readonly {
      readonly name: string;
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label?: string;
    };
  };
}

export type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | RichTextBlock
  | ImageBlock
  | DataVisualization
  | { readonly type: "context"; readonly elements: readonly PlainText[] }
  | { readonly type: "actions"; readonly elements: readonly Button[] };
