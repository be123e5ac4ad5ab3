import { render } from "preact";
import { loadReview } from "./review";
import { Shell } from "./shell";
import { failure, incidents, loadRecord, record } from "./state";
import "@fontsource-variable/source-sans-3/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/panes.css";
import "./styles/incident.css";
import "./styles/document.css";
import "./styles/map.css";
import "./styles/position.css";
import "./styles/review.css";
import "./styles/print.css";

const root = document.getElementById("page")!;

function Page() {
  if (record.value && incidents.value) return <Shell />;
  return failure.value ? <p class="empty" role="alert">{failure.value}</p> : null;
}

render(<Page />, root);

try {
  await loadRecord();
  if (record.value?.reviewing) loadReview();
  performance.mark("merestone-data");
} catch (error) {
  failure.value = (error as Error).message;
}
