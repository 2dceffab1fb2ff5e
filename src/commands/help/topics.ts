/** What `help` explains beside the commands: words that stand in answers. */
import type { Message } from "../../message/message.ts";

export interface Topic {
  readonly name: string;
  /** As a command's summary: one line. */
  readonly summary: string;
  readonly message: Message;
}

export const topics: readonly Topic[] = [
  {
    name: "coverage",
    summary: "What the coverage line under an answer means",
    message: {
      tone: "info",
      title: "coverage: how much of the truth an answer rests on",
      blocks: [
        {
          kind: "text",
          text: 'Hubble keeps the latest flows of each node in a ring of a few thousand, which is seconds to minutes of traffic. Every answer made of flows ends in a line that says how much of what was asked for could be seen. Only where nothing is missing does "nothing" mean that there was nothing.',
        },
        {
          kind: "facts",
          facts: [
            {
              name: "2/3 nodes answered",
              value:
                "flows of the node that is named as missing are not in the answer. Look at its cilium pod, and at hubble status.",
            },
            {
              name: "flows reach back to 14:02:10 UTC only",
              value:
                "what is older has left the rings. Ask for less time or sooner, or raise hubble-event-buffer-capacity; Prometheus counts further back, but without names.",
            },
            {
              name: "lost 40 events (…)",
              value:
                "the node could not keep up and nobody saw these. PERF_EVENT_RING_BUFFER: the kernel was faster than the agent; OBSERVER_EVENTS_QUEUE: the agent's own queue was full; HUBBLE_RING_BUFFER: this reader was overtaken, so narrow the question.",
            },
            {
              name: "flows left out to stay within bounds",
              value: "more came than an answer holds. Narrow it with a target, filters or --since.",
            },
            {
              name: "reading stopped before the end",
              value: "the answer's time was over, or the connection was. Ask for less time, or ask again.",
            },
          ],
        },
        { kind: "actions", actions: [{ label: "drops", command: "drops" }] },
      ],
    },
  },
];
