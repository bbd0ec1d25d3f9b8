// Hosts that are chosen: one by one, or everything that the filter leaves.
export interface Chosen {
  ids: ReadonlySet<string>;
  all: boolean;
}

export interface Choice {
  chosen: Chosen;
  setChosen: (chosen: Chosen) => void;
}

export const NOTHING: Chosen = { ids: new Set(), all: false };
