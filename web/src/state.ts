// The whole state of the page, and the address bar that holds it. Nothing else in the page remembers anything the reader chose.

import { batch, computed, effect, signal } from "@preact/signals";
import { fetchIncidents, fetchRecord, fetchSearch, type Incidents, type RecordView } from "./api";

export type Tab = "list" | "map" | "time";
export type View = "record" | "withdrawal";
export type Part = "plan" | "schedule" | "verification";

export const record = signal<RecordView | null>(null);
export const incidents = signal<Incidents | null>(null);
export const failure = signal<string | null>(null);

/** Reads the record and its incidents, at the start and after a new build. */
export async function loadRecord(): Promise<void> {
  const [theRecord, theIncidents] = await Promise.all([fetchRecord(), fetchIncidents()]);
  batch(() => {
    record.value = theRecord;
    incidents.value = theIncidents;
  });
}

export interface Address {
  view: View;
  q: string;
  who: string[];
  event: string;
  side: string;
  from: string;
  to: string;
  undated: boolean;
  contested: boolean;
  place: string;
  names: string;
  order: "new" | "old" | "told" | "need";
  tab: Tab;
  /** Id of the line that alone is shown and asked; empty for all. */
  line: string;
  /** In the record the position asked about: longitude, latitude and a radius in metres, parted by commas; in the withdrawal
   * the day: a date, or a number where the agreement has no first day; empty for none. */
  at: string;
  /** What of the withdrawal is shown, and in its plan the depth: kilometres, `agreed`, or empty for the usual one. */
  part: Part;
  depth: string;
  i: string;
  doc: string;
  claim: string;
}

const EMPTY: Address = {
  view: "record", q: "", who: [], event: "", side: "", from: "", to: "", undated: false, contested: false, place: "", names: "",
  order: "new", tab: "list", line: "", at: "", part: "plan", depth: "", i: "", doc: "", claim: "",
};

const DAY = /^\d{4}-\d\d-\d\d$/;

export function readAddress(search: string): Address {
  const given = new URLSearchParams(search);
  const text = (key: string) => (given.get(key) ?? "").slice(0, 200);
  const day = (key: string) => (DAY.test(text(key)) && !Number.isNaN(Date.parse(text(key))) ? text(key) : "");
  const one = <T extends string>(key: string, allowed: readonly T[], otherwise: T) =>
    allowed.find((value) => value === text(key)) ?? otherwise;
  const withdrawal = text("view") === "withdrawal";
  return {
    view: withdrawal ? "withdrawal" : "record", part: one("part", ["plan", "schedule", "verification"], "plan"),
    depth: text("depth") === "agreed" || Number(text("depth")) > 0 ? text("depth") : "",
    q: text("q"), who: [...new Set(text("who").split(",").filter(Boolean))], event: text("event"), side: text("side"),
    from: day("from"), to: day("to"), undated: given.has("undated"), contested: given.has("contested"), place: text("place"),
    names: text("names"), order: one("order", ["new", "old", "told", "need"], "new"), tab: one("tab", ["list", "map", "time"], "list"),
    line: text("line"), at: (withdrawal ? day("at") || /^\d{1,4}$/.test(text("at")) : readPosition(text("at"))) ? text("at") : "", i: text("i"), doc: text("doc"), claim: text("claim"),
  };
}

export interface Asked { lon: number; lat: number; radius: number }

/** The position an address holds; null where it holds none that lies on the Earth. */
export function readPosition(at: string): Asked | null {
  const [lon, lat, radius = 0] = at.split(",").map(Number);
  if (!at || lon === undefined || lat === undefined || ![lon, lat, radius].every(Number.isFinite)) return null;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && radius >= 0 && radius <= 1e6 ? { lon, lat, radius } : null;
}

/** Ask on which side a position lies. Five decimals are about a metre. */
export function ask(lon: number, lat: number, radius: number): void {
  const at = [lon.toFixed(5), lat.toFixed(5), ...(radius ? [String(Math.round(radius))] : [])].join(",");
  go({ at }, address.value.at === "");
}

export function writeAddress(address: Address): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(address)) {
    const usual = EMPTY[key as keyof Address];
    if (Array.isArray(value)) {
      if (value.length) out.set(key, value.join(","));
    } else if (value === true) out.set(key, "1");
    else if (value !== usual && value !== false) out.set(key, String(value));
  }
  const text = out.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : location.pathname;
}

export const address = signal<Address>(readAddress(location.search));

/** Change the state. Opening and closing something is a step the browser's back button undoes; a filter is not. */
export function go(change: Partial<Address>, step = false): void {
  const next = { ...address.value, ...change };
  const text = writeAddress(next);
  if (text !== (location.search || location.pathname)) history[step ? "pushState" : "replaceState"](null, "", text);
  address.value = next;
}

addEventListener("popstate", () => {
  address.value = readAddress(location.search);
});

export const openIncident = (id: string) => go({ i: id, doc: "", claim: "" }, address.value.i === "");
/** The other view; the position of the one and the day of the other are not each other's. */
export const openView = (view: View, change: Partial<Address> = {}) => go({ view, at: "", ...change }, true);
export const openDocument = (doc: string, claim: string) => go({ doc, claim }, address.value.doc === "");

/** One step back: from the document to the incident, from the incident to the list; a position asked about first of all. */
export function stepBack(): boolean {
  const { i, doc, at } = address.value;
  if (at) go({ at: "" });
  else if (doc) go({ doc: "", claim: "" });
  else if (i) go({ i: "", claim: "" });
  else return false;
  return true;
}

