// When: one lane for each group that speaks. A bar is as long as the interval is uncertain; where many fall on the same pixels
// they stack upwards. Dragging chooses a period.

import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Incidents } from "./api";
import { slotOf, token, type Slot } from "./marks";
import { address, go, hovered, incidents, openIncident, record, selected, theme, visible } from "./state";
import { count, period } from "./words";

const DAY_MS = 86_400_000;
const LEFT = 118;
const RIGHT = 14;
const AXIS = 22;

interface Lane { key: string; words: string; slot: Slot; codes: Set<string> }

function lanesOf(): Lane[] {
  const view = record.value!;
  const out: Lane[] = view.parties.map((p) => ({ key: p.code, words: p.name, slot: slotOf(p.code), codes: new Set([p.code]) }));
  const rest: [string[], string][] = [[["third_party", "monitor"], "Third parties, monitors"], [["media", "sensor"], "Media, sensors"]];
  for (const [kinds, words] of rest) {
    const groups = view.groups.filter((g) => kinds.includes(g.affiliation));
    if (groups.length) out.push({ key: kinds[0]!, words, slot: slotOf(groups[0]!.code), codes: new Set(groups.map((g) => g.code)) });
  }
  return out;
}

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function ticks(from: number, to: number, width: number): { at: number; words: string; major: boolean }[] {
  const out: { at: number; words: string; major: boolean }[] = [];
  const days = (to - from) / DAY_MS;
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const perDay = width / days;
  const first = new Date(from);
  if (perDay * 30 < 26) {
    const step = perDay * 365 < 44 ? 5 : 1;
    for (let y = first.getUTCFullYear(); y <= new Date(to).getUTCFullYear() + 1; y++) {
      if (y % step === 0) out.push({ at: Date.UTC(y, 0, 1), words: String(y), major: true });
      if (perDay * 365 > 150) for (const m of [3, 6, 9]) out.push({ at: Date.UTC(y, m, 1), words: names[m]!, major: false });
    }
  } else if (perDay < 22) {
    for (let y = first.getUTCFullYear(), m = first.getUTCMonth(); Date.UTC(y, m, 1) <= to; m++) {
      const at = new Date(Date.UTC(y, m, 1));
      const january = at.getUTCMonth() === 0;
      out.push({ at: +at, words: january || out.length === 0 ? `${names[at.getUTCMonth()]} ${at.getUTCFullYear()}` : names[at.getUTCMonth()]!, major: january });
    }
  } else {
    const step = Math.max(1, Math.ceil(58 / perDay));
    for (let at = Math.ceil(from / DAY_MS) * DAY_MS; at <= to; at += DAY_MS * step) {
      const d = new Date(at);
      out.push({ at, words: `${d.getUTCDate()} ${names[d.getUTCMonth()]}`, major: d.getUTCDate() === 1 });
    }
  }
  return out.filter((tick) => tick.at >= from && tick.at <= to);
}

interface Scale { from: number; to: number; x: (ms: number) => number; ms: (x: number) => number }

function scaleOf(domain: [number, number], width: number): Scale {
  const [from, to] = domain;
  const span = width - LEFT - RIGHT;
  return {
    from, to,
    x: (ms) => LEFT + ((ms - from) / (to - from)) * span,
    ms: (x) => from + ((x - LEFT) / span) * (to - from),
  };
}

