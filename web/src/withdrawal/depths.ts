// The slider's steps: fine where a hundred metres matter, coarse where they do not.

/** [up to this depth, in steps of]: kilometres. */
const STEPS: [number, number][] = [[2, 0.1], [10, 0.25], [30, 0.5], [100, 2], [Infinity, 10]];

/** The depths a slider stops at, in kilometres, up to and with `most`. */
export function depthsUpTo(most: number): number[] {
  const out: number[] = [];
  let at = 0;
  for (const [end, step] of STEPS) {
    while (at < end - 1e-9 && at < most - 1e-9) {
      at = Math.round((at + step) * 100) / 100;
      if (at < most) out.push(at);
    }
  }
  out.push(most);
  return out;
}

/** Position of the stop nearest to a depth. */
export function nearest(depths: number[], depth: number): number {
  let best = 0;
  for (let k = 1; k < depths.length; k++) if (Math.abs(depths[k]! - depth) < Math.abs(depths[best]! - depth)) best = k;
  return best;
}
