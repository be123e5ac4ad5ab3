// What is known of a position or a cell, as word, glyph and pattern: colour is never the only sign, and no party has a colour of it.

import { STATUSES, type Status } from "./answers";

export interface Look { token: string; words: string; says: string }

export const LOOKS: Record<Status, Look> = {
  "verified present": { token: "--st-present", words: "Verified present", says: "seen where it had to be gone, with 95 %" },
  probable: { token: "--st-probable", words: "Probable", says: "seen or told of, and more likely there than not" },
  unverified: { token: "--st-open", words: "Unverified", says: "not looked at enough to know" },
  "not due": { token: "--st-later", words: "Not due", says: "need not be gone yet" },
  "verified clear": { token: "--st-clear", words: "Verified clear", says: "looked at whole since it had to be gone, and empty with 95 %" },
};

/** Glyphs in a square of 16, as paths that SVG and canvas both draw: strokes first, then what is filled. */
export const GLYPHS: Record<Status, { stroke: string; fill: string }> = {
  "verified present": { stroke: "", fill: "M8 4.300a3.700 3.700 0 1 1 0 7.400a3.700 3.700 0 1 1 0-7.400z" },
  probable: { stroke: "M8 4.600a3.400 3.400 0 1 1 0 6.800a3.400 3.400 0 1 1 0-6.800z", fill: "M8 4.300a3.700 3.700 0 0 0 0 7.400z" },
  unverified: { stroke: "M5.900 6.300a2.150 2.150 0 1 1 3.400 1.800c-.9.600-1.250.9-1.250 1.700", fill: "M8 11.200a.95.95 0 1 1 0 1.900a.95.95 0 1 1 0-1.900z" },
  "not due": { stroke: "M5 8h6", fill: "" },
  "verified clear": { stroke: "M4.600 8.300 7.100 10.800 11.500 5.300", fill: "" },
};

/** Lines of a pattern in a square of 8; none where the colour alone fills it. */
export const HATCHES: Record<Status, string> = {
  "verified present": "M0 8 8 0M-2 2 2-2M6 10 10 6M0 0 8 8M-2 6 2 10M6-2 10 2",
  probable: "M0 8 8 0M-2 2 2-2M6 10 10 6",
  unverified: "M1.500 2h1M5.500 6h1",
  "not due": "",
  "verified clear": "",
};

/** How much of the ground's colour a filled status lets through. */
export const FILL: Record<Status, number> = { "verified present": 0.62, probable: 0.42, unverified: 0.2, "not due": 0.05, "verified clear": 0.85 };

const slug = (status: Status) => `st-${status.replace(" ", "-")}`;

/** The patterns; once on the page, for every chart on it. */
export function Patterns() {
  return (
    <svg width="0" height="0" class="sr" aria-hidden="true">
      <defs>
        {STATUSES.map((status) => (
          <pattern key={status} id={slug(status)} width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" style={{ fill: `var(${LOOKS[status].token})`, fillOpacity: FILL[status] }} />
            {HATCHES[status] && <path d={HATCHES[status]} style={{ fill: "none", stroke: `var(${LOOKS[status].token})`, strokeWidth: 1.3 }} />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

export const patternOf = (status: Status): string => `url(#${slug(status)})`;

/** A swatch with pattern and glyph. */
export function StatusMark({ status, size = 16 }: { status: Status; size?: number }) {
  const { stroke, fill } = GLYPHS[status];
  return (
    <svg class="mark status-mark" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <rect x="0.500" y="0.500" width="15" height="15" rx="2" style={{ fill: "var(--sheet)", stroke: `var(${LOOKS[status].token})` }} />
      {stroke && <path d={stroke} style={{ fill: "none", stroke: "var(--ink)", strokeWidth: 1.5, strokeLinecap: "round", strokeLinejoin: "round" }} />}
      {fill && <path d={fill} style={{ fill: "var(--ink)" }} />}
    </svg>
  );
}

export function StatusWord({ status }: { status: Status }) {
  return <span class="status-word"><StatusMark status={status} size={15} /> {LOOKS[status].words}</span>;
}

/** A swatch of ground. */
export function GroundSwatch({ status }: { status: Status }) {
  return (
    <svg class="mark" viewBox="0 0 20 12" width="20" height="12" aria-hidden="true">
      <rect x="0.500" y="0.500" width="19" height="11" style={{ fill: patternOf(status), stroke: `var(${LOOKS[status].token})` }} />
    </svg>
  );
}
