// A position on the map: what it is called in each system and on which sheet it lies, and on which side of which line.

import { effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchLines, fetchPosition, fetchWritten, type Line, type LineSide, type Position, type Standing } from "./api";
import { MarkIcon, slotOf } from "./marks";
import { address, ask, go, middle, pointed, readPosition } from "./state";
import { actor, capital, length, percent } from "./words";

/** What the server says of the position asked about. */
export const answer = signal<{ position: Position | null; refused: string }>({ position: null, refused: "" });

let asking: AbortController | null = null;
effect(() => {
  const asked = readPosition(address.value.at);
  asking?.abort();
  if (!asked) {
    answer.value = { position: null, refused: "" };
    return;
  }
  const controller = new AbortController();
  asking = controller;
  fetchPosition(asked.lon, asked.lat, asked.radius, controller.signal).then(
    (position) => {
      if (asking === controller) answer.value = { position, refused: "" };
    },
    (error: unknown) => {
      if (!controller.signal.aborted) answer.value = { position: null, refused: (error as Error).message };
    },
  );
});

/** The lines of the case. */
export const lines = signal<Line[]>([]);

export function loadLines(): void {
  if (!lines.value.length) void fetchLines().then((all) => (lines.value = all), () => undefined);
}

/** How likely the side that a location is said to lie on is right; null where the line is silent. */
export function sureOf(told: LineSide): number | null {
  const line = lines.value.find((one) => one.id === told.line);
  if (!line || told.probability === null) return null;
  return told.side === line.left_party ? told.probability : 1 - told.probability;
}

/** The line that alone is shown, or the nearest of those that are. */
export function mainStanding(position: Position): Standing | null {
  const shown = position.lines.filter((standing) => !address.value.line || standing.line === address.value.line);
  return [...shown].sort((a, b) => a.distance_m - b.distance_m)[0] ?? null;
}

/** Which line is shown; its map, scale and accuracy stand with it. */
export function LineSwitch() {
  useEffect(loadLines, []);
  const all = lines.value;
  if (!all.length) return null;
  const chosen = all.find((line) => line.id === address.value.line);
  return (
    <div class="line-switch">
      <label>
        <span>Line</span>
        <select value={chosen?.id ?? ""} onChange={(event) => go({ line: event.currentTarget.value })}>
          <option value="">{all.length > 1 ? `all ${all.length} of the case` : "shown"}</option>
          {all.map((line) => <option key={line.id} value={line.id}>{line.name}</option>)}
        </select>
      </label>
      {chosen && (
        <p class="line-source">
          {chosen.source_map}{chosen.scale ? `, 1:${chosen.scale.toLocaleString("en")}` : ""}; good to {length(chosen.accuracy_m)}
          {(chosen.valid_from || chosen.valid_to) && `; valid ${chosen.valid_from ?? "…"} to ${chosen.valid_to ?? "now"}`}
        </p>
      )}
    </div>
  );
}

