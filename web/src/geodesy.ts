// Circles of a true size on the map.

const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** A ring around a point at a distance in metres, on the sphere of the mean radius (error below 0.6 % of the distance). */
export function ring(lon: number, lat: number, metres: number, points = 64): [number, number][] {
  const angle = metres / EARTH_M;
  const sin = Math.sin(lat * RAD);
  const cos = Math.cos(lat * RAD);
  const out: [number, number][] = [];
  for (let k = 0; k <= points; k++) {
    const bearing = (2 * Math.PI * (k % points)) / points;
    const y = Math.asin(sin * Math.cos(angle) + cos * Math.sin(angle) * Math.cos(bearing));
    const x = Math.atan2(Math.sin(bearing) * Math.sin(angle) * cos, Math.cos(angle) - sin * Math.sin(y));
    out.push([lon + x / RAD, y / RAD]);
  }
  return out;
}

/** Rings of an uncertain area from its edge inwards, as shares of the radius: their overlap makes the soft edge. */
const SOFT = [1, 0.94, 0.88, 0.82, 0.75, 0.68, 0.6, 0.5];

/** An area of a true size with a soft edge: rings that overlap; the outermost has the property `edge`. */
export function soft(lon: number, lat: number, radius: number, properties: Record<string, unknown>): GeoJSON.Feature[] {
  return SOFT.map((share, k) => ({
    type: "Feature", properties: { ...properties, edge: k === 0 },
    geometry: { type: "Polygon", coordinates: [ring(lon, lat, radius * share)] },
  }));
}

/** Radius in pixels at zoom 0 of MapLibre's tiles of 512 pixels; it doubles with each zoom. */
export const pixelsAtZoom0 = (metres: number, lat: number): number => metres / (78_271.517 * Math.cos(lat * RAD));
