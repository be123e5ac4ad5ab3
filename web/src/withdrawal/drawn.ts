// What the map of a withdrawal shows, as features: a function of the answers and of what is chosen.

import { ring, soft } from "../geodesy";
import type { AgreedPosition, AgreementAnswer, Settlement, VerificationAnswer, ZonesAnswer } from "./answers";
import { LOOKS } from "./status";
import { sideName, sideSlot, figure, km } from "./sides";

export interface Drawn {
  /** Zones, and as `part` "depends" what of them depends on the map. */
  zones: GeoJSON.Feature[];
  exceptions: GeoJSON.Feature[];
  settlements: GeoJSON.Feature[];
  circles: GeoJSON.Feature[];
  ways: GeoJSON.Feature[];
  positions: GeoJSON.Feature[];
  cells: GeoJSON.Feature[];
  next: GeoJSON.Feature[];
}
export const NOTHING: Drawn = { zones: [], exceptions: [], settlements: [], circles: [], ways: [], positions: [], cells: [], next: [] };

type Both = readonly [string, string];
type Shown = Record<string, unknown>;

const feature = (geometry: GeoJSON.Geometry | null | undefined, properties: Shown): GeoJSON.Feature[] =>
  geometry ? [{ type: "Feature", geometry, properties }] : [];
const point = (lon: number, lat: number): GeoJSON.Point => ({ type: "Point", coordinates: [lon, lat] });

const depends = (zone: { party: string; depends?: GeoJSON.Geometry | null }, both: Both) =>
  feature(zone.depends, { ...looks(zone.party, both), part: "depends" });

function looks(party: string, both: Both, outline = false): Shown {
  const slot = sideSlot(party, both);
  const second = both.indexOf(party) === 1 ? 1 : 0;
  return { slot, hatch: `hatch:${slot}:${second}`, soft: `soft:${slot}:${second}`, outline };
}

const settlement = (place: Settlement): GeoJSON.Feature => ({
  type: "Feature", geometry: point(place.lon, place.lat),
  properties: { label: place.name, order: -(place.population ?? 0), told: `${place.name}${place.population ? `, ${figure(place.population)} people` : ""}` },
});

let last: { key: string; features: GeoJSON.Feature[] } = { key: "", features: [] };

/** The largest places of both zones; most steps of the slider leave them as they are. */
function settlements(answer: ZonesAnswer): GeoJSON.Feature[] {
  const all = answer.zones.flatMap((zone) => zone.largest);
  const key = JSON.stringify(all);
  if (key !== last.key) last = { key, features: all.map(settlement) };
  return last.features;
}

/** The zones of one depth. */
export function drawDepth(answer: ZonesAnswer, declared: Pick<Drawn, "circles" | "positions">): Drawn {
  const both = answer.zones.map((zone) => zone.party) as [string, string];
  return {
    ...NOTHING,
    zones: answer.zones.flatMap((zone) => [...feature(zone.geometry, looks(zone.party, both)), ...depends(zone, both)]),
    settlements: settlements(answer),
    ...declared,
  };
}

function told(position: AgreedPosition): string {
  const { id, party, class: kind, strength, verdict, probability, move_km: far } = position;
  const where = far ? `; allowed ground ${km(far)} away` : "";
  return `${id}: ${sideName(party)}, ${kind.replaceAll("_", " ")}, ${figure(strength)}. ${verdict} (${Math.round(probability * 100)} % in the zone)${where}`;
}

/** Positions as large as they are uncertain, each marked by what `mark` says of it. */
export function drawPositions(all: AgreedPosition[], both: Both, mark: (position: AgreedPosition) => string): Pick<Drawn, "circles" | "positions"> {
  return {
    circles: all.flatMap((each) => soft(each.lon, each.lat, each.uncertainty_m, { slot: sideSlot(each.party, both) })),
    positions: all.map((each) => {
      const words = mark(each);
      return {
        type: "Feature", geometry: point(each.lon, each.lat),
        properties: { icon: `at:${sideSlot(each.party, both)}:${words}`, id: each.id, told: told(each), order: words === "may stay" ? 0 : 1 },
      };
    }),
  };
}

