// What the withdrawal view shows. The reader's choices stand in the address; this holds what follows from them.

import { batch, computed, effect, signal } from "@preact/signals";
import type { PlannedLine } from "../api";
import { offered } from "../offered";
import { address, go } from "../state";
import {
  fetchAgreement, fetchSchedule, fetchVerification, fetchZonesAt, type AgreementAnswer, type ScheduleAnswer, type VerificationAnswer,
  type ZonesAnswer,
} from "./answers";
import { Latest } from "./latest";

export const agreement = computed(() => offered.value?.agreement ?? null);
export const here = computed(() => address.value.view === "withdrawal");

/** The line to plan from: the one chosen, else the agreement's, else the first. */
export const line = computed<PlannedLine | null>(() => {
  const all = offered.value?.lines ?? [];
  return all.find((one) => one.id === address.value.line) ?? all.find((one) => agreement.value?.lines.includes(one.id)) ?? all[0] ?? null;
});

/** The two parties, first the one that is drawn above or to the left: of the agreement's line, else of the chosen one. */
export const sides = computed<[string, string]>((): [string, string] => {
  const { part, depth } = address.value;
  const first = part === "plan" && depth !== "agreed" ? line.value : offered.value?.lines.find((one) => agreement.value?.lines.includes(one.id)) ?? line.value;
  return first ? [first.left_party, first.right_party] : ["", ""];
});

/** The one depth of a tier; null where it differs between parties or sections. */
export function tierDepth(tier: { depth_km: unknown }): number | null {
  return typeof tier.depth_km === "number" ? tier.depth_km : null;
}

/** What the thing under the pointer on the map is, in words. */
export const pointedAt = signal("");

const usualDepth = computed(() => {
  const most = line.value?.most_km ?? 2;
  const agreed = agreement.value?.tiers.map(tierDepth).find((depth) => depth !== null);
  return Math.min(agreed ?? 2, most);
});

/** While the slider moves: its depth, before the address has it. */
const moving = signal<number | null>(null);

/** Whether the plan shows what was agreed and not a depth of its own. */
export const asAgreed = computed(() => moving.value === null && address.value.depth === "agreed" && agreement.value !== null);

/** The depth on the slider, in kilometres. */
export const depth = computed(() => {
  const told = moving.value ?? (address.value.depth === "agreed" ? usualDepth.value : Number(address.value.depth) || usualDepth.value);
  return Math.min(told, line.value?.most_km ?? told);
});

const REST_MS = 300;
let rest: ReturnType<typeof setTimeout> | undefined;

/** Move the slider; the address follows when it rests, as a browser takes only so many changes of it. */
export function setDepth(km: number): void {
  moving.value = km;
  clearTimeout(rest);
  rest = setTimeout(settle, REST_MS);
}

function settle(): void {
  clearTimeout(rest);
  const km = moving.peek();
  if (km === null) return;
  batch(() => {
    go({ depth: String(km) });
    moving.value = null;
  });
}

/** Whether the slider rests: then the exact zones are asked for. */
const rests = computed(() => moving.value === null);

// ---------------------------------------------------------------------------------------------------------------------------
// the zones of one depth

export const zones = signal<ZonesAnswer | null>(null);
export const zonesRefused = signal("");

interface AtDepth { line: string; depth: number }
const known = new Map<string, ZonesAnswer>();
const KEPT = 300;

const keyOf = (question: AtDepth, exact: boolean) => `${question.line} ${question.depth} ${exact}`;

async function zonesAt(question: AtDepth, exact: boolean, signal: AbortSignal): Promise<ZonesAnswer> {
  const key = keyOf(question, exact);
  const answer = known.get(key) ?? (await fetchZonesAt(question.line, question.depth, exact, signal));
  if (known.size >= KEPT) known.delete(known.keys().next().value!);
  known.set(key, answer);
  return answer;
}

