// Each side's positions by what was known of them, day by day: one side above the middle line, the other below.

import { useEffect, useRef, useState } from "preact/hooks";
import { day } from "../words";
import { STATUSES, type Compliance, type VerificationAnswer } from "./answers";
import { Side, sideName } from "./sides";
import { GroundSwatch, patternOf, StatusWord } from "./status";
import { narrow } from "../state";

const DAY_MS = 86_400_000;
const HALF = 64;
const AXIS = 22;
const LEFT = 26;

export function ComplianceChart({ answer, both }: { answer: VerificationAnswer; both: [string, string] }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watch = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 0));
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const rows = answer.compliance;
  if (!rows.length || !answer.positions.length) return null;
  const total = (row: Compliance) => STATUSES.reduce((sum, status) => sum + row[status], 0);
  const most = Math.max(1, ...rows.map(total));
  const days = [...new Set(rows.map((row) => row.day))];
  const from = Date.parse(days[0]!);
  const to = Math.max(Date.parse(answer.days[1]), Date.parse(days.at(-1)!)) + DAY_MS;
  const x = (ms: number) => LEFT + ((ms - from) / (to - from)) * (width - LEFT - 6);
  const middle = HALF + 6;
  const ends = days.map((each, k) => (days[k + 1] ? Date.parse(days[k + 1]!) : Date.parse(each) + DAY_MS));
  return (
    <section class="w-block" aria-labelledby="w-compliance">
      <h3 id="w-compliance">Compliance over time</h3>
      <p class="w-small">Positions of <Side party={both[0]} both={both} size={11} /> above, of <Side party={both[1]} both={both} size={11} /> below, by what was known of them on each day. Dashed: how many are expected to be in the zone still.</p>
      <div ref={box} class="w-chart">
        {width > 0 && (
          <svg width={width} height={2 * middle + AXIS} role="img" aria-label="Positions by status and day; the table below tells of the chosen day">
            {both.map((party, side) => {
              const way = side === 0 ? -1 : 1;
              const own = rows.filter((row) => row.party === party);
              let line = "";
              return (
                <g key={party}>
                  {own.map((row, k) => {
                    let sum = 0;
                    const [a, b] = [x(Date.parse(row.day)), x(ends[k]!)];
                    const level = middle + (way * HALF * row.expected_in_zone) / most;
                    line += `${k ? "L" : "M"}${a} ${level}L${b} ${level}`;
                    return STATUSES.map((status) => {
                      const tall = (HALF * row[status]) / most;
                      const y = way < 0 ? middle - sum - tall : middle + sum;
                      sum += tall;
                      return tall > 0 ? <rect key={`${k} ${status}`} x={a} width={Math.max(0.5, b - a + 0.3)} y={y} height={tall} style={{ fill: patternOf(status) }} /> : null;
                    });
                  })}
                  {own.length > 0 && <path class="w-expected" d={line} />}
                  <text class="w-scale" x={LEFT - 5} y={middle + way * HALF + (way < 0 ? 8 : 0)} text-anchor="end">{most}</text>
                </g>
              );
            })}
            <line class="w-middle" x1={LEFT} x2={width} y1={middle} y2={middle} />
            <text class="w-scale" x={LEFT - 5} y={middle + 4} text-anchor="end">0</text>
            {ticks(from, to, narrow.value ? 3 : 4).map((ms, k) => (
              <g key={ms}>
                <line class="w-tick" x1={x(ms)} x2={x(ms)} y1={4} y2={2 * middle} />
                <text class="w-scale" x={x(ms)} y={2 * middle + 15} text-anchor={k ? "middle" : "start"}>{day(new Date(ms).toISOString().slice(0, 10)).replace(/ \d{4}$/, "")}</text>
              </g>
            ))}
          </svg>
        )}
      </div>
      <Last rows={rows} both={both} />
    </section>
  );
}

function ticks(from: number, to: number, many: number): number[] {
  const step = Math.max(1, Math.ceil((to - from) / DAY_MS / many)) * DAY_MS;
  const out = [];
  for (let at = from; at < to - step / 3; at += step) out.push(at);
  return out;
}

function Last({ rows, both }: { rows: Compliance[]; both: [string, string] }) {
  const last = rows.at(-1)!.day;
  const on = both.map((party) => rows.find((row) => row.party === party && row.day === last));
  return (
    <table class="w-table w-status-table">
      <caption class="sr">Positions by status on {day(last)}</caption>
      <thead><tr><th scope="col">Positions, {day(last)}</th>{both.map((party) => <th scope="col" class="n" key={party}>{sideName(party)}</th>)}</tr></thead>
      <tbody>
        {STATUSES.map((status) => (
          <tr key={status}><th scope="row"><GroundSwatch status={status} />{" "}<StatusWord status={status} /></th>{on.map((row, k) => <td class="n" key={both[k]}>{row?.[status] ?? 0}</td>)}</tr>
        ))}
        <tr class="sum"><th scope="row">Expected in the zone</th>{on.map((row, k) => <td class="n" key={both[k]}>{row ? row.expected_in_zone.toFixed(1) : "–"}</td>)}</tr>
      </tbody>
    </table>
  );
}