/** The way from a position to where it would go, with the head of its arrow. */
function way(position: AgreedPosition, both: Both, now: boolean): GeoJSON.Feature[] {
  const { lon, lat, to } = position;
  if (!to || (Math.abs(to[0] - lon) < 1e-6 && Math.abs(to[1] - lat) < 1e-6)) return [];
  const slot = sideSlot(position.party, both);
  const flat = Math.cos((lat * Math.PI) / 180);
  const turn = (Math.atan2((to[0] - lon) * flat, to[1] - lat) * 180) / Math.PI;
  return [
    { type: "Feature", geometry: { type: "LineString", coordinates: [[lon, lat], to] }, properties: { slot, now } },
    { type: "Feature", geometry: point(to[0], to[1]), properties: { slot, now, icon: `head:${slot}`, turn } },
  ];
}

const outlines = (answer: AgreementAnswer, both: Both, outline: boolean) => ({
  zones: answer.zones.flatMap((zone) => [...feature(zone.geometry, looks(zone.party, both, outline)), ...(outline ? [] : depends(zone, both))]),
  exceptions: answer.exceptions.flatMap((each) => feature(each.geometry, { label: each.name, told: `${each.name}: an exception (${each.kind.replaceAll("_", " ")})` })),
});

/** All tiers as agreed, with exceptions, positions and where those would go. */
export function drawAgreed(answer: AgreementAnswer, both: Both): Drawn {
  return {
    ...NOTHING, ...outlines(answer, both, false),
    ways: answer.positions.flatMap((each) => way(each, both, false)),
    ...drawPositions(answer.positions, both, (each) => each.verdict),
  };
}

/** The positions on the evening of a day: who has gone, who moves, who waits. Day 0 is before the first. */
export function drawDay(answer: AgreementAnswer, days: Record<string, number>, today: number, both: Both): Drawn {
  const moving = answer.positions.filter((each) => days[each.id] !== undefined);
  const now = (each: AgreedPosition) => days[each.id] === today;
  const gone = (each: AgreedPosition) => days[each.id]! < today;
  return {
    ...NOTHING, ...outlines(answer, both, true),
    ways: moving.filter((each) => today === 0 || now(each)).flatMap((each) => way(each, both, today > 0)),
    ...drawPositions(
      moving.map((each) => (gone(each) && each.to ? { ...each, lon: each.to[0], lat: each.to[1] } : each)), both,
      (each) => (gone(each) ? "gone" : now(each) ? "moving" : "waits"),
    ),
  };
}

/** Cells and positions by status, and where to look next. */
export function drawVerified(answer: VerificationAnswer, agreement: AgreementAnswer | null, both: Both): Drawn {
  const cells: GeoJSON.Feature[] = [];
  const positions: GeoJSON.Feature[] = [];
  const next: GeoJSON.Feature[] = [];
  for (const each of answer.features.features) {
    const about = each.properties as Record<string, string | number | null>;
    const status = String(about["status"]);
    const ago = about["days_ago"];
    if (about["part"] === "cell") {
      const seen = ago === null ? "never looked at" : `looked at ${figure(Number(ago))} days ago`;
      cells.push({
        ...each,
        properties: {
          status, pattern: `status:${status}`, observed: Number(about["observed"] ?? 0),
          told: `Ground on the side of ${sideName(String(about["party"]))}: ${LOOKS[status as keyof typeof LOOKS]?.words.toLowerCase() ?? status}, ${seen}`,
        },
      });
    } else if (about["part"] === "position") {
      const id = String(each.id ?? about["id"] ?? "").replace(/^position\//, "");
      positions.push({
        ...each,
        properties: {
          icon: `at:${sideSlot(String(about["party"]), both)}:${status}`, id, order: 1,
          told: `${id}: ${sideName(String(about["party"]))}, ${String(about["class"]).replaceAll("_", " ")}: ${status}`,
        },
      });
    } else if (each.geometry.type === "Point") {
      next.push({ ...each, properties: { number: String(about["order"]), told: `Place ${about["order"]} to look at next` } });
      next.push({
        type: "Feature", properties: {},
        geometry: { type: "Polygon", coordinates: [ring(each.geometry.coordinates[0]!, each.geometry.coordinates[1]!, answer.look_next.reach_m)] },
      });
    }
  }
  return { ...NOTHING, ...(agreement ? outlines(agreement, both, true) : {}), cells, positions, next };
}
