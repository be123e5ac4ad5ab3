// Natural Earth, as the npm package world-atlas brings it: first at 1:50 million, then, when the page rests, at 1:10 million.

import coarse from "world-atlas/countries-50m.json?url";
import fine from "world-atlas/countries-10m.json?url";

/** Addresses, within the page, of GeoJSON: land, borders, coast. */
export type Atlas = [land: string, borders: string, coast: string];

function decode(file: string): Promise<Atlas> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./atlas.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", (event: MessageEvent<Blob[]>) => {
      resolve(event.data.map((part) => URL.createObjectURL(part)) as Atlas);
      worker.terminate();
    });
    worker.addEventListener("error", reject);
    worker.postMessage(new URL(file, location.href).href);
  });
}

export const coarseAtlas = () => decode(coarse);
export const fineAtlas = () => decode(fine);