const wanted = computed(() => JSON.stringify({ line: line.value?.id ?? "", depth: depth.value }));

const show = (answer: ZonesAnswer) => batch(() => {
  zones.value = answer;
  zonesRefused.value = "";
});

const refuse = (message: string) => batch(() => {
  zones.value = null;
  zonesRefused.value = message;
});

const quick = new Latest<AtDepth, ZonesAnswer>(
  (question, signal) => zonesAt(question, false, signal),
  (answer, question) => {
    // the exact zones may have come first
    if (!known.has(keyOf(question, true)) || JSON.stringify(question) !== wanted.peek()) show(answer);
  },
  refuse,
);
const exactly = new Latest<AtDepth, ZonesAnswer>(
  (question, signal) => zonesAt(question, true, signal),
  (answer, question) => {
    // the slider may have moved on since
    if (JSON.stringify(question) === wanted.peek() && rests.peek()) show(answer);
  },
  // what was drawn quickly stays
  (message) => (exactRefused.value = message),
);
/** Why there are no exact zones; empty where there are, or will be. */
export const exactRefused = signal("");

const planning = computed(() => here.value && address.value.part === "plan" && !asAgreed.value && line.value !== null);

effect(() => {
  if (!planning.value) return;
  const question = JSON.parse(wanted.value) as AtDepth;
  exactRefused.value = "";
  const exact = known.get(keyOf(question, true));
  if (exact) {
    quick.stop();
    show(exact);
  } else quick.want(question);
});

effect(() => {
  if (!planning.value || !rests.value) return exactly.stop();
  const question = JSON.parse(wanted.value) as AtDepth;
  if (!known.has(keyOf(question, true))) exactly.want(question);
});

// ---------------------------------------------------------------------------------------------------------------------------
// agreement, schedule, verification: each asked for when it is first looked at

export interface Asked<T> { answer: T | null; refused: string; waiting: boolean }
const NOTHING = { answer: null, refused: "", waiting: false };

export const agreed = signal<Asked<AgreementAnswer>>(NOTHING);
export const schedule = signal<Asked<ScheduleAnswer>>(NOTHING);
export const verification = signal<Asked<VerificationAnswer>>(NOTHING);

function once<T>(into: { value: Asked<T>; peek: () => Asked<T> }, ask: (signal: AbortSignal) => Promise<T>): void {
  const now = into.peek();
  if (now.answer || now.waiting || now.refused) return;
  into.value = { answer: null, refused: "", waiting: true };
  ask(new AbortController().signal).then(
    (answer) => (into.value = { answer, refused: "", waiting: false }),
    (error: unknown) => (into.value = { answer: null, refused: (error as Error).message, waiting: false }),
  );
}

effect(() => {
  if (!here.value || !offered.value) return;
  const { part } = address.value;
  const { agreement: head, parts, positions } = offered.value;
  if (head && (part !== "plan" || asAgreed.value || positions > 0)) once(agreed, fetchAgreement);
  if (part === "schedule" && parts.schedule) once(schedule, fetchSchedule);
});

const verifying = new Latest<string, VerificationAnswer>(
  fetchVerification,
  (answer) => (verification.value = { answer, refused: "", waiting: false }),
  (refused) => (verification.value = { answer: null, refused, waiting: false }),
);

effect(() => {
  if (!here.value || address.value.part !== "verification" || !offered.value?.parts.verification) return;
  const { at } = address.value;
  const now = verification.peek();
  if (now.answer && now.answer.at === (at || now.answer.days[1])) return;
  verification.value = { ...now, waiting: true };
  verifying.want(at);
});

// after a new build everything is asked anew
let before = offered.peek();
effect(() => {
  const now = offered.value;
  if (now === before) return;
  if (before) {
    known.clear();
    batch(() => {
      agreed.value = schedule.value = verification.value = NOTHING;
      zones.value = null;
    });
  }
  before = now;
});
