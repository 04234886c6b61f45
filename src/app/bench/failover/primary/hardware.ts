/** The machines that are compared: a flavour of which the lab gives a part. */
export const flavour = { cores: 4, memoryGigabytes: 16 };
const share = { cores: 0.1, memory: 0.05 };

export const asPercent = { cores: `${100 * share.cores} %`, memory: `${100 * share.memory} %` };

export const hardware = {
  cores: flavour.cores * share.cores,
  memoryBytes: flavour.memoryGigabytes * 1e9 * share.memory,
};
