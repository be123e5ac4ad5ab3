// Zones over the map while the slider moves: shapes on a canvas of their own. The map beneath draws with the graphics card, where
// there is one, and anew for each change; without one that takes longer than a hand waits.

import type { Map as GlMap } from "maplibre-gl";
import { token } from "../marks";
import { icon, RATIO_OF_ICONS } from "./icons";

/** Side of the world in pixels at zoom 0. */
const WORLD = 512;

export class Overlay {
  readonly #canvas = document.createElement("canvas");
  #features: GeoJSON.Feature[] = [];

  constructor(private readonly map: GlMap) {
    this.#canvas.className = "w-overlay";
    this.#canvas.setAttribute("aria-hidden", "true");
    map.getCanvasContainer().append(this.#canvas);
    map.on("move", () => this.#draw());
    map.on("resize", () => this.#draw());
  }

  /** Draw these zones in the place of all before; none of them clears it. */
  show(features: GeoJSON.Feature[]): void {
    if (!features.length && !this.#features.length) return;
    this.#features = features;
    this.#draw();
  }

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const ratio = devicePixelRatio;
    const canvas = this.#canvas;
    canvas.hidden = !this.#features.length;
    if (canvas.hidden) return;
    if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
    }
    const context = canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    context.lineWidth = 1.3;
    for (const { geometry, properties } of this.#features) {
      const path = this.#path(geometry, width, height);
      const { slot, hatch } = properties as { slot: string; hatch: string };
      context.fillStyle = context.strokeStyle = token(`--${slot}`);
      context.globalAlpha = 0.22;
      context.fill(path, "evenodd");
      context.globalAlpha = 1;
      context.stroke(path);
      const pattern = context.createPattern(hatched(hatch), "repeat");
      if (!pattern) continue;
      pattern.setTransform(new DOMMatrix().scale(1 / RATIO_OF_ICONS));
      context.fillStyle = pattern;
      context.globalAlpha = 0.8;
      context.fill(path, "evenodd");
      context.globalAlpha = 1;
    }
  }

  /** The shape in pixels of the map, which is neither turned nor tilted: Web Mercator about its middle. */
  #path(geometry: GeoJSON.Geometry, width: number, height: number): Path2D {
    const path = new Path2D();
    const size = WORLD * 2 ** this.map.getZoom();
    const middle = this.map.getCenter();
    const left = width / 2 - size * east(middle.lng);
    const top = height / 2 - size * south(middle.lat);
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    for (const ring of polygons.flat()) {
      ring.forEach(([lon, lat], n) => path[n ? "lineTo" : "moveTo"](left + size * east(lon!), top + size * south(lat!)));
      path.closePath();
    }
    return path;
  }
}

const east = (lon: number) => lon / 360 + 0.5;
const south = (lat: number) => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);

function hatched(name: string): HTMLCanvasElement {
  const image = icon(name)!;
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}
