// What narrows the list, the map and the timeline alike.

import { useEffect, useRef, useState } from "preact/hooks";
import { MarkIcon, slotOf, type Slot } from "./marks";
import { address, clearFilters, filtersOn, go, incidents, narrow, record, visible, type Address } from "./state";
import { placeName, words } from "./words";

interface Who { code: string; words: string; slot: Slot }

function whoOptions(): Who[] {
  const view = record.value!;
  const out: Who[] = view.parties.map((p) => ({ code: p.code, words: p.name, slot: slotOf(p.code) }));
  const kinds: [string, string][] = [["third_party", "Third parties"], ["monitor", "Monitors"], ["media", "Media"], ["sensor", "Sensors"]];
  for (const [kind, label] of kinds) {
    const first = view.groups.find((g) => g.affiliation === kind);
    if (first) out.push({ code: kind, words: label, slot: slotOf(first.code) });
  }
  return out;
}

export function Search() {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(address.value.q);
  const q = address.value.q;
  useEffect(() => {
    if (document.activeElement !== field.current) setText(q);
  }, [q]);
  return (
    <div class="search">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2zm3.600 8.600L14.500 14.500" fill="none" stroke="currentColor" stroke-width="1.600" /></svg>
      <input ref={field} id="search" type="search" value={text} placeholder="Search words, places, sources" aria-label="Search words, places, sources"
        aria-keyshortcuts="/" maxLength={200} autocomplete="off" spellcheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
          go({ q: event.currentTarget.value.trim() });
        }} />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

/** A day in the one form that cannot be misread. A year or a month stands for its first or last day. */
export function wholeDay(text: string, latest: boolean): string | null {
  const parts = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text.trim());
  if (!parts) return text.trim() === "" ? "" : null;
  const [, year, month, day] = parts;
  const m = month ? Number(month) : latest ? 12 : 1;
  const d = day ? Number(day) : latest ? new Date(Date.UTC(Number(year), m, 0)).getUTCDate() : 1;
  const date = new Date(Date.UTC(Number(year), m - 1, d));
  return date.getUTCMonth() === m - 1 && date.getUTCDate() === d ? date.toISOString().slice(0, 10) : null;
}

function DayField({ label, value, latest, set }: { label: string; value: string; latest: boolean; set: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const day = wholeDay(text, latest);
  const take = () => {
    if (day !== null && day !== value) set(day);
    else if (day !== null) setText(value);
  };
  return (
    <label class="day-field"><span>{label}</span>
      <input type="text" inputMode="numeric" maxLength={10} placeholder="2022-09-13" value={text} aria-invalid={day === null}
        title="Year, month and day: 2022-09-13, 2022-09 or 2022" autocomplete="off"
        onInput={(event) => {
          setText(event.currentTarget.value);
          const whole = /^\d{4}-\d\d-\d\d$/.test(event.currentTarget.value) ? wholeDay(event.currentTarget.value, latest) : null;
          if (whole || event.currentTarget.value === "") set(whole ?? "");
        }}
        onBlur={take} onKeyDown={(event) => event.key === "Enter" && take()} />
    </label>
  );
}

export function Filters() {
  const { who, event, side, from, to, contested, place, undated } = address.value;
  const view = record.value!;
  const on = filtersOn.value;
  const body = (
    <div class="filters-body">
      <fieldset class="who">
        <legend class="sr">Involving</legend>
        {whoOptions().map((option) => (
          <label key={option.code} class={`chip ink-${option.slot}`} title="Acts, is acted on, or speaks">
            <input type="checkbox" checked={who.includes(option.code)} onChange={(change) =>
              go({ who: change.currentTarget.checked ? [...who, option.code] : who.filter((code) => code !== option.code) })} />
            <MarkIcon mark={{ slots: [option.slot], contested: false }} size={11} />
            {option.words}
          </label>
        ))}
      </fieldset>
      <div class="pairs">
        <label><span>Event</span>
          <select value={event} onChange={(change) => go({ event: change.currentTarget.value })}>
            <option value="">Any event</option>
            {view.events.map((option) => <option key={option.code} value={option.code}>{option.words} ({option.count})</option>)}
          </select>
        </label>
        <label><span>Side of the nearest line</span>
          <select value={side} onChange={(change) => go({ side: change.currentTarget.value })}>
            <option value="">Anywhere</option>
            {view.sides.map((option) => <option key={option.code} value={option.code}>{option.words} ({option.count})</option>)}
          </select>
        </label>
      </div>
      <div class="when-row">
        <DayField label="From" value={from} latest={false} set={(text) => go({ from: text, undated: false })} />
        <DayField label="To" value={to} latest set={(text) => go({ to: text, undated: false })} />
        <label class="only">
          <input type="checkbox" checked={contested} onChange={(change) => go({ contested: change.currentTarget.checked })} />
          <MarkIcon mark={{ slots: view.parties.slice(0, 2).map((p) => slotOf(p.code)), contested: true }} size={13} />
          Only contested <span class="dim">({view.counts["contested"]})</span>
        </label>
      </div>
      {(place || undated) && (
        <p class="active-chips">
          {place && <button type="button" class="chip-off" onClick={() => go({ place: "" })}>At {shownPlace(place)} <span aria-hidden="true">×</span><span class="sr">remove</span></button>}
          {undated && <button type="button" class="chip-off" onClick={() => go({ undated: false })}>Without a date <span aria-hidden="true">×</span><span class="sr">remove</span></button>}
        </p>
      )}
    </div>
  );
  return (
    <search class="filters" aria-label="Filters">
      <Search />
      {narrow.value ? (
        <details><summary>Filters{on > 0 && <span class="badge">{on}</span>}</summary>{body}</details>
      ) : body}
      <div class="result">
        <output aria-live="polite">
          <b>{visible.value.length}</b> of {incidents.value?.id.length ?? 0} incidents
        </output>
        {on > 0 && <button type="button" class="link" onClick={clearFilters}>Clear {on === 1 ? "filter" : `${on} filters`}</button>}
        <label class="order"><span class="sr">Order</span>
          <select value={address.value.order} onChange={(change) => go({ order: change.currentTarget.value as Address["order"] })}>
            <option value="new">Newest first</option>
            <option value="old">Oldest first</option>
            <option value="need">Most in need of a human</option>
            <option value="told">Most voices first</option>
          </select>
        </label>
      </div>
    </search>
  );
}

function shownPlace(name: string): string {
  const spot = incidents.value?.places.find((p) => p.name === name);
  return spot ? placeName(spot) : name;
}

export const eventWords = (code: string) => words("event", code);
