/**
 * How well supply follows demand, as the SPEC Research Group measures it: Herbst et al., "Ready for Rain? A View from
 * SPEC Research on the Future of Cloud Metrics", 2016. Demand is the fewest machines that serve what comes.
 */
export interface Elasticity {
  /** How much was lacking, in percent of the demand, on average over the whole time. */
  readonly thetaU: number;
  /** How much was too much, likewise. */
  readonly thetaO: number;
  /** For how much of the time it lacked, in percent. */
  readonly tauU: number;
  /** For how much of the time it was too much, in percent. */
  readonly tauO: number;
  /** For how much of the time supply and demand did not change in the same direction, in percent. */
  readonly upsilon: number;
}

export function createElasticity() {
  let [lacked, exceeded, lacking, exceeding, apart, seconds] = [0, 0, 0, 0, 0, 0];
  let last: { readonly demand: number; readonly supply: number } | undefined;
  return {
    /** Once a second, in machines. Who needs none lacks none: then one is taken to be needed. */
    second(needed: number, supply: number): void {
      const demand = Math.max(1, needed);
      seconds += 1;
      if (supply < demand) {
        lacking += 1;
        lacked += (demand - supply) / demand;
      } else if (supply > demand) {
        exceeding += 1;
        exceeded += (supply - demand) / demand;
      }
      if (last !== undefined && Math.sign(demand - last.demand) !== Math.sign(supply - last.supply)) apart += 1;
      last = { demand, supply };
    },
    measured(): Elasticity {
      const percent = (sum: number) => (seconds === 0 ? 0 : (100 * sum) / seconds);
      return {
        ...{ thetaU: percent(lacked), thetaO: percent(exceeded) },
        ...{ tauU: percent(lacking), tauO: percent(exceeding), upsilon: percent(apart) },
      };
    },
  };
}