function draw(canvas: HTMLCanvasElement, lanes: Lane[], all: Incidents, shown: number[], domain: [number, number]): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  const c = (name: string) => token(`--${name}`);
  const scale = scaleOf(domain, width);
  const laneHeight = (height - AXIS) / lanes.length;
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = "middle";

  // axis
  let free = 0;
  for (const tick of ticks(scale.from, scale.to, width - LEFT - RIGHT)) {
    const x = Math.round(scale.x(tick.at)) + 0.5;
    context.strokeStyle = tick.major ? c("line-strong") : c("line");
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height - AXIS + (tick.major ? 6 : 3));
    context.stroke();
    const wide = context.measureText(tick.words).width;
    if (x + 4 > free && x + 4 + wide < width) {
      context.fillStyle = tick.major ? c("ink") : c("ink-2");
      context.fillText(tick.words, x + 4, height - AXIS / 2 + 1);
      free = x + 14 + wide;
    }
  }

  lanes.forEach((lane, k) => {
    const base = Math.round((k + 1) * laneHeight) - 0.5;
    context.strokeStyle = c("line");
    context.beginPath();
    context.moveTo(0, base);
    context.lineTo(width, base);
    context.stroke();
    context.fillStyle = c(lane.slot);
    context.fillRect(0, base - laneHeight / 2 - 5, 3, 10);
    context.fillStyle = c("ink");
    context.fillText(lane.words, 9, base - laneHeight / 2 + 0.5, LEFT - 16);
    const columns = new Float32Array(Math.ceil(width) + 1);
    const contested = new Float32Array(Math.ceil(width) + 1);
    for (const n of shown) {
      const begins = all.begins[n];
      if (begins == null || !all.speakers[n]!.some((code) => lane.codes.has(code))) continue;
      const a = Math.max(LEFT, scale.x(begins));
      const b = Math.min(width - RIGHT, Math.max(scale.x(all.ends[n] ?? begins), scale.x(begins) + 3));
      if (b <= a) continue;
      const from = Math.floor(a);
      const to = Math.max(from + 3, Math.ceil(b));
      const share = to - from > 14 ? 0.16 : 1;
      for (let x = from; x < to; x++) {
        columns[x]! += share;
        if (all.contested[n] && share === 1) contested[x]! += 1;
      }
    }
    const top = Math.max(4, ...columns);
    const room = laneHeight - 5;
    for (let x = LEFT; x < width; x++) {
      const many = columns[x]!;
      if (!many) continue;
      const tall = Math.max(2, room * Math.min(1, Math.sqrt(many / top)));
      context.globalAlpha = many < 1 ? 0.32 : 0.85;
      context.fillStyle = c(lane.slot);
      context.fillRect(x, base - tall, 1, tall);
      if (contested[x]! > 0) {
        // contested: cut through in the middle, like the slipped mark
        context.globalAlpha = 1;
        context.fillStyle = c("sheet");
        context.fillRect(x, base - tall / 2 - 0.75, 1, 1.5);
      }
    }
    context.globalAlpha = 1;
  });
}

/** Round a pair of instants outwards to whole days. */
const wholeDays = (a: number, b: number): [string, string] => [iso(Math.min(a, b)), iso(Math.max(a, b) - 1)];

