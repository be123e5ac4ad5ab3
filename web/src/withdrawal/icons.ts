// What the map of a withdrawal draws with: hatches of the two sides, patterns of statuses, marks of positions, heads of arrows. An
// image is made when the map first misses it, by its name: `hatch:a:0`, `soft:a:0`, `status:probable`, `at:a:must leave`, `head:a`, `next`.

import { SHAPES, token, type Slot } from "../marks";
import type { Status } from "./answers";
import { GLYPHS, HATCHES, LOOKS } from "./status";

const RATIO = 2;

function canvasOf(size: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * RATIO;
  const context = canvas.getContext("2d")!;
  context.scale(RATIO, RATIO);
  return context;
}

const done = (context: CanvasRenderingContext2D): ImageData => context.getImageData(0, 0, context.canvas.width, context.canvas.height);

/** The first side's ground is hatched one way, the other's the other way. */
function hatch(slot: Slot, rising: boolean): ImageData {
  const context = canvasOf(10);
  context.strokeStyle = token(`--${slot}`);
  context.globalAlpha = 0.5;
  context.lineWidth = 1;
  context.stroke(new Path2D(rising ? "M-2 2 2-2M0 10 10 0M8 12 12 8" : "M8-2 12 2M0 0 10 10M-2 8 2 12"));
  return done(context);
}

/** Ground that is in the zone or not, by how the map errs: the dots of both sides lie beside each other where their bands overlap. */
function stipple(slot: Slot, second: boolean): ImageData {
  const context = canvasOf(7);
  context.fillStyle = token(`--${slot}`);
  context.beginPath();
  context.arc(second ? 5.25 : 1.75, second ? 5.25 : 1.75, 0.85, 0, 2 * Math.PI);
  context.fill();
  return done(context);
}

function statusPattern(status: Status): ImageData {
  const context = canvasOf(8);
  context.strokeStyle = token(LOOKS[status].token);
  context.lineWidth = 1.2;
  context.globalAlpha = 0.9;
  if (HATCHES[status]) context.stroke(new Path2D(HATCHES[status]));
  return done(context);
}

const SIZE = 20;

/** A position: the shape of its side, and in it what is told of it. */
function position(slot: Slot, told: string): ImageData {
  const context = canvasOf(SIZE);
  context.translate(2, 2);
  const shape = new Path2D(SHAPES[slot]);
  const colour = token(`--${slot}`);
  context.lineJoin = "round";
  context.strokeStyle = token(told === "moving" ? "--select" : "--sheet");
  context.lineWidth = told === "moving" ? 6 : 4;
  context.stroke(shape);
  context.fillStyle = token("--sheet");
  context.fill(shape);
  if (told in LOOKS) {
    context.globalAlpha = 0.4;
    context.fillStyle = token(LOOKS[told as Status].token);
    context.fill(shape);
    context.globalAlpha = 1;
  }
  const glyph = (GLYPHS as Record<string, { stroke: string; fill: string } | undefined>)[told];
  if (["must leave", "may have to leave", "waits", "moving"].includes(told)) {
    context.save();
    if (told === "may have to leave") {
      context.beginPath();
      context.rect(0, 8, 16, 8);
      context.clip();
    }
    context.fillStyle = colour;
    context.fill(shape);
    context.restore();
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.stroke(shape);
  if (glyph) {
    context.strokeStyle = context.fillStyle = token("--ink");
    context.lineCap = "round";
    context.lineWidth = 1.6;
    if (glyph.stroke) context.stroke(new Path2D(glyph.stroke));
    if (glyph.fill) context.fill(new Path2D(glyph.fill));
  }
  return done(context);
}

function head(slot: Slot): ImageData {
  const context = canvasOf(12);
  context.fillStyle = token(`--${slot}`);
  context.fill(new Path2D("M6 1 10.500 10.500 6 8 1.500 10.500z"));
  return done(context);
}

/** The disc under the number of a place to look at next. */
function next(): ImageData {
  const context = canvasOf(24);
  context.beginPath();
  context.arc(12, 12, 10, 0, 2 * Math.PI);
  context.fillStyle = token("--sheet");
  context.fill();
  context.strokeStyle = token("--select");
  context.lineWidth = 2.2;
  context.stroke();
  return done(context);
}

export const RATIO_OF_ICONS = RATIO;

/** The image of a name; null for a name that is none of these. */
export function icon(name: string): ImageData | null {
  const [kind, first = "", second = ""] = name.split(":");
  if (kind === "hatch") return hatch(first as Slot, second === "0");
  if (kind === "soft") return stipple(first as Slot, second === "1");
  if (kind === "status" && first in LOOKS) return statusPattern(first as Status);
  if (kind === "at") return position(first as Slot, second);
  if (kind === "head") return head(first as Slot);
  return kind === "next" ? next() : null;
}
