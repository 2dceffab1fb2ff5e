/** table and data_table (pages "Table block", "Data table block"). */
import { asList, asText, isObject, type Json } from "../json.ts";
import { limits } from "../limits.ts";
import { checkChoice, checkList, checkString, type Report, readObject } from "./report.ts";
import { checkRichText } from "./rich-text.ts";

export function checkTable(report: Report, block: Json, pointer: string): void {
  const before = report.textLength;
  checkRows(report, block["rows"], `${pointer}/rows`, { most: limits.tableRows, least: 1 });
  if (report.textLength - before > limits.tableText) {
    report.wrong(`${pointer}/rows`, `must be less than ${limits.tableText + 1} characters`);
  }
  const settings = `${pointer}/column_settings`;
  checkList(report, block["column_settings"], settings, { most: limits.tableColumns, least: 0 }, (item, at) => {
    // null leaves a column as it is.
    const setting =
      item === null ? null : readObject(report, item, at, { required: [], optional: ["align", "is_wrapped"] });
    checkChoice(report, setting?.["align"], `${at}/align`, ["left", "center", "right"]);
  });
}

export function checkDataTable(report: Report, block: Json, pointer: string): void {
  const before = report.textLength;
  checkString(report, block["caption"], `${pointer}/caption`, limits.sectionText);
  checkRows(report, block["rows"], `${pointer}/rows`, { most: limits.dataTableRows, least: 2 });
  const [head, ...rows] = asList(block["rows"]);
  if (rows.some((row) => asList(row).length !== asList(head).length)) {
    report.wrong(`${pointer}/rows`, "all rows must have the same number of cells");
  }
  if (asList(head).some((cell) => isObject(cell) && cell["type"] === "rich_text")) {
    report.wrong(`${pointer}/rows/0`, "unsupported type: rich_text");
  }
  const page = block["page_size"];
  const fits = typeof page === "number" && Number.isInteger(page) && page >= 1 && page <= limits.dataTablePage;
  if (page !== undefined && !fits) report.wrong(`${pointer}/page_size`, `must be from 1 to ${limits.dataTablePage}`);
  if (report.textLength - before > limits.dataTableText) {
    report.wrong(`${pointer}/rows`, `must be less than ${limits.dataTableText + 1} characters`);
  }
}

function checkRows(
  report: Report,
  rows: unknown,
  pointer: string,
  size: { readonly most: number; readonly least: number },
): void {
  checkList(report, rows, pointer, size, (row, at) => {
    checkList(report, row, at, { most: limits.tableColumns }, (cell, place) => checkCell(report, cell, place));
  });
}

function checkCell(report: Report, value: unknown, pointer: string): void {
  const type = isObject(value) ? asText(value["type"]) : "";
  if (type === "rich_text") {
    const cell = readObject(report, value, pointer, { required: ["type", "elements"], optional: ["block_id"] });
    checkRichText(report, cell?.["elements"], `${pointer}/elements`);
  } else if (type === "raw_text" || type === "raw_number") {
    checkRaw(report, value, pointer, type === "raw_number");
  } else {
    report.wrong(`${pointer}/type`, `unsupported type: ${type}`);
  }
}

function checkRaw(report: Report, value: unknown, pointer: string, number: boolean): void {
  const cell = readObject(report, value, pointer, { required: number ? ["type", "value", "text"] : ["type", "text"] });
  checkString(report, cell?.["text"], `${pointer}/text`, limits.sectionText);
  if (number && typeof cell?.["value"] !== "number") report.wrong(`${pointer}/value`, "must provide a number");
  report.count(asText(cell?.["text"]));
}
