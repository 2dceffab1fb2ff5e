/**
 * Bolt acknowledges an event before any listener runs. Here every acknowledgement waits for the listener, so that a request is acknowledged when its work is
 * stored, and never when it is not: a listener that throws leaves the answer to the receiver, which has Slack send the event again.
 */
import type { App, ReceiverEvent } from "@slack/bolt";

export interface LateAck {
  /** Settles when everything that is being handled now has been acknowledged, or refused. Never rejects. */
  settled(): Promise<unknown>;
}

export function acknowledgeLate(app: App): LateAck {
  const handle = app.processEvent.bind(app);
  const running = new Set<Promise<void>>();

  async function run(event: ReceiverEvent): Promise<void> {
    let held: Parameters<ReceiverEvent["ack"]> = [];
    const hold: ReceiverEvent["ack"] = async (...body) => {
      held = body;
    };
    await handle({ ...event, ack: hold });
    // What no listener is for is acknowledged too: Slack counts what is not.
    await event.ack(...held);
  }

  app.processEvent = (event) => {
    const handling = run(event);
    running.add(handling);
    const done = () => running.delete(handling);
    handling.then(done, done);
    return handling;
  };
  return { settled: () => Promise.allSettled([...running]) };
}
