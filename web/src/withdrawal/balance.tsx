// What each side withdraws from, beside each other: bars that grow away from the middle, with their numbers.

import type { ComponentChildren } from "preact";
import { Side, figure, sideName, sideSlot } from "./sides";

export interface Measure {
  key: string;
  label: string;
  unit?: string;
  /** Of the two sides; null where it is not known. */
  values: [number | null, number | null];
  /** What of each is certain, however the map errs. */
  certain?: [number | null, number | null];
  /** The whole bar is drawn as what is not certain. */
  soft?: boolean;
  /** Not measured yet. */
  pending?: boolean;
  /** What stands under each number. */
  notes?: [ComponentChildren, ComponentChildren];
}

function Bar({ measure, k, both }: { measure: Measure; k: 0 | 1; both: [string, string] }) {
  const value = measure.values[k];
  const most = Math.max(...measure.values.map((each) => each ?? 0));
  const wide = value && most ? (100 * value) / most : 0;
  const sure = measure.soft ? 0 : measure.certain?.[k] ?? value;
  const certain = value && sure !== null ? wide * Math.min(1, sure / value) : wide;
  return (
    <td class={`w-bar ${k ? "right" : "left"} edge-${sideSlot(both[k], both)}`}>
      <span class="w-figure">{value === null ? <span class="silence">{measure.pending ? "…" : "not known"}</span> : <>{figure(value)}{measure.unit && <span class="unit"> {measure.unit}</span>}</>}</span>
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

/** What lies in each zone however the map errs, and what the dots mean. */
export function CertainWords({ certain, both, pending = false }: { certain: (number | null)[]; both: [string, string]; pending?: boolean }) {
  const told = both.map((party, k) => `${sideName(party)} ${certain[k] ? `${figure(certain[k])} km²` : "no ground"}`);
  const known = certain.every((each) => each !== null);
  return (
    <p class="w-certainty">
      <SoftKey /> Dotted: in the zone or not, by how far the map may err, inside the drawn zone and around it.{" "}
      {known ? `Certain, however it errs: ${told.join(", ")}.` : pending ? "Measured when the slider rests." : ""}
    </p>
  );
}

/** How unequal the sides are, in a plain sentence. */
export function asymmetry(larger: string | null, percent: number | null, exact: boolean): string {
  if (!larger) return "Both sides withdraw from equally much ground.";
  if (percent === null) return `Only ${sideName(larger)} withdraws from ground.`;
  const rounded = percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent);
  if (rounded < 0.1) return "Both sides withdraw from equally much ground, to a thousandth.";
  return `${sideName(larger)} withdraws from ${exact ? "" : "about "}${figure(rounded)} % more ground.`;
}
