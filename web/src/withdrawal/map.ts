// The map of a withdrawal: zones in the colour and hatch of their side, soft where the map leaves them open; positions as large as
// they are uncertain; cells by what is known of them.

import { effect, signal } from "@preact/signals";
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, LngLatBoundsLike, StyleSpecification } from "maplibre-gl";
import { fetchLines, type Line } from "../api";
import { calm, EMPTY, FONT, groundLayers, groundSources, lineFeatures, lineLayers, openMap } from "../ground";
import { token } from "../marks";
import { theme } from "../state";
import { STATUSES } from "./answers";
import { NOTHING, type Drawn } from "./drawn";
import { icon, RATIO_OF_ICONS } from "./icons";
import { Overlay } from "./overlay";
import { FILL, LOOKS } from "./status";
import { pointedAt } from "./store";

const PARTS = Object.keys(NOTHING) as (keyof Drawn)[];
const c = (name: string) => token(`--${name}`);

const bySlot = (): ExpressionSpecification =>
  ["match", ["get", "slot"], ...["a", "b", "c", "d", "third", "monitor", "media", "sensor"].flatMap((slot) => [slot, c(slot)]), c("boundary")] as unknown as ExpressionSpecification;
const byStatus = (of: (status: (typeof STATUSES)[number]) => string | number, otherwise: string | number): ExpressionSpecification =>
  ["match", ["get", "status"], ...STATUSES.flatMap((status) => [status, of(status)]), otherwise] as unknown as ExpressionSpecification;

function layers(): LayerSpecification[] {
  const whole: ExpressionSpecification = ["!=", ["get", "part"], "depends"];
  const band: ExpressionSpecification = ["==", ["get", "part"], "depends"];
  const filled: ExpressionSpecification = ["all", whole, ["!=", ["get", "outline"], true]];
  return [
    {
      id: "cells", type: "fill", source: "cells",
      paint: {
        "fill-color": byStatus((status) => token(LOOKS[status].token), c("boundary")), "fill-antialias": false,
        // the more of a cell was seen, the denser it is
        "fill-opacity": ["*", byStatus((status) => FILL[status], 0.1), ["+", 0.5, ["*", 0.5, ["get", "observed"]]]],
      },
    },
    { id: "cells-pattern", type: "fill", source: "cells", paint: { "fill-pattern": ["get", "pattern"], "fill-opacity": 0.75 } },
    { id: "cells-edge", type: "line", source: "cells", minzoom: 9, paint: { "line-color": c("land"), "line-width": 0.6, "line-opacity": 0.7 } },
    // the band that depends on the map: dots of its side, and a soft edge; each side's lies on the other's ground too
    { id: "depends-edge", type: "line", source: "zones", filter: band, paint: { "line-color": bySlot(), "line-width": 6, "line-blur": 6, "line-opacity": 0.35 } },
    { id: "zones", type: "fill", source: "zones", filter: filled, paint: { "fill-color": bySlot(), "fill-opacity": 0.22, "fill-antialias": false } },
    { id: "zones-hatch", type: "fill", source: "zones", filter: filled, paint: { "fill-pattern": ["get", "hatch"], "fill-opacity": 0.8 } },
    { id: "depends", type: "fill", source: "zones", filter: band, paint: { "fill-pattern": ["get", "soft"], "fill-opacity": 0.8 } },
    { id: "zones-edge", type: "line", source: "zones", filter: whole, layout: { "line-join": "round" }, paint: { "line-color": bySlot(), "line-width": 1.3 } },
    { id: "exceptions", type: "fill", source: "exceptions", paint: { "fill-color": c("land"), "fill-opacity": 0.85 } },
    { id: "exceptions-edge", type: "line", source: "exceptions", paint: { "line-color": c("ink"), "line-width": 1.2, "line-dasharray": [2, 1.5] } },
    // without the band of its map's accuracy: what depends on the map is drawn as such
    ...lineLayers().slice(1, 2),
    {
      id: "next-reach", type: "line", source: "next", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "line-color": c("select"), "line-width": 1.2, "line-dasharray": [2, 2] },
    },
    { id: "circles", type: "fill", source: "circles", paint: { "fill-color": bySlot(), "fill-opacity": 0.045, "fill-antialias": false } },
    {
      id: "ways", type: "line", source: "ways", filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": bySlot(), "line-width": ["case", ["get", "now"], 2.2, 1.3], "line-opacity": 0.9 },
    },
    ...lineLayers().slice(2),
    {
      id: "settlements", type: "symbol", source: "settlements",
      layout: {
        "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "symbol-sort-key": ["get", "order"], "text-max-width": 9,
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.55,
      },
      paint: { "text-color": c("ink"), "text-halo-color": c("land"), "text-halo-width": 1.8 },
    },
    {
      id: "settlement-dots", type: "circle", source: "settlements",
      paint: { "circle-radius": 2.6, "circle-color": c("ink"), "circle-stroke-color": c("land"), "circle-stroke-width": 1.2 },
    },
    {
      id: "heads", type: "symbol", source: "ways", filter: ["==", ["geometry-type"], "Point"],
      layout: { "icon-image": ["get", "icon"], "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map", "icon-allow-overlap": true },
    },
    {
      id: "positions", type: "symbol", source: "positions",
      layout: {
        "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-padding": 0, "symbol-sort-key": ["get", "order"],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.8, 9, 1.1],
      },
    },
    {
      id: "next", type: "symbol", source: "next", filter: ["==", ["geometry-type"], "Point"],
      layout: {
        "icon-image": "next:", "text-field": ["get", "number"], "text-font": FONT, "text-size": 13, "icon-allow-overlap": true,
        "text-allow-overlap": true, "icon-offset": [15, -15], "text-offset": [1.15, -1.15],
      },
      paint: { "text-color": c("ink") },
    },
  ];
}

