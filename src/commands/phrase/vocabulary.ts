/** The English words of a question that say something about it, and those that say nothing. All lower case. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Said for a command, and not its name. */
export const synonyms: ReadonlyMap<string, string> = new Map([
  ...["drop", "dropped", "dropping"].map((word) => [word, "drops"] as const),
  ...["policy", "cnp", "cnps", "ciliumnetworkpolicy", "ciliumnetworkpolicies"].map(
    (word) => [word, "policies"] as const,
  ),
  ["flow", "observe"],
  ["change", "changes"],
  ["changed", "changes"],
  ["metric", "metrics"],
  ["alert", "alerts"],
  ["tail", "follow"],
  ["watch", "follow"],
  ["monitor", "follow"],
]);

/** One end wants to get to the other: who does, and to whom. */
export const reaching = words(
  "reach reaches reached reaching connect connects connected connecting talk talks talking speak access accesses accessing call calls calling curl ping hit",
);

/** `A … from B`: A cannot get to B. Of everything else, B is who wants to get to A. */
export const keptOff = words("blocked prevented denied kept cut stopped refused rejected isolated barred");

/** Something is wrong with the one thing that is named. */
export const wrong = words(
  "wrong down broken unreachable reachable failing fails slow dead unavailable available timeout drop drops dropped dropping up going happening happens",
);

/** In front of where flows come from or go to; `in` stands before a namespace. */
export const prepositions: ReadonlyMap<string, "from" | "to" | "in"> = new Map([
  ["from", "from"],
  ["to", "to"],
  ["into", "to"],
  ["towards", "to"],
  ["toward", "to"],
  ["->", "to"],
  ["→", "to"],
  ["=>", "to"],
  ["in", "in"],
  ["inside", "in"],
  ["within", "in"],
]);

export const fillers = words(
  `a an the my our your its it this that these those is isn't isnt are aren't arent was wasn't wasnt were be been being am will would should might may
  can can't cant cannot could couldn't couldnt do does doesn't doesnt did didn't didnt won't wont not no never able unable
  why what what's whats which who where when how there there's theres has have had
  i we you me us they he she please pls hey hi hello ok okay cilium bot so and or but also then because by of for on at about with between versus vs
  show list get give tell look see check find any some anything something packet packets traffic request requests connection connections 
  * all everything everywhere currently right now today just still again recent recently allowed permitted`,
);

/** Nobody asks anything with these. */
export const greetings = words("hi hello hey thanks thank thx ok okay yes no lol test hallo moin merci danke");

/** Says nothing wherever it stands. */
export const polite = words("please pls thanks thx hi hello hey merci danke");

/** Other programs write several commands or a filter behind these. */
export const separators = words("| || && ; > >>");

/** Commands that a sentence may name anywhere, because their names mean nothing else there. */
export const spoken = words("drops policies observe flows dns changes metrics suggest trace digest alerts help");
