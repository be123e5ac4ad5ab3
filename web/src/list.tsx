// The list: only the rows in sight are in the page, so that fifty thousand incidents scroll like fifty.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { prepareIncident } from "./api";
import { Filters, eventWords } from "./filters";
import { MarkIcon, Tag, markOf } from "./marks";
import { address, clearFilters, hovered, incidents, openIncident, record, selected, visible } from "./state";
import { count, period, placeName } from "./words";

const ROW = 98;
const SPARE = 6;

/** Position in the list that the keys j and k move from. */
let cursor = -1;

export function moveInList(step: number): void {
  const shown = visible.value;
  if (!shown.length) return;
  const open = shown.indexOf(selected.value);
  const current = document.activeElement?.closest<HTMLElement>("[data-row]");
  const at = current ? Number(current.dataset["row"]) : open >= 0 ? open : cursor;
  cursor = Math.min(Math.max(at + step, 0), shown.length - 1);
  dispatchEvent(new CustomEvent("merestone-row", { detail: cursor }));
}

function where(n: number): string {
  const all = incidents.value!;
  const names = [...new Set(all.spots[n]!.map((spot) => placeName(all.places[spot]!)))];
  const unknown = all.unplaced[n]!;
  const shown = (names.length ? names : unknown).slice(0, 3).join(", ");
  const more = names.length + unknown.length - Math.min(3, (names.length ? names : unknown).length);
  return shown ? `${shown}${more > 0 ? ` and ${more} more` : ""}` : "no place named";
}

function Row({ n, row }: { n: number; row: number }) {
  const all = incidents.value!;
  const open = selected.value === n;
  const id = all.id[n]!;
  return (
    <li class="row" style={{ top: `${row * ROW}px` }} aria-setsize={visible.value.length} aria-posinset={row + 1}>
      <a href={`?i=${id}`} data-row={row} class={hovered.value === n ? "near" : ""} aria-current={open ? "true" : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          openIncident(id);
        }}
        onMouseEnter={() => (prepareIncident(id), (hovered.value = n))} onMouseLeave={() => (hovered.value = -1)}
        onFocus={() => (prepareIncident(id), (cursor = row))}>
        <MarkIcon mark={markOf(all.speakers[n]!, all.contested[n]!)} />
        <span class="row-head">
          <span class="row-event">{eventWords(all.event[n]!)}</span>
          <time>{period(all.time[n] ?? null)}</time>
        </span>
        <span class={`row-where ${all.spots[n]!.length ? "" : "dim"}`}>{where(n)}</span>
        <span class="row-summary">{address.value.order === "need" && all.need_words[n] ? all.need_words[n] : all.summary[n]}</span>
        <span class="row-foot">
          {all.speakers[n]!.slice(0, 5).map((code) => <Tag key={code} code={code} />)}
          <span class="dim">{count(all.claims[n]!, "claim")}{all.documents[n]! > 1 ? ` in ${all.documents[n]} documents` : ""}</span>
          {all.contested[n] && <span class="contested">contested</span>}
        </span>
      </a>
    </li>
  );
}

export function ListPane() {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  const shown = visible.value;

  useLayoutEffect(() => {
    const element = box.current!;
    const watch = new ResizeObserver(() => setHeight(element.clientHeight || 800));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  // what is selected elsewhere comes into sight here
  const open = selected.value;
  useEffect(() => {
    const row = shown.indexOf(open);
    const element = box.current;
    if (row < 0 || !element) return;
    if (row * ROW < element.scrollTop || (row + 1) * ROW > element.scrollTop + element.clientHeight) {
      element.scrollTop = Math.max(0, row * ROW - element.clientHeight / 3);
    }
  }, [open, shown]);

  useEffect(() => {
    const reveal = (event: Event) => {
      const row = (event as CustomEvent<number>).detail;
      const element = box.current;
      if (!element) return;
      if (row * ROW < element.scrollTop) element.scrollTop = row * ROW;
      if ((row + 1) * ROW > element.scrollTop + element.clientHeight) element.scrollTop = (row + 1) * ROW - element.clientHeight;
      setTop(element.scrollTop);
      requestAnimationFrame(() => element.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus({ preventScroll: true }));
    };
    addEventListener("merestone-row", reveal);
    return () => removeEventListener("merestone-row", reveal);
  }, []);

  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((top + height) / ROW) + SPARE);
  return (
    <section class="list-pane" aria-label="Who says what">
      <Filters />
      <div class="list" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        {shown.length === 0 ? <Nothing /> : (
          <ol class="rows" style={{ height: `${shown.length * ROW}px` }} aria-label="Incidents">
            {shown.slice(first, last).map((n, k) => <Row key={incidents.value!.id[n]} n={n} row={first + k} />)}
          </ol>
        )}
      </div>
    </section>
  );
}

function Nothing() {
  if (!record.value!.counts["incidents"]) {
    return <p class="empty">This record holds no incident: nothing in its {count(record.value!.counts["documents"] ?? 0, "document")} was read as a claim.</p>;
  }
  return (
    <div class="empty">
      <p>No incident in this record fits all filters. That says something about the filters and the sources, not about what happened.</p>
      <button type="button" onClick={clearFilters}>Clear all filters</button>
    </div>
  );
}
