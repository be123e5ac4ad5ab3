// The two sides as the whole view names and colours them.

import { MarkIcon, slotOf, type Slot } from "../marks";
import { record } from "../state";
import { actor } from "../words";

export const sideName = (party: string): string => record.value?.parties.find((one) => one.code === party)?.name ?? actor(party);

/** Where the line knows two parties of which the case colours neither, they still differ. */
export function sideSlot(party: string, both: readonly string[]): Slot {
  const slot = slotOf(party);
  const other = both.find((one) => one !== party);
  return other !== undefined && slotOf(other) === slot && both.indexOf(party) === 1 ? "media" : slot;
}

export function Side({ party, both, size = 13 }: { party: string; both: readonly string[]; size?: number }) {
  const slot = sideSlot(party, both);
  return <span class={`w-side ink-${slot}`}><MarkIcon mark={{ slots: [slot], contested: false }} size={size} /> {sideName(party)}</span>;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** A number as precise as is of use: `2,407`, `81.4`, `0.35`. */
export const figure = (value: number): string => (Math.abs(value) >= 100 ? whole : Math.abs(value) >= 10 ? tenths : hundredths).format(value);

export const km = (value: number): string => `${hundredths.format(value)} km`;