export function clearFilters(): void {
  go({ q: "", who: [], event: "", side: "", from: "", to: "", undated: false, contested: false, place: "" });
}

// ---------------------------------------------------------------------------------------------------------------------------
// what the filters let through

/** Ids that the words of the search are found in; null where nothing is searched. */
const found = signal<{ query: string; ids: Set<string> } | null>(null);
let asked: AbortController | null = null;

effect(() => {
  const query = address.value.q.trim();
  asked?.abort();
  if (!query) {
    found.value = null;
    return;
  }
  if (found.peek()?.query === query) return;
  const controller = new AbortController();
  asked = controller;
  fetchSearch(query, controller.signal).then(
    (answer) => {
      if (asked === controller) found.value = { query, ids: new Set(answer.ids) };
    },
    (error: unknown) => {
      if (!controller.signal.aborted) failure.value = (error as Error).message;
    },
  );
});

/** Which groups each choice of the party filter stands for. */
export const groupKind = computed(() => {
  const kinds = new Map<string, string>();
  for (const group of record.value?.groups ?? []) {
    kinds.set(group.code, group.affiliation === "party" ? group.code : group.affiliation);
  }
  return kinds;
});

const filterKey = computed(() => {
  const { who, event, side, from, to, undated, contested, place, order } = address.value;
  return JSON.stringify({ who, event, side, from, to, undated, contested, place, order });
});

export type Filters = Pick<Address, "who" | "event" | "side" | "from" | "to" | "undated" | "contested" | "place" | "order">;

/** Positions of the incidents that pass every filter, in the order of the list. */
export function select(all: Incidents, filters: Filters, ids: Set<string> | null, kinds: Map<string, string>): number[] {
  const from = filters.from ? Date.parse(`${filters.from}T00:00Z`) : -Infinity;
  const to = filters.to ? Date.parse(`${filters.to}T00:00Z`) + 86_400_000 : Infinity;
  const bounded = filters.from !== "" || filters.to !== "";
  const out: number[] = [];
  for (let n = 0; n < all.id.length; n++) {
    if (filters.contested && !all.contested[n]) continue;
    if (filters.event && all.event[n] !== filters.event) continue;
    const begins = all.begins[n] ?? null;
    if (filters.undated && begins !== null) continue;
    if (bounded && (begins === null || begins >= to || (all.ends[n] ?? begins) <= from)) continue;
    if (filters.side && !all.sides[n]!.includes(filters.side)) continue;
    if (filters.place && !all.spots[n]!.some((spot) => all.places[spot]!.name === filters.place)) continue;
    if (
      filters.who.length &&
      !filters.who.every((who) => all.parties[n]!.includes(who) || all.speakers[n]!.some((code) => kinds.get(code) === who))
    ) continue;
    if (ids && !ids.has(all.id[n]!)) continue;
    out.push(n);
  }
  if (filters.order === "new") {
    // the columns come in time order with the undated last; they stay last
    const dated = out.filter((n) => all.begins[n] !== null).reverse();
    return dated.concat(out.filter((n) => all.begins[n] === null));
  }
  if (filters.order === "need") out.sort((a, b) => all.need[b]! - all.need[a]! || a - b);
  if (filters.order === "told") {
    out.sort((a, b) => all.speakers[b]!.length - all.speakers[a]!.length || all.claims[b]! - all.claims[a]! || b - a);
  }
  return out;
}

export const visible = computed<number[]>(() => {
  const all = incidents.value;
  if (!all) return [];
  const filters = JSON.parse(filterKey.value) as Filters;
  return select(all, filters, found.value?.ids ?? null, groupKind.value);
});

const positions = computed(() => new Map((incidents.value?.id ?? []).map((id, n) => [id, n] as const)));

/** Position of the open incident; -1 where none is open or the record does not hold it. */
export const selectedId = computed(() => address.value.i);
export const selected = computed(() => positions.value.get(selectedId.value) ?? -1);

/** Position under the pointer or the keyboard, in the list, on the map or on the timeline. */
export const hovered = signal(-1);

/** Longitude and latitude under the pointer on the map, else of its middle; null before the map is there. */
export const pointed = signal<[number, number] | null>(null);
export const middle = signal<[number, number] | null>(null);

export const filtersOn = computed(() => {
  const { q, who, event, side, from, to, undated, contested, place } = address.value;
  return [q, who.length, event, side, from || to, undated, contested, place].filter(Boolean).length;
});

// ---------------------------------------------------------------------------------------------------------------------------
// theme

export type Theme = "light" | "dark";
const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = signal<Theme | null>((document.documentElement.dataset["theme"] as Theme | undefined) ?? null);
const dark = signal(system.matches);
system.addEventListener("change", () => (dark.value = system.matches));
export const theme = computed<Theme>(() => chosen.value ?? (dark.value ? "dark" : "light"));

export function switchTheme(): void {
  const next: Theme = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  batch(() => (chosen.value = next));
  try {
    localStorage.setItem("merestone.theme", next);
  } catch {
    // storage can be switched off; the choice then lasts as long as the page
  }
}

/** Whether the page is narrow enough for tabs. */
const narrowQuery = matchMedia("(max-width: 759px)");
export const narrow = signal(narrowQuery.matches);
narrowQuery.addEventListener("change", () => (narrow.value = narrowQuery.matches));
