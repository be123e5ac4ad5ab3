// The map: where it is said to have happened. Uncertain places are areas of their true size with a soft edge; lines are bands as
// wide as the map they come from is inaccurate. Everything is drawn from this server's files, labels with this machine's fonts.

import { effect, untracked } from "@preact/signals";
import type { GeoJSONSource, LngLatBoundsLike, StyleSpecification } from "maplibre-gl";
import { fetchLines, fetchObservations, fetchZones, type Incidents } from "./api";
import { ring, soft } from "./geodesy";
import { calm, EMPTY, FONT, groundLayers, groundSources, later, lineFeatures, lineLayers, openMap } from "./ground";
import { drawMark, markKey, markOf, token, type Mark } from "./marks";
import { answer, mainStanding } from "./position";
import { address, ask, go, hovered, incidents, middle, narrow, openIncident, pointed, readPosition, record, selected, theme, visible } from "./state";
import { placeName } from "./words";

const SOURCES = ["zones", "lines", "sectors", "areas", "chosen", "spots", "asked"] as const;
/** Layers that show lines of the case; the line switcher leaves one of them. */
const OF_LINES = ["lines", "lines-band", "line-names"];
function style(water: "land" | "water"): StyleSpecification {
  const c = (name: string) => token(`--${name}`);
  return {
    version: 8,
    sources: {
      ...groundSources,
      ...Object.fromEntries(SOURCES.map((name) => [name, { type: "geojson", data: EMPTY }])),
    } as StyleSpecification["sources"],
    layers: [
      ...groundLayers(water),
      { id: "zones", type: "fill", source: "zones", paint: { "fill-color": c("boundary"), "fill-opacity": 0.08 } },
      { id: "zones-edge", type: "line", source: "zones", paint: { "line-color": c("boundary"), "line-width": 1, "line-dasharray": [3, 2] } },
      ...lineLayers().slice(0, 2),
      {
        id: "lines-chosen", type: "line", source: "lines", layout: { "line-cap": "round", "line-join": "round" },
        filter: ["in", ["get", "id"], ["literal", []]],
        paint: { "line-color": c("select"), "line-width": 4, "line-opacity": 0.85 },
      },
      { id: "sectors", type: "fill", source: "sectors", paint: { "fill-color": c("monitor"), "fill-opacity": 0.1, "fill-antialias": false } },
      { id: "sectors-edge", type: "line", source: "sectors", paint: { "line-color": c("monitor"), "line-width": 1, "line-opacity": 0.55, "line-dasharray": [1, 2] } },
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": c("area"), "fill-opacity": 0.032, "fill-antialias": false } },
      { id: "chosen", type: "fill", source: "chosen", filter: ["!=", ["get", "wide"], true], paint: { "fill-color": c("select"), "fill-opacity": 0.04, "fill-antialias": false } },
      {
        id: "chosen-edge", type: "line", source: "chosen", filter: ["==", ["get", "edge"], true],
        paint: { "line-color": c("select"), "line-width": 1.2, "line-dasharray": [2, 2] },
      },
      {
        id: "asked", type: "fill", source: "asked", filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": c("select"), "fill-opacity": 0.05, "fill-antialias": false },
      },
      {
        id: "asked-way", type: "line", source: "asked", filter: ["==", ["geometry-type"], "LineString"],
        paint: { "line-color": c("select"), "line-width": 1.4, "line-dasharray": [3, 2] },
      },
      {
        id: "asked-point", type: "circle", source: "asked", filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 4, "circle-color": c("select"), "circle-stroke-color": c("land"), "circle-stroke-width": 1.5 },
      },
      ...lineLayers().slice(2),
      {
        id: "regions", type: "symbol", source: "spots", filter: ["==", ["get", "vague"], true],
        layout: {
          "text-field": ["get", "label"], "text-font": FONT, "text-size": 12.5, "text-letter-spacing": 0.14, "text-max-width": 8,
          "text-padding": 4, "symbol-sort-key": ["get", "order"],
        },
        paint: { "text-color": c("ink-2"), "text-halo-color": c("land"), "text-halo-width": 1.6 },
      },
      {
        // the names lie below the marks, so that they are placed after them and keep clear of them
        id: "spot-names", type: "symbol", source: "spots", filter: ["==", ["get", "vague"], false],
        layout: {
          "text-field": ["get", "label"], "text-font": FONT, "text-size": 12.5, "symbol-sort-key": ["get", "order"],
          "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.95, "text-justify": "auto",
          "text-max-width": 9,
        },
        paint: { "text-color": c("ink"), "text-halo-color": c("land"), "text-halo-width": 1.8 },
      },
      {
        id: "spots", type: "symbol", source: "spots", filter: ["==", ["get", "vague"], false],
        layout: {
          "icon-image": ["get", "mark"], "icon-allow-overlap": true, "icon-padding": 0, "symbol-sort-key": ["get", "count"],
          "icon-size": ["interpolate", ["linear"], ["get", "count"], 1, 0.85, 12, 1.25],
        },
      },
      {
        id: "spot-ring", type: "circle", source: "spots", filter: ["==", ["get", "name"], ""],
        paint: { "circle-radius": 13, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": c("select"), "circle-stroke-width": 2 },
      },
    ],
  };
}

