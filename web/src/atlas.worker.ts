// The world atlas as vector tiles, made on demand away from the page's own thread: land, coast, borders between countries.

import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

export interface Wanted { id: number; file: string; z: number; x: number; y: number; deepest: number }

/** Units across a tile; at the deepest zoom, 8, one unit is about 40 m, a tenth of the atlas's own rounding. */
const EXTENT = 4096;

type Layers = Record<"land" | "coast" | "borders", GeoJSONVT>;
const kept = new Map<string, Promise<Layers>>();

async function decode(file: string, deepest: number): Promise<Layers> {
  const atlas = (await (await fetch(file)).json()) as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const { countries, land } = atlas.objects;
  const options = { maxZoom: deepest, indexMaxZoom: 3, extent: EXTENT, buffer: 64, tolerance: 3 };
  return {
    land: new GeoJSONVT(feature(atlas, land), options),
    coast: new GeoJSONVT(mesh(atlas, countries, (one, other) => one === other), options),
    borders: new GeoJSONVT(mesh(atlas, countries, (one, other) => one !== other), options),
  };
}

addEventListener("message", async (event: MessageEvent<Wanted>) => {
  const { id, file, z, x, y, deepest } = event.data;
  let layers = kept.get(file);
  if (!layers) kept.set(file, (layers = decode(file, deepest)));
  const tiles = Object.entries(await layers).flatMap(([name, index]) => {
    const tile = index.getTile(z, x, y);
    return tile ? [[name, tile] as const] : [];
  });
  const data = fromGeojsonVt(Object.fromEntries(tiles), { version: 2, extent: EXTENT }).slice().buffer;
  postMessage({ id, data }, { transfer: [data] });
});
