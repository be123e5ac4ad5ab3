// Decodes the world atlas away from the page's own thread: land as areas, borders between countries as lines.

import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

addEventListener("message", async (event: MessageEvent<string>) => {
  const atlas = (await (await fetch(event.data)).json()) as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const { countries, land } = atlas.objects;
  const borders = mesh(atlas, countries, (one, other) => one !== other);
  const coast = mesh(atlas, countries, (one, other) => one === other);
  postMessage([feature(atlas, land), borders, coast].map((part) => new Blob([JSON.stringify(part)], { type: "application/json" })));
});