/** Places less certain than this carry their name only: a mark in their middle would claim what is not known. */
const VAGUE_M = 18_000;
/** Areas larger than this (countries, long lines) are drawn when chosen; at rest they would only darken the whole map. */
const WIDE_M = 30_000;

interface SpotTally { members: number[]; contested: boolean; speakers: Set<string> }

function tally(all: Incidents, shown: number[]): Map<number, SpotTally> {
  const spots = new Map<number, SpotTally>();
  for (const n of shown) {
    for (const spot of all.spots[n]!) {
      let entry = spots.get(spot);
      if (!entry) spots.set(spot, (entry = { members: [], contested: false, speakers: new Set() }));
      entry.members.push(n);
      entry.contested ||= all.contested[n]!;
      for (const speaker of all.speakers[n]!) entry.speakers.add(speaker);
    }
  }
  return spots;
}

export function startMap(container: HTMLElement): () => void {
  const extent = record.value?.extent ?? null;
  const bounds: LngLatBoundsLike = extent ? [extent[0], extent[1], extent[2], extent[3]] : [-20, -30, 80, 60];
  const { map, close } = openMap(container, style("land"), bounds, "Map of the incidents; arrow keys move it, plus and minus zoom");

  const kept = new Map<string, string | GeoJSON.GeoJSON>();
  const put = (name: (typeof SOURCES)[number], data: string | GeoJSON.GeoJSON) => {
    kept.set(name, data);
    (map.getSource(name) as GeoJSONSource | undefined)?.setData(data);
  };
  const marks = new Map<string, Mark>();
  const paintMark = (key: string) => {
    const mark = marks.get(key);
    if (!mark) return;
    const image = drawMark(mark, token, 16, 2);
    if (map.hasImage(key)) map.updateImage(key, image);
    else map.addImage(key, image, { pixelRatio: 2 });
  };

  let closed = false;
  const stops: (() => void)[] = [];
  map.once("style.load", () => {
    // until the land has come, the ground has its colour: most cases lie inland, and nothing flashes
    map.once("idle", () => map.setPaintProperty("water", "background-color", token("--water")));
    void fetchLines().then((lines) => put("lines", { type: "FeatureCollection", features: lineFeatures(lines) }));
    void fetchZones().then((zones) => {
      put("zones", { type: "FeatureCollection", features: zones.map((z) => ({ type: "Feature", properties: {}, geometry: z.geometry })) });
    });
    void fetchObservations().then((observed) => {
      put("sectors", {
        type: "FeatureCollection",
        features: observed.flatMap((o) => (o.geometry ? [{ type: "Feature", properties: { id: o.id }, geometry: o.geometry }] : [])),
      });
    });
    stops.push(effect(showLine), effect(showAsked));
    stops.push(following(showSpots, () => [incidents.value, visible.value, address.value.names, address.value.place]));
    stops.push(following(showChosen, () => [incidents.value, selected.value, hovered.value]));
    stops.push(effect(showTheme));
  });

  let spots = new Map<number, SpotTally>();

  function showSpots(): void {
    const all = incidents.peek();
    if (!all || closed) return;
    spots = tally(all, visible.peek());
    const points: GeoJSON.Feature[] = [];
    const areas: GeoJSON.Feature[] = [];
    const place = address.peek().place;
    // several radii at one place are several areas, but one mark
    const byName = new Map<string, { spot: number; entry: SpotTally }>();
    for (const [spot, entry] of spots) {
      const { lon, lat, radius_m: radius, name } = all.places[spot]!;
      if (radius <= WIDE_M) areas.push(...soft(lon, lat, Math.max(radius, 200), {}));
      const key = `${name}|${lon}|${lat}`;
      const other = byName.get(key);
      if (!other) byName.set(key, { spot, entry: { ...entry, members: [...entry.members], speakers: new Set(entry.speakers) } });
      else {
        if (radius < all.places[other.spot]!.radius_m) other.spot = spot;
        other.entry.members = [...new Set([...other.entry.members, ...entry.members])];
        other.entry.contested ||= entry.contested;
        for (const speaker of entry.speakers) other.entry.speakers.add(speaker);
      }
    }
    for (const { spot, entry } of byName.values()) {
      const { lon, lat, radius_m: radius, name, lines } = all.places[spot]!;
      if (lines.length) continue; // lines bear their names themselves
      const order = all.parties.length ? [...entry.speakers].sort((a, b) => groupOrder(a) - groupOrder(b)) : [];
      const mark = markOf(order, entry.contested);
      const key = markKey(mark);
      if (!marks.has(key)) {
        marks.set(key, mark);
        paintMark(key);
      }
      const label = placeName(all.places[spot]!) + (entry.members.length > 1 ? ` ${entry.members.length}` : "");
      points.push({
        type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] },
        properties: { mark: key, name, label, count: entry.members.length, order: -entry.members.length, vague: radius > VAGUE_M },
      });
    }
    put("areas", { type: "FeatureCollection", features: areas });
    put("spots", { type: "FeatureCollection", features: points });
    map.setFilter("spot-ring", ["==", ["get", "name"], place]);
  }

  function groupOrder(code: string): number {
    return record.value?.groups.findIndex((group) => group.code === code) ?? 0;
  }

  let lastOpened = -2;

  function showChosen(): void {
    const all = incidents.peek();
    if (!all || closed) return;
    const open = selected.peek();
    const chosen = hovered.peek() >= 0 ? hovered.peek() : open;
    const places = chosen >= 0 ? all.spots[chosen]!.map((spot) => all.places[spot]!) : [];
    const areas = places.filter((p) => !p.lines.length);
    put("chosen", { type: "FeatureCollection", features: areas.flatMap((p) => soft(p.lon, p.lat, Math.max(p.radius_m, 200), { wide: p.radius_m > 2 * WIDE_M })) });
    const along = [...new Set(places.flatMap((p) => p.lines))];
    map.setFilter("lines-chosen", ["in", ["get", "id"], ["literal", along]]);
    if (open === lastOpened) return;
    lastOpened = open;
    if (open < 0 || !all.spots[open]!.length) return;
    const box = bounding(all.spots[open]!.map((spot) => all.places[spot]!).filter((p) => p.radius_m <= 80_000));
    if (box) map.resize().fitBounds(box, { padding: 70, maxZoom: 9.5, animate: !calm() });
  }

  function showLine(): void {
    const { line } = address.value;
    for (const layer of OF_LINES) map.setFilter(layer, line ? ["==", ["get", "id"], line] : null);
  }

  /** The position asked about: its area, its middle, and the shortest way to the line that answers. */
  function showAsked(): void {
    const at = readPosition(address.value.at);
    const { position } = answer.value;
    const features: GeoJSON.Feature[] = [];
    if (at) {
      if (at.radius) features.push(...soft(at.lon, at.lat, at.radius, {}));
      const nearest = position && Math.abs(position.lon - at.lon) < 1e-4 ? mainStanding(position)?.nearest : undefined;
      if (nearest) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [[at.lon, at.lat], nearest] } });
      features.push({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [at.lon, at.lat] } });
    }
    put("asked", { type: "FeatureCollection", features });
    if (!at) return;
    // on a narrow screen the answer covers the lower part of the map
    const { clientWidth: width, clientHeight: height } = container;
    const open = narrow.peek() ? 0.32 * height : height;
    const { x, y } = map.project([at.lon, at.lat]);
    if (x < 0 || y < 0 || x > width || y > open) map.easeTo({ center: [at.lon, at.lat], offset: [0, (open - height) / 2], duration: 0 });
  }

  let lastTheme = theme.peek();

  function showTheme(): void {
    if (theme.value === lastTheme) return;
    lastTheme = theme.value;
    map.setStyle(style("water"), { diff: false });
    map.once("style.load", () => {
      for (const key of marks.keys()) paintMark(key);
      for (const [name, data] of kept) put(name as (typeof SOURCES)[number], data);
      map.setFilter("spot-ring", ["==", ["get", "name"], address.peek().place]);
      untracked(showLine);
      showChosen();
    });
  }

  // -------------------------------------------------------------------------------------------------------------------------
  // pointer

  const at = (name: string) => {
    const all = incidents.peek();
    return all ? visible.peek().filter((n) => all.spots[n]!.some((spot) => all.places[spot]!.name === name)) : [];
  };
  const layers = ["spots", "spot-names", "regions"];
  map.on("click", layers, (event) => {
    const name = event.features?.[0]?.properties["name"] as string | undefined;
    if (!name) return;
    const members = at(name);
    if (members.length === 1) openIncident(incidents.peek()!.id[members[0]!]!);
    else go({ place: address.peek().place === name ? "" : name, i: "", doc: "", claim: "" }, true);
  });
  // a click on a mark says what was said there; anywhere else it asks on which side that is
  map.on("click", (event) => {
    if (map.queryRenderedFeatures(event.point, { layers }).length) return;
    ask(event.lngLat.lng, event.lngLat.lat, readPosition(address.peek().at)?.radius ?? 0);
  });
  map.on("mousemove", (event) => (pointed.value = [event.lngLat.lng, event.lngLat.lat]));
  map.on("mouseout", () => (pointed.value = null));
  const settle = () => {
    const { lng, lat } = map.getCenter();
    middle.value = [lng, lat];
  };
  map.on("moveend", settle);
  settle();
  map.on("mouseenter", layers, (event) => {
    map.getCanvas().style.cursor = "pointer";
    const members = at(String(event.features?.[0]?.properties["name"] ?? ""));
    if (members.length) hovered.value = members[0]!;
  });
  map.on("mouseleave", layers, () => {
    map.getCanvas().style.cursor = "";
    hovered.value = -1;
  });

  return () => {
    closed = true;
    stops.forEach((stop) => stop());
    close();
  };
}

/** An effect that watches some signals and acts a moment after they change, the first time at once. */
function following(act: () => void, watch: () => unknown): () => void {
  const soon = later(act);
  let first = true;
  return effect(() => {
    watch();
    if (first) untracked(act);
    else soon();
    first = false;
  });
}

function bounding(places: { lon: number; lat: number; radius_m: number }[]): [number, number, number, number] | null {
  if (!places.length) return null;
  const corners = places.flatMap((p) => ring(p.lon, p.lat, p.radius_m, 8));
  const lons = corners.map((corner) => corner[0]);
  const lats = corners.map((corner) => corner[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
