// The order of a withdrawal: days along, for each section one side's moves above the middle line and the other's below. Bars and
// lines have one measure, the share of what that side has to move in that section: a bar what goes on a day, the line what has gone.

import { useEffect, useRef, useState } from "preact/hooks";
import { narrow } from "../state";
import type { ScheduleAnswer } from "./answers";
import { chooseDay, chosenDay, dayWords, hoveredDay, shownDay, stageOf, stages } from "./schedule-state";
import { Side, sideName, sideSlot } from "./sides";

/** Half a band, where there is room. */
const ROOMY = 38;
const LEAST = 14;
const GAP = 16;
const AXIS = 26;
const TOP = 4;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const shortDay = (date: string) => `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;

export function PairedTimeline({ answer, both }: { answer: ScheduleAnswer; both: [string, string] }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 0));
    if (box.current) watch.observe(box.current);
    return () => {
      watch.disconnect();
      hoveredDay.value = null;
    };
  }, []);
  const days = answer.steps.length;
  const sections = answer.steps[0]?.sections.map((each) => each.section) ?? [];
  const left = narrow.value ? 4 : 132;
  const heading = narrow.value ? 18 : 0;
  const top = TOP;
  const half = narrow.value ? 28 : Math.max(LEAST, Math.min(ROOMY, (innerHeight * 0.5) / Math.max(1, sections.length) / 2 - GAP / 2));
  const band = 2 * half + GAP + heading;
  const height = top + band * sections.length + AXIS;
  const step = Math.max(1, (width - left - 10) / Math.max(1, days));
  const x = (day: number) => left + step * (day - 1);
  const at = shownDay.value;
  const dayAt = (event: PointerEvent) => {
    const inside = event.clientX - box.current!.getBoundingClientRect().left - left;
    return inside < 0 || inside > step * days ? null : Math.min(days, Math.floor(inside / step) + 1);
  };
  const every = Math.max(1, Math.ceil((narrow.value ? 54 : 62) / step));
  return (
    <div class="w-timeline-box">
      <div class="w-timeline-head">
        <h3>Order of the withdrawal</h3>
        <span class="w-timeline-key">
          <Side party={both[0]} both={both} /> above, <Side party={both[1]} both={both} /> below. A bar: what goes that day; the line: what has gone; full height: all{stages.value.length > 1 ? "; a number: its stage" : ""}.
        </span>
      </div>
      <div ref={box} class="w-timeline-svg" onPointerMove={(event) => (hoveredDay.value = dayAt(event))} onPointerLeave={() => (hoveredDay.value = null)}
        onClick={(event) => {
          const day = dayAt(event as unknown as PointerEvent);
          if (day !== null) chooseDay(day === chosenDay.value ? 0 : day);
        }}>
        {width > 0 && (
          <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img"
            aria-label={`What ${sideName(both[0])} (above) and ${sideName(both[1])} (below) move, by day and section; the table tells the same`}>
            {at > 0 && <rect class="w-day-on" x={x(at)} y={0} width={step} height={height - AXIS} />}
            {sections.map((section, row) => (
              <Band key={section} answer={answer} row={row} both={both} x={x} step={step} left={left} right={width - 10}
                middle={top + band * row + heading + GAP / 2 + half} half={half} above={heading > 0} />
            ))}
            <g class="w-axis">
              {answer.steps.filter((_, k) => k % every === 0).map(({ day, date }) => (
                <text key={day} x={x(day) + (step < 44 ? 1 : step / 2)} y={height - 8} text-anchor={step < 44 ? "start" : "middle"}>{date ? shortDay(date) : day}</text>
              ))}
            </g>
          </svg>
        )}
      </div>
      <label class="w-scrub" style={{ paddingLeft: `${Math.max(0, left - 8)}px` }}>
        <span class="sr">Day</span>
        <input type="range" min={0} max={days} step={1} value={chosenDay.value} aria-valuetext={dayWords(answer, chosenDay.value)}
          onInput={(event) => chooseDay(event.currentTarget.valueAsNumber)} />
      </label>
    </div>
  );
}

interface BandProps {
  answer: ScheduleAnswer; row: number; both: [string, string]; x: (day: number) => number; step: number; left: number; right: number;
  middle: number; half: number; above: boolean;
}

function Band({ answer, row, both, x, step, left, right, middle, half, above }: BandProps) {
  const name = answer.steps[0]!.sections[row]!.section;
  return (
    <g>
      <text class="w-section" x={4} y={above ? middle - half - 5 : middle + 4}>{name.length > 20 ? `${name.slice(0, 19)}…` : name}</text>
      {([-1, 1] as const).map((way) => <line key={way} class="w-full" x1={left} x2={right} y1={middle + way * half} y2={middle + way * half} />)}
      {both.map((party, side) => {
        const way = side === 0 ? -1 : 1;
        const slot = sideSlot(party, both);
        let before = 0;
        let path = "";
        const bars = answer.steps.map(({ day, sections }) => {
          const moved = sections[row]!.moved[party];
          const gone = moved?.gone ?? before;
          const share = gone - before;
          before = gone;
          const there = middle + way * half * gone;
          // before anything has gone there is no line to draw
          if (gone > 0) path += path ? `H${x(day + 1)}V${there}` : `M${x(day + 1)} ${middle}V${there}`;
          if (share <= 0) return null;
          const tall = Math.max(1.5, half * share);
          const stage = stages.value.length > 1 && step >= 12 ? stageOf(moved?.positions ?? []) : 0;
          return (
            <g key={day}>
              <rect class={`fill-${slot}`} x={x(day) + Math.min(2, step / 6)} width={Math.max(1, step - Math.min(4, step / 3))}
                y={way < 0 ? middle - tall : middle} height={tall} opacity={0.9} />
              {stage > 0 && <text class={tall >= 15 ? "w-stage on" : "w-stage"} x={x(day) + step / 2} text-anchor="middle"
                y={middle + way * (tall >= 15 ? tall / 2 : tall + 7) + 4}>{stage}</text>}
            </g>
          );
        });
        const nothing = answer.steps.every(({ sections }) => (sections[row]!.moved[party]?.gone ?? null) === null);
        return (
          <g key={party} class={`edge-${slot}`}>
            {bars}
            {nothing
              ? <text class="w-nothing" x={left + 6} y={middle + way * (half / 2) + 4}>nothing to move</text>
              : path && <path class="w-gone" d={`${path}H${right}`} />}
          </g>
        );
      })}
      <line class="w-middle" x1={left} x2={right} y1={middle} y2={middle} />
    </g>
  );
}
