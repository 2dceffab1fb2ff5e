/**
 * The Adaptive Card elements we write, as narrow as we write them (schema 1.5 and Teams' own additions). No TextBlock and no FactSet: both read Markdown and
 * mentions out of a string, while a TextRun is text. No Table and no `targetWidth`: phones were reported to show nothing in their place (AdaptiveCards#8853,
 * msteams-docs#14498).
 */
export type Spacing = "None" | "Small" | "Medium";

export interface TextStyle {
  readonly weight?: "Bolder";
  readonly size?: "Small" | "Medium" | "Large";
  readonly isSubtle?: true;
  readonly fontType?: "Monospace";
}

export interface TextRun extends TextStyle {
  readonly type: "TextRun";
  readonly text: string;
  readonly selectAction?: { readonly type: "Action.OpenUrl"; readonly url: string };
}

export interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly TextRun[];
  readonly spacing?: Spacing;
  readonly horizontalAlignment?: "Right";
}

export interface Container {
  readonly type: "Container";
  readonly items: readonly CardElement[];
  readonly style?: "good" | "accent" | "warning" | "attention" | "emphasis";
  readonly bleed?: true;
  readonly spacing?: Spacing;
}

export interface Column {
  readonly type: "Column";
  readonly width: "stretch" | `${number}px`;
  readonly items: readonly RichTextBlock[];
}

export interface ColumnSet {
  readonly type: "ColumnSet";
  readonly columns: readonly Column[];
  readonly spacing?: Spacing;
}

export interface Image {
  readonly type: "Image";
  readonly url: string;
  readonly altText: string;
  readonly size: "Stretch";
  /** Teams shows it large when it is pressed. */
  readonly msteams: { readonly allowExpand: true };
}

/** Teams' own, on desktop and in browsers: with line numbers and a button that copies it. Others show the fallback. */
export interface CodeBlock {
  readonly type: "CodeBlock";
  readonly codeSnippet: string;
  readonly language: "PlainText";
  readonly fallback: Container;
}

/** What a client shows that does not know the chart. */
export type ChartFallback = Image | "drop";

interface XY {
  readonly x: string;
  readonly y: number;
}

/** Teams' own (page "Charts in Adaptive Cards"). */
export type NativeChart =
  | {
      readonly type: "Chart.Line";
      readonly xAxisTitle: string;
      readonly yAxisTitle: string;
      readonly data: readonly {
        readonly legend: string;
        readonly values: readonly XY[];
        readonly color?: "attention";
      }[];
      readonly fallback: ChartFallback;
    }
  | {
      readonly type: "Chart.VerticalBar.Grouped";
      readonly stacked: true;
      readonly xAxisTitle: string;
      readonly yAxisTitle: string;
      readonly data: readonly {
        readonly legend: string;
        readonly values: readonly XY[];
        readonly color?: "attention";
      }[];
      readonly fallback: ChartFallback;
    }
  | {
      readonly type: "Chart.HorizontalBar";
      readonly xAxisTitle: string;
      readonly displayMode: "AbsoluteWithAxis";
      readonly data: readonly (XY & { readonly color?: "attention" })[];
      readonly fallback: ChartFallback;
    };

/** What a pressed button sends back. */
export interface ButtonData {
  readonly button: string;
}

/** Answered in place where clients know Execute; a message with the same data from those that do not. */
export interface Button {
  readonly type: "Action.Execute";
  readonly title: string;
  readonly verb: "ask";
  readonly data: ButtonData;
  readonly fallback: { readonly type: "Action.Submit"; readonly title: string; readonly data: ButtonData };
}

export interface ActionSet {
  readonly type: "ActionSet";
  readonly actions: readonly Button[];
}

export type CardElement = RichTextBlock | Container | ColumnSet | Image | CodeBlock | NativeChart | ActionSet;

export interface AdaptiveCard {
  readonly type: "AdaptiveCard";
  readonly $schema: "https://adaptivecards.io/schemas/adaptive-card.json";
  readonly version: "1.5";
  readonly msteams: { readonly width: "Full" };
  readonly body: readonly CardElement[];
}
