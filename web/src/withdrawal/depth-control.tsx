// The line, the depth, and the depths that were agreed.

import { offered } from "../offered";
import { go } from "../state";
import { depthsUpTo, nearest } from "./depths";
import { agreement, asAgreed, depth, line, setDepth, tierDepth } from "./store";
import { km } from "./sides";

export function LineChoice() {
  const lines = offered.value?.lines ?? [];
  const chosen = line.value;
  if (!chosen) return null;
  return (
    <div class="w-line">
      <label class="w-field">
        <span>Line</span>
        <select aria-label="Line" value={chosen.id} onChange={(event) => go({ line: event.currentTarget.value, ...(asAgreed.peek() ? { depth: "" } : {}) })} disabled={lines.length < 2}>
          {lines.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </select>
      </label>
      <span class="dim">{km(Math.round(chosen.length_km))} long</span>
    </div>
  );
}

export function DepthControl() {
  const most = line.value?.most_km ?? 2;
  const stops = depthsUpTo(most);
  const now = depth.value;
  const on = !asAgreed.value;
  const least = stops[0]!;
  return (
    <div class="w-depth">
      <div class="w-depth-row">
        <label for="depth">Depth on each side</label>
        <span class="w-number">
          <input type="number" aria-label="Depth in kilometres" min={least} max={most} step="any" value={now} class={on ? "" : "off"}
            onInput={(event) => {
              const km = event.currentTarget.valueAsNumber;
              if (km > 0 && km <= most) setDepth(km);
            }}
            onBlur={(event) => (event.currentTarget.value = String(depth.peek()))} />
          <span class="dim">km</span>
        </span>
      </div>
      <input id="depth" type="range" min={0} max={stops.length - 1} step={1} value={nearest(stops, now)} aria-valuetext={km(now)}
        onInput={(event) => setDepth(stops[event.currentTarget.valueAsNumber]!)} />
      <div class="w-ends dim" aria-hidden="true"><span>{km(least)}</span><span>{km(most)}</span></div>
      <Presets />
    </div>
  );
}

function Presets() {
  const head = agreement.value;
  if (!head) return null;
  const most = line.value?.most_km ?? 0;
  const tiers = head.tiers.flatMap((tier) => {
    const at = tierDepth(tier);
    return at === null || at > most ? [] : [{ name: tier.name, at }];
  });
  return (
    <div class="w-presets" role="group" aria-label="Depths of the agreement">
      {tiers.map(({ name, at }) => (
        <button key={name} type="button" class="quiet" aria-pressed={!asAgreed.value && depth.value === at} onClick={() => go({ depth: String(at) })}>
          {km(at)} <span class="w-tier">{name}</span>
        </button>
      ))}
      <button type="button" class="quiet" aria-pressed={asAgreed.value} onClick={() => go({ depth: "agreed" })}>As agreed</button>
    </div>
  );
}
