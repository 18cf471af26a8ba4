/** What to try first, shown at the beginning of #welcome until it is put away. */

import { el } from "/console/dom.js";

const KEY = "hint-dismissed";

/** Return the panel, or nothing once it was dismissed. */
export function hint(page) {
  if (localStorage.getItem(KEY)) return null;
  const panel = el("div", { class: "hint" });
  const go = (name) => {
    const channel = [...page.state.channels.values()].find((found) => found.name === name);
    return el("button", { type: "button", class: "pill", onclick: () => channel && page.open(channel.id) }, `#${name}`);
  };
  const run = (text) => el("button", { type: "button", class: "pill", onclick: () => page.compose(text) }, text);
  const dismiss = () => {
    localStorage.setItem(KEY, "1");
    panel.remove();
  };
  panel.append(
    el("h3", {}, "Things to try"),
    el(
      "ul",
      {},
      el("li", {}, "Type in ", go("chat-island"), ": your line arrives in the game, and the game answers."),
      el("li", {}, "Run ", run("/status"), " to see which servers are up and who is on."),
      el("li", {}, "Run ", run("/points balance"), " to see what playing has earned you."),
      el("li", {}, "Press the button in ", go("tickets"), ", fill the form, and find your private thread."),
      el("li", {}, "Act as somebody else at the bottom left: a private thread stays private."),
    ),
    el("button", { type: "button", class: "button secondary", onclick: dismiss }, "Got it"),
  );
  return panel;
}
