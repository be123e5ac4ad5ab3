// Which day of the schedule is looked at.

import { computed, signal } from "@preact/signals";
import { address, go } from "../state";
import { day } from "../words";
import type { ScheduleAnswer } from "./answers";
import { agreed, schedule } from "./store";

/** Under the pointer; null where it is not on the timeline. */
export const hoveredDay = signal<number | null>(null);

/** The day of the address, from 1; 0 for the eve of the first. */
export const chosenDay = computed(() => {
  const steps = schedule.value.answer?.steps ?? [];
  const { at } = address.value;
  return steps.find((step) => step.date === at)?.day ?? (/^\d+$/.test(at) ? Math.min(Number(at), steps.length) : 0);
});

export const shownDay = computed(() => hoveredDay.value ?? chosenDay.value);

export function chooseDay(number: number): void {
  const step = schedule.peek().answer?.steps[number - 1];
  go({ at: step ? (step.date ?? String(number)) : "" });
}

export function dayWords(answer: ScheduleAnswer, number: number): string {
  if (number === 0) return "Before the first day";
  const date = answer.steps[number - 1]?.date;
  return `Day ${number}${date ? `, ${day(date)}` : ""}`;
}

export interface Stage { words: string; first: number; last: number }

/** The number, from 1, of the stage that a position goes in; 0 where the order has none for it. */
export function stageOf(id: string): number {
  const kind = agreed.value.answer?.positions.find((each) => each.id === id)?.class;
  return kind === undefined ? 0 : 1 + (schedule.value.answer?.clauses.order.findIndex((classes) => classes.includes(kind)) ?? -1);
}

/** The stages of the order: which classes go first, and on which days they do. On each side of each section they follow each other. */
export const stages = computed<Stage[]>(() => {
  const { answer } = schedule.value;
  const positions = agreed.value.answer?.positions;
  if (!answer || !positions) return [];
  return answer.clauses.order.flatMap((classes) => {
    const days = positions.flatMap((each) => (classes.includes(each.class) && answer.day[each.id] !== undefined ? [answer.day[each.id]!] : []));
    return days.length ? [{ words: classes.join(", ").replaceAll("_", " "), first: Math.min(...days), last: Math.max(...days) }] : [];
  });
});
