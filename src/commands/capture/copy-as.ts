/** The same by hand: the file read with Hubble's own program, and the flows followed with it. Every value is quoted for a shell. */
import { rfc3339 } from "../../analysis/time.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import { listCopyAs } from "../observe/copy-as.ts";
import { asObserve } from "./ask.ts";
import type { CapturePicture } from "./picture.ts";

export function copyAs({ asked, views, shared }: CapturePicture): Answer["copyAs"] {
  const read = views.flatMap(({ capture }) =>
    capture?.file
      ? [{ label: "Read the file", text: `gunzip -c ${shellWord(capture.file.name)} | hubble observe --input-file -` }]
      : [],
  );
  const since = ["--since", rfc3339(shared.window.from)];
  return [...read, ...listCopyAs({ asked: asObserve(asked), views }, [...since, "--follow", "-o", "json"])];
}
