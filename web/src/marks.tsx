// The mark of an incident: who speaks about it. Each group has a colour and a shape of its own; where several speak, the mark
// is cut into as many strips, in the order of the columns; where one contradicts another, the strips have slipped, like a fault.

import type { Affiliation } from "./api";
import { record, theme } from "./state";

/** Names of the colour tokens in the style sheet; parties in alphabetical order. */
export type Slot = "a" | "b" | "c" | "d" | "third" | "monitor" | "media" | "sensor";
const PARTY_SLOTS: Slot[] = ["a", "b", "c", "d"];
const SLOTS: Record<Exclude<Affiliation, "party">, Slot> = { third_party: "third", monitor: "monitor", media: "media", sensor: "sensor" };

/** The slot of a speaker group, or of an actor code that belongs to one. */
export function slotOf(code: string): Slot {
  const party = record.value?.parties.findIndex((p) => p.code === code || code.startsWith(`${p.code}-`)) ?? -1;
  if (party >= 0) return PARTY_SLOTS[party % PARTY_SLOTS.length]!;
  const groups = record.value?.groups ?? [];
  const state = code.split("-")[0]!;
  const affiliation = (groups.find((g) => g.code === code) ?? groups.find((g) => g.code === state))?.affiliation ?? "third_party";
  return affiliation === "party" ? "d" : SLOTS[affiliation];
}

/** Outline of each shape in a square of 16, as a path that SVG and canvas both draw. */
export const SHAPES: Record<Slot, string> = {
  a: "M2.500 2.500h11v11h-11z",
  b: "M8 1.800a6.200 6.200 0 1 1 0 12.400a6.200 6.200 0 1 1 0-12.400z",
  c: "M8 1.200 14.800 8 8 14.800 1.200 8z",
  d: "M8 1.600 14.400 6.300 12 14H4L1.600 6.300z",
  third: "M8 1.800 15 14H1z",
  monitor: "M4.600 2.200h6.800L15 8l-3.600 5.800H4.600L1 8z",
  media: "M2 4.500h12v7H2z",
  sensor: "M8 1.500a6.500 6.500 0 0 1 6.500 6.500H14v6H2V8h-.5A6.500 6.500 0 0 1 8 1.500z",
};

export interface Mark { slots: Slot[]; contested: boolean }

export function markOf(speakers: string[], contested: boolean): Mark {
  return { slots: [...new Set(speakers.map(slotOf))].slice(0, 4), contested };
}

export const markKey = (mark: Mark): string => `${mark.slots.join("+")}${mark.contested ? "!" : ""}`;

/** Strips from left to right: [from, to] in the square of 16, and how far each has slipped. */
function strips(mark: Mark): { slot: Slot; from: number; to: number; slip: number }[] {
  const n = mark.slots.length;
  if (n === 1 && mark.contested) {
    // contested though one group speaks: it denies what only its denial tells of
    return [0, 1].map((k) => ({ slot: mark.slots[0]!, from: k * 8, to: k * 8 + 8, slip: k ? 1.5 : -1.5 }));
  }
  return mark.slots.map((slot, k) => ({
    slot, from: (16 * k) / n, to: (16 * (k + 1)) / n, slip: mark.contested ? (k % 2 ? 1.5 : -1.5) : 0,
  }));
}

export function MarkIcon({ mark, size = 18, title }: { mark: Mark; size?: number; title?: string }) {
  const cut = strips(mark);
  const gap = cut.length > 1 ? 0.45 : 0;
  return (
    <svg class="mark" viewBox="0 -1.500 16 19" width={size} height={(size * 19) / 16} role={title ? "img" : undefined}
      aria-label={title} aria-hidden={title ? undefined : true}>
      {cut.map(({ slot, from, to, slip }, k) => {
        const left = from + (k ? gap : 0);
        const right = to - (k < cut.length - 1 ? gap : 0);
        return (
          <svg key={k} x={left} y={slip} width={right - left} height={16} viewBox={`${left} 0 ${right - left} 16`}>
            <path d={SHAPES[slot]} class={`fill-${slot}`} />
          </svg>
        );
      })}
    </svg>
  );
}

/** The same mark for the map, with a rim of the ground's colour so that it stands out on every ground. */
export function drawMark(mark: Mark, colour: (token: string) => string, size: number, ratio: number): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(size * ratio * 1.375);
  const context = canvas.getContext("2d")!;
  const scale = (size * ratio) / 16;
  context.scale(scale, scale);
  context.translate(3, 3);
  const cut = strips(mark);
  const gap = cut.length > 1 ? 0.5 : 0;
  for (const rim of [true, false]) {
    cut.forEach(({ slot, from, to, slip }, k) => {
      const path = new Path2D(SHAPES[slot]);
      context.save();
      context.translate(0, slip);
      context.beginPath();
      const left = k ? from + (rim ? 0 : gap) : -3;
      const right = k < cut.length - 1 ? to - (rim ? 0 : gap) : 19;
      context.rect(left, -3, right - left, 22);
      context.clip();
      if (rim) {
        context.lineWidth = 3;
        context.lineJoin = "round";
        context.strokeStyle = colour("--sheet");
        context.stroke(path);
        context.fillStyle = colour("--sheet");
      } else context.fillStyle = colour(`--${slot}`);
      context.fill(path);
      context.restore();
    });
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
let known: { theme: string; colours: Map<string, string> } = { theme: "", colours: new Map() };

/** A token of the style sheet as rgb, whatever notation it is written in. Reading it back is slow, so each is read once. */
export function token(name: string): string {
  if (known.theme !== theme.peek()) known = { theme: theme.peek(), colours: new Map() };
  let colour = known.colours.get(name);
  if (!colour) {
    probe.canvas.width = probe.canvas.height = 1;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888";
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    known.colours.set(name, (colour = `rgb(${r}, ${g}, ${b})`));
  }
  return colour;
}

/** A code in its group's colour and mark: the colour is never the only sign. */
export function Tag({ code, full = false }: { code: string; full?: boolean }) {
  const name = record.value?.words["actor"]?.[code] ?? code;
  const slot = slotOf(code);
  return (
    <span class={`tag ink-${slot}`} title={full ? undefined : name}>
      <MarkIcon mark={{ slots: [slot], contested: false }} size={10} />
      {full ? name : code}
    </span>
  );
}