export function Timeline() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [height, setHeight] = useState(0);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const [zoomed, setZoomed] = useState<[number, number] | null>(null);
  const whole = record.value!.period;
  const margin = whole ? Math.max(DAY_MS, (whole[1] - whole[0]) * 0.012) : 0;
  const domain: [number, number] | null = zoomed ?? (whole ? [whole[0] - margin, whole[1] + margin] : null);
  const lanes = useComputed(lanesOf).value;
  const { from, to, undated } = address.value;

  useEffect(() => {
    const watch = new ResizeObserver(() => {
      setWidth(canvas.current?.clientWidth ?? 0);
      setHeight(canvas.current?.clientHeight ?? 0);
    });
    if (canvas.current) watch.observe(canvas.current);
    return () => watch.disconnect();
  }, []);

  const paint = () => {
    const all = incidents.value;
    void theme.value;
    if (canvas.current && all && domain && width) draw(canvas.current, lanes, all, visible.value, domain);
  };
  useEffect(paint, [width, height, zoomed, lanes]);
  useSignalEffect(paint);
  // a canvas does not repaint by itself when its font has come
  useEffect(() => void document.fonts.load("12px 'Source Sans 3 Variable'").then(paint), [width]);

  if (!whole || !domain) {
    return <section class="timeline" aria-label="When"><p class="empty">No incident in this record gives a date.</p></section>;
  }
  const scale = scaleOf(domain, Math.max(width, LEFT + RIGHT + 1));
  const clamp = (x: number) => Math.min(Math.max(x, LEFT), width - RIGHT);
  const place = (event: PointerEvent) => clamp(event.clientX - canvas.current!.getBoundingClientRect().left);

  const brush = drag ?? (from || to
    ? [from ? scale.x(Date.parse(`${from}T00:00Z`)) : LEFT, to ? scale.x(Date.parse(`${to}T00:00Z`) + DAY_MS) : width - RIGHT] as [number, number]
    : null);
  const chosen = hovered.value >= 0 ? hovered.value : selected.value;
  const all = incidents.value;
  const begins = chosen >= 0 ? all?.begins[chosen] ?? null : null;
  const ends = chosen >= 0 ? all?.ends[chosen] ?? null : null;

  const near = (x: number, y: number): number => {
    const lane = lanes[Math.floor(y / ((height - AXIS) / lanes.length))];
    if (!all || !lane) return -1;
    let best = -1;
    let distance = 7;
    for (const n of visible.value) {
      const b = all.begins[n];
      if (b == null || !all.speakers[n]!.some((code) => lane.codes.has(code))) continue;
      const left = scale.x(b);
      const right = Math.max(left + 3, scale.x(all.ends[n] ?? b));
      const far = x < left ? left - x : x > right ? x - right : (right - left) / 1e4;
      if (far < distance) [best, distance] = [n, far];
    }
    return best;
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const start = place(event);
    const y = event.clientY - canvas.current!.getBoundingClientRect().top;
    canvas.current!.setPointerCapture(event.pointerId);
    const move = (next: PointerEvent) => setDrag([start, place(next)]);
    const up = (last: PointerEvent) => {
      canvas.current!.removeEventListener("pointermove", move);
      setDrag(null);
      const end = place(last);
      if (Math.abs(end - start) < 4) {
        const hit = near(start, y);
        if (hit >= 0) openIncident(all!.id[hit]!);
        else if (from || to) go({ from: "", to: "" });
        return;
      }
      const [a, b] = wholeDays(scale.ms(start), scale.ms(end));
      go({ from: a, to: b, undated: false });
    };
    canvas.current!.addEventListener("pointermove", move);
    canvas.current!.addEventListener("pointerup", up, { once: true });
  };
  const hover = (event: PointerEvent) => {
    if (event.buttons) return;
    hovered.value = near(place(event), event.clientY - canvas.current!.getBoundingClientRect().top);
  };

  const undatedCount = record.value!.counts["undated"] ?? 0;
  return (
    <section class="timeline" aria-label="When">
      <div class="timeline-head">
        <h2>When</h2>
        <span class="timeline-what" aria-live="off">
          {chosen >= 0 && all ? period(all.time[chosen] ?? null) : "Drag to choose a period; a bar is as long as its time is uncertain"}
        </span>
        <span class="spacer" />
        {undatedCount > 0 && (
          <button type="button" class="quiet" aria-pressed={undated} onClick={() => go({ undated: !undated, from: "", to: "" })}>
            {count(undatedCount, "incident")} without a date
          </button>
        )}
        {(from || to) && !zoomed && (
          <button type="button" class="quiet" onClick={() => {
            const a = from ? Date.parse(`${from}T00:00Z`) : domain[0];
            const b = to ? Date.parse(`${to}T00:00Z`) + DAY_MS : domain[1];
            setZoomed([a - (b - a) * 0.05, b + (b - a) * 0.05]);
          }}>Look closer</button>
        )}
        {zoomed && <button type="button" class="quiet" onClick={() => setZoomed(null)}>Whole period</button>}
        {(from || to) && <button type="button" class="quiet" onClick={() => go({ from: "", to: "" })}>Any time</button>}
      </div>
      <div class="timeline-body">
        <canvas ref={canvas} onPointerDown={down} onPointerMove={hover} onPointerLeave={() => (hovered.value = -1)}
          role="img" aria-label="Timeline of the incidents by who speaks; the fields From and To of the list choose a period too" />
        {begins !== null && width > 0 && scale.x(ends ?? begins) >= LEFT && scale.x(begins) <= width - RIGHT && (
          <div class="timeline-cursor" style={{
            left: `${clamp(scale.x(begins)) - 2}px`, width: `${Math.max(7, clamp(scale.x(ends ?? begins)) - clamp(scale.x(begins)) + 4)}px`,
          }} />
        )}
        {brush && width > 0 && (
          <>
            <div class="timeline-shade" style={{ left: `${LEFT}px`, width: `${Math.max(0, clamp(Math.min(...brush)) - LEFT)}px` }} />
            <div class="timeline-shade" style={{ left: `${clamp(Math.max(...brush))}px`, right: `${RIGHT}px` }} />
            <div class="timeline-brush" style={{ left: `${clamp(Math.min(...brush))}px`, width: `${clamp(Math.max(...brush)) - clamp(Math.min(...brush))}px` }} />
          </>
        )}
      </div>
    </section>
  );
}