const style = (water: "land" | "water"): StyleSpecification => ({
  version: 8,
  sources: {
    ...groundSources,
    ...Object.fromEntries(["lines", ...PARTS].map((name) => [name, { type: "geojson", data: EMPTY }])),
  } as StyleSpecification["sources"],
  layers: [...groundLayers(water), ...layers()],
});

const TOLD = ["next", "positions", "settlement-dots", "settlements", "exceptions", "cells"];

function boundsOf(lines: Line[], marginKm: number): [number, number, number, number] | null {
  const at = lines.flatMap((line) => (line.geometry.type === "LineString" ? line.geometry.coordinates : line.geometry.coordinates.flat()));
  if (!at.length) return null;
  const lons = at.map((one) => one[0]!);
  const lats = at.map((one) => one[1]!);
  const tall = marginKm / 111;
  const wide = tall / Math.max(0.1, Math.cos((Math.max(...lats.map(Math.abs)) * Math.PI) / 180));
  return [Math.min(...lons) - wide, Math.min(...lats) - tall, Math.max(...lons) + wide, Math.max(...lats) + tall];
}

const MARGIN_KM = 12;
const PADDING = 24;

export interface ToDraw {
  shown: string;
  features: Drawn;
  /** Whether the next ones follow at once, as the slider moves: then its zones lie over the map, and nothing else changes. */
  passing: boolean;
}

/** Draws what `drawn` tells, along the lines of these ids; `data-shown` of the container names what is on the screen. */
export function startMap(container: HTMLElement, drawn: () => ToDraw, lineIds: () => string[], start: LngLatBoundsLike): () => void {
  const { map, close, home } = openMap(container, style("land"), start, "Map of the zones; arrow keys move it, plus and minus zoom");
  const draw = (id: string) => {
    const image = icon(id);
    if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: RATIO_OF_ICONS });
  };
  map.setMissingStyleImageResolver(draw);
  const kept = new Map<string, GeoJSON.FeatureCollection>();
  const put = (name: string, features: GeoJSON.Feature[]) => {
    // what stays as it is need not be drawn again
    const before = kept.get(name)?.features ?? [];
    if (before === features || (!before.length && !features.length)) return false;
    const data: GeoJSON.FeatureCollection = { type: "FeatureCollection", features };
    kept.set(name, data);
    (map.getSource(name) as GeoJSONSource | undefined)?.setData(data);
    return true;
  };
  const all = signal<Line[]>([]);
  void fetchLines().then((lines) => (all.value = lines), () => undefined);

  const overlay = new Overlay(map);
  let waited = "";
  let shownLines = "";
  let whole: LngLatBoundsLike | null = null;
  // until the reader moves the map, it shows the whole line in whatever room it has
  let untouched = true;
  map.on("movestart", (event) => (untouched &&= !event.originalEvent));
  map.on("resize", () => whole && untouched && map.fitBounds(whole, { padding: PADDING, maxZoom: 10, animate: false }));
  container.addEventListener("merestone-zoom", (event) => (untouched = (event as CustomEvent<string>).detail === "all"));
  const stops: (() => void)[] = [];
  map.once("style.load", () => {
    map.once("idle", () => map.setPaintProperty("water", "background-color", token("--water")));
    const settle = () => {
      overlay.show([]);
      container.dataset["shown"] = waited;
    };
    stops.push(effect(() => {
      const parts = drawn();
      waited = parts.shown;
      if (parts.passing) {
        overlay.show(parts.features.zones);
        // labels wait until the slider rests: to place them anew takes the map longest
        for (const part of PARTS) if (part !== "settlements") put(part, part === "zones" ? [] : parts.features[part]);
        container.dataset["shown"] = waited;
        return;
      }
      const changed = PARTS.filter((part) => put(part, parts.features[part]));
      if (!changed.length) settle();
    }));
    // which zones are on the screen
    map.on("render", () => {
      if (container.dataset["shown"] !== waited && map.isSourceLoaded("zones") && map.isSourceLoaded("cells")) settle();
    });
    stops.push(effect(() => {
      const ids = lineIds();
      const lines = all.value.filter((line) => ids.includes(line.id));
      put("lines", lineFeatures(lines));
      const key = lines.map((line) => line.id).join();
      const bounds = boundsOf(lines, MARGIN_KM);
      if (!bounds || key === shownLines) return;
      const first = shownLines === "";
      shownLines = key;
      whole = bounds;
      untouched = true;
      home(bounds);
      map.resize().fitBounds(bounds, { padding: PADDING, maxZoom: 10, animate: !first && !calm() });
    }));
    let last = theme.peek();
    stops.push(effect(() => {
      if (theme.value === last) return;
      last = theme.value;
      map.setStyle(style("water"), { diff: false });
      map.setMissingStyleImageResolver(draw);
      map.once("style.load", () => {
        for (const [name, data] of kept) (map.getSource(name) as GeoJSONSource | undefined)?.setData(data);
      });
    }));
  });
  map.on("mousemove", (event) => {
    const found = map.queryRenderedFeatures(event.point, { layers: TOLD.filter((layer) => map.getLayer(layer)) });
    pointedAt.value = String(found.find((one) => one.properties["told"])?.properties["told"] ?? "");
  });
  map.on("mouseout", () => (pointedAt.value = ""));
  return () => {
    stops.forEach((stop) => stop());
    pointedAt.value = "";
    close();
  };
}
