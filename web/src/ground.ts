// The ground of every map of the page: land, coasts, borders, the lines of the case, and how a map is opened, moved and closed.

import {
  type ExpressionSpecification, type LayerSpecification, type LngLatBoundsLike, Map as GlMap, ScaleControl, setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { NEAR, atlasSources } from "./atlas";
import type { Line } from "./api";
import { pixelsAtZoom0 } from "./geodesy";
import { token } from "./marks";

setWorkerUrl(workerUrl);

/** The page's own font; a name with a digit in it needs its quotes. */
export const FONT = ['"Source Sans 3 Variable"'];

export const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export const groundSources = atlasSources;

/** A width that doubles with each zoom, as something of a true size does. */
const doubling = (property: string, factor = 1): ExpressionSpecification => [
  "interpolate", ["exponential", 2], ["zoom"], 0, ["*", ["get", property], factor], 22, ["*", ["get", property], factor * 2 ** 22],
];

const c = (name: string) => token(`--${name}`);

/** Water, land, coasts and borders. */
export function groundLayers(water: "land" | "water"): LayerSpecification[] {
  return [
    { id: "water", type: "background", paint: { "background-color": c(water) } },
    ...(["coarse", "fine"] as const).flatMap((source): LayerSpecification[] => {
      const range = source === "fine" ? { minzoom: NEAR } : { maxzoom: NEAR };
      return [
        { id: `land-${source}`, type: "fill", source, "source-layer": "land", ...range, paint: { "fill-color": c("land"), "fill-antialias": false } },
        { id: `coast-${source}`, type: "line", source, "source-layer": "coast", ...range, paint: { "line-color": c("coast"), "line-width": 0.7 } },
        {
          id: `borders-${source}`, type: "line", source, "source-layer": "borders", ...range, layout: { "line-join": "round" },
          paint: { "line-color": c("border"), "line-width": 0.9, "line-dasharray": [5, 2.5, 1, 2.5] },
        },
      ];
    }),
  ];
}

/** The band of each line, as wide as its map is inaccurate; the line; its name. */
export function lineLayers(): LayerSpecification[] {
  return [
    {
      id: "lines-band", type: "line", source: "lines", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c("boundary"), "line-opacity": 0.17, "line-width": doubling("band", 2), "line-blur": doubling("band", 1) },
    },
    {
      id: "lines", type: "line", source: "lines", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c("boundary"), "line-width": 1.5 },
    },
    {
      id: "line-names", type: "symbol", source: "lines",
      layout: {
        "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5,
        "text-letter-spacing": 0.08, "text-offset": [0, -1], "symbol-spacing": 500, "text-max-angle": 30,
      },
      paint: { "text-color": c("boundary"), "text-halo-color": c("land"), "text-halo-width": 1.6 },
    },
  ];
}

export function lineFeatures(lines: Line[]): GeoJSON.Feature[] {
  return lines.map((line) => {
    const first = line.geometry.type === "LineString" ? line.geometry.coordinates[0] : line.geometry.coordinates[0]?.[0];
    return {
      type: "Feature", geometry: line.geometry,
      properties: { id: line.id, name: line.name, band: pixelsAtZoom0(line.accuracy_m, first?.[1] ?? 0) },
    };
  });
}

export interface Opened {
  map: GlMap;
  close: () => void;
  /** What "show everything" shows from now on. */
  home: (bounds: LngLatBoundsLike) => void;
}

/** A map in a container that keeps its size, says in `data-state` whether it still draws, and answers its buttons. */
export function openMap(container: HTMLElement, style: StyleSpecification, bounds: LngLatBoundsLike, label: string): Opened {
  const map = new GlMap({
    container, style, bounds, fitBoundsOptions: { padding: 48, maxZoom: 9 }, attributionControl: false, maxZoom: 14,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, renderWorldCopies: false, trackResize: false, fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-right");
  map.getCanvas().setAttribute("aria-label", label);
  map.on("error", (event) => console.warn(event.error.message));
  map.on("dataloading", () => (container.dataset["state"] = "drawing"));
  map.on("idle", () => (container.dataset["state"] = "still"));
  let everything = bounds;
  let closed = false;
  const resize = new ResizeObserver(later(() => !closed && map.resize(), 2 * PATIENCE_MS));
  resize.observe(container);
  const zoom = (event: Event) => {
    const step = (event as CustomEvent<string>).detail;
    if (step === "in") map.zoomIn({ animate: !calm() });
    else if (step === "out") map.zoomOut({ animate: !calm() });
    else map.fitBounds(everything, { padding: 48, maxZoom: 9, animate: !calm() });
  };
  container.addEventListener("merestone-zoom", zoom);
  // what was drawn does not outlast its frame: what is printed is drawn for it
  const print = () => void map.redraw();
  addEventListener("beforeprint", print);
  return {
    map,
    home: (wanted) => (everything = wanted),
    close: () => {
      closed = true;
      container.removeEventListener("merestone-zoom", zoom);
      removeEventListener("beforeprint", print);
      resize.disconnect();
      map.remove();
    },
  };
}

/** How long the map waits for the next change: the list and the timeline answer at once, the map follows when they have. */
export const PATIENCE_MS = 120;

/** Calls an action once things have been quiet for a moment. */
export function later(act: () => void, patience = PATIENCE_MS): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, patience);
  };
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
