// A list of tabs of which one is chosen, by click or with the arrow keys.

interface Props<T extends string> {
  label: string;
  /** [name, words] of each. */
  tabs: readonly (readonly [T, string])[];
  chosen: T;
  /** What ids of the tabs begin with. */
  id: string;
  /** Id of the panel of a tab. */
  panel: (tab: T) => string;
  choose: (tab: T) => void;
  class?: string;
}

export function TabList<T extends string>({ label, tabs, chosen, id, panel, choose, class: more = "" }: Props<T>) {
  const move = (event: KeyboardEvent, k: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const [tab] = tabs[(k + step + tabs.length) % tabs.length]!;
    choose(tab);
    document.getElementById(`${id}-${tab}`)?.focus();
  };
  return (
    <div class={`${more} tabs`.trim()} role="tablist" aria-label={label}>
      {tabs.map(([tab, words], k) => {
        const on = chosen === tab;
        return (
          <button key={tab} id={`${id}-${tab}`} type="button" role="tab" aria-selected={on} aria-controls={panel(tab)} tabIndex={on ? 0 : -1}
            onClick={() => choose(tab)} onKeyDown={(event) => move(event, k)}>{words}</button>
        );
      })}
    </div>
  );
}
