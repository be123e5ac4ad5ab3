// How values become words: unambiguous dates, numbers with their bounds, names as the reader chose.

import type { Claim, Moments, Quantity, Spot } from "./api";
import { address, record } from "./state";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

interface Moment { year: string; month: string; day: string; clock: string }

function parse(text: string): Moment {
  const [date = "", clock = ""] = text.split("T");
  const [year = "", month = "1", day = "1"] = date.split("-");
  return { year, month: MONTHS[Number(month) - 1] ?? month, day: String(Number(day)), clock: clock.slice(0, 5) };
}

const date = (m: Moment) => `${m.day} ${m.month} ${m.year}`;

/** `13 Sep 2022`. */
export const day = (text: string | null | undefined): string => (text ? date(parse(text)) : "date not known");

/** `13 Sep 2022`, `8–9 Jul 2023`, `13 Sep 2022, 00:05`, `since` nothing: both ends are always given. */
export function period(time: Moments | null): string {
  if (!time) return "no date given";
  const a = parse(time[0]);
  const b = parse(time[1]);
  const sameDay = date(a) === date(b);
  if (sameDay && a.clock === b.clock) return a.clock ? `${date(a)}, ${a.clock}` : date(a);
  if (sameDay) return `${date(a)}, ${a.clock || "00:00"}–${b.clock || "24:00"}`;
  if (a.clock || b.clock) return `${date(a)}${a.clock && `, ${a.clock}`} – ${date(b)}${b.clock && `, ${b.clock}`}`;
  if (a.year !== b.year) return `${date(a)} – ${date(b)}`;
  if (a.month !== b.month) return `${a.day} ${a.month} – ${date(b)}`;
  return `${a.day}–${date(b)}`;
}

/** The offset of the case's clock from UTC on a day, `UTC+4`; empty where the engine does not know the zone. */
export function offset(at: string): string {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: record.value?.time_zone ?? "UTC", timeZoneName: "shortOffset" });
    const name = parts.formatToParts(new Date(at)).find((part) => part.type === "timeZoneName")?.value ?? "";
    return name.replace("GMT", "UTC");
  } catch {
    return "";
  }
}

/** An instant as a zone's clocks tell it, `2024-04-11T10:00`; as it is where the engine does not know the zone. */
export function local(time: string, zone: string): string {
  try {
    const shape = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    const part = Object.fromEntries(new Intl.DateTimeFormat("en", shape).formatToParts(new Date(time)).map((each) => [each.type, each.value]));
    return `${part["year"]}-${part["month"]}-${part["day"]}T${part["hour"]}:${part["minute"]}`;
  } catch {
    return time;
  }
}

export function words(kind: string, code: string): string {
  return record.value?.words[kind]?.[code] ?? code.replaceAll("_", " ");
}

export const actor = (code: string | null): string => (code ? words("actor", code) : "");

/** A value that is, or lists, actor codes reads as names; anything else stays as it was read. */
export function readable(value: string): string {
  const names = record.value?.words["actor"] ?? {};
  return value.replace(/\b[A-Z]{2,}(?:-[A-Z]+)?\b/g, (code) => names[code] ?? code);
}

/** A sentence that opens with a place or code keeps its letters; a vocabulary word gets a capital. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The name of a place as the reader chose: the neutral pair, or one party's. */
export function placeName(spot: Spot): string {
  const party = address.value.names;
  return (party && spot.names[party]) || spot.name;
}

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export function quantity(q: Quantity): string {
  const unit = words("unit", q.unit);
  const value = q.max === null ? number.format(q.value) : `${number.format(q.value)} to ${number.format(q.max)}`;
  return `${q.approx ? "about " : ""}${value}${unit ? ` ${unit}` : ""} ${words("quantity", q.what)}`.trim();
}

/** A length for people: `850 m`, `3 km`, `120 km`. */
export function length(metres: number): string {
  if (metres < 1000) return `${number.format(Math.round(metres / 10) * 10)} m`;
  return `${number.format(metres < 10_000 ? Math.round(metres / 100) / 10 : Math.round(metres / 1000))} km`;
}

export const percent = (share: number): string => (share > 0.995 && share < 1 ? "over 99 %" : `${Math.round(share * 100)} %`);

export const count = (n: number, one: string, many = `${one}s`): string => `${number.format(n)} ${n === 1 ? one : many}`;

/** What a claim was read as, as pairs of question and answer. */
export function reading(claim: Claim): [string, string][] {
  const out: [string, string][] = [["What", `${words("act", claim.act)}: ${words("event", claim.event).toLowerCase()}`]];
  if (claim.actor) out.push(["Who acted", actor(claim.actor)]);
  if (claim.target) out.push(["To whom", actor(claim.target)]);
  if (claim.time) out.push(["When", period(claim.time)]);
  if (claim.places.length) out.push(["Where", claim.places.map((p) => `${words("role", p.role)} ${p.name}`).join("; ")]);
  if (claim.quantities.length) out.push(["Numbers", claim.quantities.map(quantity).join("; ")]);
  if (claim.means.length) out.push(["With what", claim.means.map((m) => words("means", m)).join(", ")]);
  if (claim.observation) {
    const { observer_at: at, bearing, distance_km: far } = claim.observation;
    const parts = [at && `from ${at}`, bearing.join(" to "), far && `${far[0] === far[1] ? far[0] : far.join("–")} km away`];
    out.push(["Observed", parts.filter(Boolean).join(", ")]);
  }
  if (claim.evidence.length) out.push(["Evidence offered", claim.evidence.map((e) => words("evidence", e)).join(", ")]);
  return out;
}

/** A web address that may become a link; anything but http and https stays text. */
export function safeLink(url: string | null): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}
