// Which day of the schedule is looked at.

import { computed, signal } from "@preact/signals";
import { address, go } from "../state";
import { day } from "../words";
import type { ScheduleAnswer } from "./answers";
import { schedule } from "./store";

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

export interface Stage { number: number; words: string; first: number; last: number }

/** The number, from 1, of the stage that positions of one day go in; 0 where the order has none for them. */
export function stageOf(ids: string[]): number {
  const of = schedule.value.answer?.stage ?? {};
  return Math.max(0, ...ids.map((id) => of[id] ?? 0));
}

/** The stages of the order, classes or phases, and on which days they go. On each side of each section they follow each other. */
export const stages = computed<Stage[]>(() => {
  const { answer } = schedule.value;
  if (!answer) return [];
  const { order, phases, in_turn } = answer.clauses;
  const names = in_turn ? phases.map(({ name }) => name) : order.map((classes) => classes.join(", ").replaceAll("_", " "));
  return names.flatMap((words, k) => {
    const days = Object.entries(answer.stage).flatMap(([id, number]) => (number === k + 1 ? [answer.day[id]!] : []));
    return days.length ? [{ number: k + 1, words, first: Math.min(...days), last: Math.max(...days) }] : [];
  });
});
