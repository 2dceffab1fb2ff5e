/** Words of other programs that are no command here, and what to type for the same. */

const sentences: readonly (readonly [words: string, say: string])[] = [
  ["health node", "For how the nodes and their agents are, type: status; for the flows of one node: drops --node NAME"],
  [
    "endpoints endpoint identities pods pod",
    "There is no list of endpoints. For the policies of one, type: policies NAME; for who talks to whom, type: map",
  ],
  [
    "kubectl",
    "kubectl is not run here. For nodes and agents type: status; for policies: policies; for what changed: changes; for flows: observe",
  ],
  [
    "coverage",
    "How much of the cluster an answer has seen stands at its end. To read what that means, type: help coverage",
  ],
  ["logs log", "There are no logs here. For single flows type: observe NAME; to follow them as they come: follow NAME"],
  ["pressure bpf", "For how full the agents' maps are, type: metrics map-pressure; for the busiest maps: top maps"],
  [
    "ping traceroute mtr curl connectivity",
    "Nothing is sent here. To see where connections stop, type: trace SOURCE DESTINATION",
  ],
];

const byWord = new Map(sentences.flatMap(([words, say]) => words.split(" ").map((word) => [word, say] as const)));

/** One sentence; undefined for any other word. */
export function elsewhere(word: string): string | undefined {
  return byWord.get(word.toLowerCase());
}