const degrees = new Intl.NumberFormat("en", { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const plain = (lon: number, lat: number) =>
  `${degrees.format(Math.abs(lat))}° ${lat < 0 ? "S" : "N"} ${degrees.format(Math.abs(lon))}° ${lon < 0 ? "W" : "E"}`;

/** The place under the pointer, in the systems of the maps at hand; without a pointer, the middle of the map. */
export function Readout() {
  const at = pointed.value ?? middle.value;
  const [told, tell] = useState<{ key: string; position: Position } | null>(null);
  const key = at ? `${at[0].toFixed(4)},${at[1].toFixed(4)}` : "";
  useEffect(() => {
    if (!at) return;
    const controller = new AbortController();
    // the pointer rests before the server is asked
    const timer = setTimeout(() => {
      fetchPosition(at[0], at[1], 0, controller.signal).then((position) => tell({ key, position }), () => undefined);
    }, 60);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key]);
  if (!at) return null;
  const known = told?.key === key ? told.position : null;
  const sk42 = known?.systems.find((one) => one.system === "SK-42");
  const sheet = known?.sheets["1:100000"];
  return (
    <dl class="readout" aria-label={pointed.value ? "Position under the pointer" : "Middle of the map"}>
      <div><dt>WGS 84</dt><dd>{plain(at[0], at[1])}</dd></div>
      <div class="more"><dt>SK-42</dt><dd>{sk42?.words ?? "…"}</dd></div>
      <div class="more"><dt>Sheet</dt><dd>{sheet ?? "…"}</dd></div>
    </dl>
  );
}

const RADII = [0, 500, 1000, 2000, 5000, 10_000, 20_000];

/** "Which side?" of the position in the address, with what is known of it. */
export function PositionCard() {
  const asked = readPosition(address.value.at);
  const heading = useRef<HTMLHeadingElement>(null);
  const open = asked !== null;
  useEffect(() => {
    if (open) heading.current?.focus({ preventScroll: true });
  }, [open]);
  if (!asked) return null;
  const { position, refused } = answer.value;
  const main = position && mainStanding(position);
  const radii = RADII.includes(asked.radius) ? RADII : [...RADII, asked.radius].sort((a, b) => a - b);
  return (
    <section class="position-card" aria-labelledby="which-side">
      <header>
        <h2 id="which-side" tabIndex={-1} ref={heading}>Which side?</h2>
        <button type="button" class="quiet" onClick={() => go({ at: "" })} aria-label="Close">×</button>
      </header>
      <div class="position-body">
        <Write key={address.value.at} />
        <label class="radius">
          <span>Somewhere within</span>
          <select value={String(asked.radius)} onChange={(event) => ask(asked.lon, asked.lat, Number(event.currentTarget.value))}>
            {radii.map((radius) => <option key={radius} value={String(radius)}>{radius ? length(radius) : "the very point"}</option>)}
          </select>
        </label>
        <div aria-live="polite">
          {refused && <p class="silence">{refused}</p>}
          {position && !main && <p class="silence">The case has no line.</p>}
          {main && <Verdict standing={main} main />}
          {position && position.zones.length > 0 && (
            <ul class="of-zones" aria-label="Zones of the case">
              {position.zones.map((zone) => (
                <li key={zone.zone}>
                  <b>{capital(zone.words)}</b>: {zone.name} <span class="dim">({percent(zone.probability)} likely inside, its edge {length(zone.distance_m)} away)</span>
                </li>
              ))}
            </ul>
          )}
          {position && main && position.lines.length > 1 && !address.value.line && (
            <details open={position.lines.length < 5}>
              <summary>By the other lines of the case</summary>
              {position.lines.filter((standing) => standing !== main).map((standing) => <Verdict key={standing.line} standing={standing} />)}
            </details>
          )}
        </div>
        {position && (
          <details>
            <summary>Coordinates and map sheets</summary>
            <table class="systems">
              <tbody>
                {position.systems.map(({ system, words }) => <tr key={system}><th scope="row">{system}</th><td>{words}</td></tr>)}
                {Object.entries(position.sheets).map(([scale, name]) => <tr key={scale}><th scope="row">1:{Number(scale.slice(2)).toLocaleString("en")}</th><td>{name}</td></tr>)}
              </tbody>
            </table>
            {position.operation && <p class="dim">SK-42 by {position.operation}, good to {position.accuracy_m ?? "an unknown number of"} m.</p>}
          </details>
        )}
      </div>
    </section>
  );
}

function Verdict({ standing, main = false }: { standing: Standing; main?: boolean }) {
  const { side, probability, words, distance_m: metres, name } = standing;
  return (
    <div class={`verdict ${main ? "main" : ""}`}>
      <p class="verdict-words">
        {side && <MarkIcon mark={{ slots: [slotOf(side)], contested: false }} size={main ? 16 : 12} />} {words}
      </p>
      <Scale standing={standing} />
      <p class="dim">
        {side ? `${percent(probability)} on the side of ${actor(side)}; ` : ""}{length(metres)} from {name}, {length(standing.chainage_m)} along
        it; map and position together are good to {length(standing.error_m)}
      </p>
    </div>
  );
}

/** The probability of both sides as a bar: the drawn side's share in its colour, the rest hatched. */
function Scale({ standing }: { standing: Standing }) {
  if (!standing.side) return null;
  return (
    <div class="scale" aria-hidden="true">
      <span class={`edge-${slotOf(standing.side)}`} style={{ width: `${standing.probability * 100}%` }} />
    </div>
  );
}

/** The position in words of one's own: any system that the program reads. */
function Write() {
  const asked = readPosition(address.value.at)!;
  const [refused, refuse] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const words = new FormData(event.currentTarget as HTMLFormElement).get("where");
    if (typeof words !== "string" || !words.trim()) return;
    fetchWritten(words.trim(), new AbortController().signal).then(
      (position) => ask(position.lon, position.lat, position.radius_m),
      (error: unknown) => refuse((error as Error).message),
    );
  };
  return (
    <form class="written" onSubmit={submit}>
      <label class="sr" for="where">Coordinates, or a map sheet</label>
      <input id="where" name="where" defaultValue={plain(asked.lon, asked.lat)} autocomplete="off" spellcheck={false} maxLength={120}
        title="Degrees, MGRS, UTM, SK-42 or the name of a map sheet" aria-invalid={refused !== ""} />
      <button type="submit" class="quiet">Go</button>
      {refused && <p class="silence" role="alert">{refused}</p>}
    </form>
  );
}
