/** Started by lab-process.ts. Ends when its parent does. */
import { startLab } from "../../src/lab/start.ts";

const lab = await startLab({ say: () => undefined });
process.on("message", async ({ hang }: { readonly hang: boolean }) => {
  await setHang(hang);
  process.send?.("done");
});
process.once("disconnect", async () => {
  await lab.close();
  process.exit();
});
process.send?.(lab.config());

async function setHang(hang: boolean): Promise<void> {
  await lab.faults.relay.setFaults({ hang });
  lab.faults.kubernetes.setFault(hang ? { hang: true } : null);
  if (hang) lab.faults.programs?.prometheus.pause();
  else lab.faults.programs?.prometheus.resume();
}
