// What each side gives up, beside each other: bars that grow away from the middle, with their numbers.

import type { ComponentChildren } from "preact";
import { Side, figure, sideName, sideSlot } from "./sides";

export interface Measure {
  key: string;
  label: string;
  unit?: string;
  /** Of the two sides; null where it is not known. */
  values: [number | null, number | null];
  /** What of each depends on the map. */
  depends?: [number | null, number | null];
  /** What stands under each number. */
  notes?: [ComponentChildren, ComponentChildren];
}

function Bar({ measure, k, both }: { measure: Measure; k: 0 | 1; both: [string, string] }) {
  const value = measure.values[k];
  const most = Math.max(...measure.values.map((each) => each ?? 0));
  const depends = measure.depends?.[k] ?? 0;
  const wide = value && most ? (100 * value) / most : 0;
  const certain = value && depends ? Math.max(0, wide * (1 - depends / value)) : wide;
  return (
    <td class={`w-bar ${k ? "right" : "left"} edge-${sideSlot(both[k], both)}`}>
      <span class="w-figure">{value === null ? <span class="silence">not known</span> : <>{figure(value)}{measure.unit && <span class="unit"> {measure.unit}</span>}</>}</span>
      <span class="w-track" aria-hidden="true">
        <span class="w-fill" style={{ width: `${certain}%` }} />
        {certain < wide && <span class="w-soft" style={{ width: `${wide - certain}%` }} />}
      </span>
      {measure.notes?.[k] && <span class="w-under">{measure.notes[k]}</span>}
    </td>
  );
}

export function Balance({ measures, both, caption }: { measures: Measure[]; both: [string, string]; caption: string }) {
  return (
    <table class="w-balance">
      <caption class="sr">{caption}</caption>
      <thead>
        <tr>
          <th scope="col" class="left"><Side party={both[0]} both={both} /></th>
          <td class="spine" aria-hidden="true" />
          <th scope="col" class="right"><Side party={both[1]} both={both} /></th>
        </tr>
      </thead>
      <tbody>
        {measures.map((measure) => (
          <tr key={measure.key}>
            <Bar measure={measure} k={0} both={both} />
            <th scope="row" class="spine">{measure.label}</th>
            <Bar measure={measure} k={1} both={both} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How the band that depends on the map is drawn. */
export function SoftKey() {
  return <span class="w-softkey" aria-hidden="true" />;
}

/** How unequal the sides are, in a plain sentence. */
export function asymmetry(larger: string | null, percent: number | null, exact: boolean): string {
  if (!larger || percent === null) return "Both sides give up the same ground.";
  const rounded = percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent);
  if (rounded < 0.1) return "Both sides give up the same ground, to a thousandth.";
  return `${sideName(larger)} gives up ${exact ? "" : "about "}${figure(rounded)} % more ground.`;
}
