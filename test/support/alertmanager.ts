/** A real Alertmanager, and what its API shows of silences. */
import { startAlertmanager } from "../../src/lab/programs/alertmanager.ts";
import { findProgram } from "../../src/lab/programs/find.ts";

export interface TestAlertmanager extends AsyncDisposable {
  readonly url: string;
  silences(): Promise<readonly ShownSilence[]>;
}

export interface ShownSilence {
  readonly id: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
}

export async function startTestAlertmanager(): Promise<TestAlertmanager> {
  const running = await startAlertmanager(await findProgram("alertmanager", { say: () => undefined }));
  return {
    url: running.url,
    silences: async () => (await (await fetch(`${running.url}/api/v2/silences`)).json()) as readonly ShownSilence[],
    [Symbol.asyncDispose]: () => running.close(),
  };
}
