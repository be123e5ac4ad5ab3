// Natural Earth, as the npm package world-atlas brings it: 1:50 million for the whole world, 1:10 million from near.

import { addProtocol, type SourceSpecification } from "maplibre-gl";
import coarse from "world-atlas/countries-50m.json?url";
import fine from "world-atlas/countries-10m.json?url";
import type { Wanted } from "./atlas.worker";

/** The zoom from which the finer atlas is drawn. */
export const NEAR = 5;

const SCALES = { coarse: { file: coarse, deepest: 4 }, fine: { file: fine, deepest: 8 } };

export const atlasSources: Record<"coarse" | "fine", SourceSpecification> = {
  coarse: { type: "vector", tiles: ["atlas://coarse/{z}/{x}/{y}"], maxzoom: SCALES.coarse.deepest },
  fine: { type: "vector", tiles: ["atlas://fine/{z}/{x}/{y}"], minzoom: NEAR, maxzoom: SCALES.fine.deepest },
};

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, (data: ArrayBuffer) => void>();

function ask(wanted: Omit<Wanted, "id">): Promise<ArrayBuffer> {
  if (!worker) {
    worker = new Worker(new URL("./atlas.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", (event: MessageEvent<{ id: number; data: ArrayBuffer }>) => {
      waiting.get(event.data.id)?.(event.data.data);
      waiting.delete(event.data.id);
    });
  }
  const id = ++last;
  worker.postMessage({ ...wanted, id } satisfies Wanted);
  return new Promise((resolve) => waiting.set(id, resolve));
}

addProtocol("atlas", async (request) => {
  const [scale, z, x, y] = request.url.replace("atlas://", "").split("/");
  const { file, deepest } = SCALES[scale as "coarse" | "fine"];
  return { data: await ask({ file: new URL(file, location.href).href, deepest, z: Number(z), x: Number(x), y: Number(y) }) };
});
